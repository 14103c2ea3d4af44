"""Publishing the register itself: one click makes the dataset and submits it."""

from __future__ import annotations

import io
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict
from werkzeug.datastructures import FileStorage

from ckanext.opendata_ua.domain.register import LAYOUTS, MANDATED, Heading
from ckanext.opendata_ua.domain.register.structure import structure
from ckanext.opendata_ua.logic import reading, review
from ckanext.opendata_ua.logic.reader.register import find_holder
from ckanext.opendata_ua.logic.register_file import register_file
from ckanext.opendata_ua.logic.schema import register as schema
from ckanext.opendata_ua.model.register_set import RegisterSet, alone

#: The passport of the register. The act is named as the mandated list names it.
PASSPORT = {
    "notes": (
        "Систематизований перелік наборів даних, які оприлюднює розпорядник "
        "інформації: назви, опис, частота оновлення, формати, гіперпосилання та "
        "відповідальні особи. Файл складає портал, він оновлюється сам."
    ),
    "purpose_of_collecting_information": (
        "Положення про набори даних, які підлягають оприлюдненню у формі відкритих "
        "даних, затверджене постановою Кабінету Міністрів України від 21 жовтня "
        "2015 р. № 835: реєстр дає змогу ідентифікувати кожен з оприлюднених наборів "
        "даних."
    ),
    "tag_string": "реєстр, набори даних, відкриті дані",
    "theme": "derzhava",
    "language": "ua",
    "update_frequency": "immediately after making changes",
    "license_id": "cc-by",
    "mandated_item": MANDATED,
}


def opendata_ua_register_publish(
    context: Context, data_dict: DataDict
) -> dict[str, Any]:
    """Make a dataset of the register of an organization, and submit it to moderation.

    It fulfils item 6 of the mandated list, has the structure as its second file, and
    is kept up to date by itself. A second call gives the same dataset.

    :param organization: id or name
    :param layout: of the file, ``2019`` by default
    :returns: ``id``, ``name``, ``created``, and ``refusal``: what stands in the way of
        its submission, None when it was submitted
    """
    data = review.validated(context, data_dict, schema.publish())
    holder = find_holder(data["organization"])
    of = {"organization": holder.id}
    tk.check_access("opendata_ua_register_publish", context, of)
    organization, title = holder.id, holder.title or holder.name
    with alone(model.Session, organization):
        known = RegisterSet.of(model.Session, organization)
        if known is not None:
            package = known[1]
            return _told(package.id, package.name, created=False, refusal=None)
        made = _made(context, organization, title, data["layout"])
        RegisterSet.forget(model.Session, organization)
        model.Session.add(
            RegisterSet(
                organization_id=organization,
                package_id=made["id"],
                resource_id=made["resources"][0]["id"],
                layout=data["layout"],
            )
        )
        model.Session.commit()
    refusal = made.get("opendata_ua_refusal")
    return _told(made["id"], made["name"], created=True, refusal=refusal)


def _made(
    context: Context, organization: str, title: str, layout: str
) -> dict[str, Any]:
    today = reading.today_date().isoformat()
    described = io.BytesIO(structure(LAYOUTS[layout]))
    with register_file(organization, layout) as file:
        return tk.get_action("package_create")(
            tk.fresh_context(context),
            {
                **PASSPORT,
                "title": Heading(holder=title).title[:254],
                "owner_org": organization,
                "opendata_ua_submit": True,
                "resources": [
                    {
                        "name": "Реєстр наборів даних",
                        "format": "CSV",
                        "resource_type": "data",
                        "data_actual_date": today,
                        "upload": file,
                    },
                    {
                        "name": "Структура набору даних",
                        "format": "CSV",
                        "resource_type": "structure",
                        "data_actual_date": today,
                        "upload": FileStorage(described, filename="Structure.csv"),
                    },
                ],
            },
        )


def _told(
    id_: str, name: str, *, created: bool, refusal: dict[str, Any] | None
) -> dict[str, Any]:
    return {"id": id_, "name": name, "created": created, "refusal": refusal}
