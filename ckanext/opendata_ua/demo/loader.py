"""Bring the demo into CKAN: steps that are safe to repeat, all of them actions.

A dataset is created as a draft with its files by the editor of its holder, who submits
it; the moderator of the demo decides. A load that was cut short leaves at most one
dataset on its way, which the next one leads to its end.
"""

from __future__ import annotations

import io
import mimetypes
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache, partial
from importlib.resources import files as package_files
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.redis import connect_to_redis
from ckan.types import Context
from redis.exceptions import LockError
from redis.lock import Lock
from werkzeug.datastructures import FileStorage

from ckanext.opendata_ua.demo import catalogue, files, generators, proposals
from ckanext.opendata_ua.demo.catalogue import Dataset, FileSpec
from ckanext.opendata_ua.demo.tables import Table

PASSWORD = "opendata-ua-demo"  # noqa: S105  # printed for everybody who tries the demo
ADMIN = "admin"
MODERATOR = "moderator"
#: Seconds after which the lock of a killed load is free; renewed at every step.
LOCK_SECONDS = 60
LOCK_PATIENCE = 900
#: Why files with a fault on purpose are published, in the words of their publishers.
GROUND = "Файл такий, яким його видає облікова програма; виправимо в наступній версії."


class DemoError(Exception):
    """The demo cannot be loaded; the message says what to do."""


@dataclass(frozen=True)
class Step:
    """One thing to bring.

    :param label: its kind and name, for the progress bar
    :param run: brings it unless it is there; says whether anything was done
    """

    label: str
    run: Callable[[], bool]


def steps(today: date, only: Collection[str] = ()) -> list[Step]:
    """List the steps of a load.

    :param today: the day from which ages of data are counted
    :param only: names of datasets; empty means all
    :raises DemoError: a name is unknown, or libraries are missing
    """
    demo = catalogue.read()
    unknown = set(only) - {dataset.name for dataset in demo.datasets}
    if unknown:
        raise DemoError(
            f"The demo has no dataset {', '.join(sorted(unknown))}: "
            "take names from docs/demo.md."
        )
    try:
        files.check_extra()
    except files.ExtraMissing as refusal:
        raise DemoError(str(refusal)) from refusal
    return [
        *(Step(f"user {u['name']}", partial(_user, u)) for u in demo.users),
        *(
            Step(f"organization {o['name']}", partial(_body, o))
            for o in demo.organizations
        ),
        *(
            Step(f"member {u['name']}", partial(_member, u))
            for u in demo.users
            if u.get("organization")
        ),
        Step(f"moderator {MODERATOR}", _moderator),
        *(
            Step(f"dataset {d.name}", partial(_dataset, d, today))
            for d in demo.datasets
            if not only or d.name in only
        ),
        *(
            Step(label, run)
            for label, run in proposals.bring(
                tuple(
                    p
                    for p in demo.proposals
                    if not only or (p.datasets and p.datasets <= set(only))
                ),
                MODERATOR,
            )
        ),
    ]


@contextmanager
def one_at_a_time(waiting: Callable[[], None]) -> Iterator[Callable[[], None]]:
    """Hold a lock in Redis while a load runs; give the function that renews it.

    :param waiting: called once if another load is under way
    :raises DemoError: the other load did not end in time
    """
    lock: Lock = connect_to_redis().lock(
        f"ckan:{_site_user()}:opendata-ua:demo", timeout=LOCK_SECONDS
    )

    def wait() -> None:
        if not lock.acquire(blocking_timeout=LOCK_PATIENCE):
            raise DemoError("Another load has not ended: try again when it has.")

    def renew() -> None:
        try:
            lock.reacquire()
        except LockError:  # a step outlasted the lock, and another load may have it
            wait()

    if not lock.acquire(blocking=False):
        waiting()
        wait()
    try:
        yield renew
    finally:
        if lock.owned():
            lock.release()


def _site_user() -> str:
    """Give the name of CKAN's own user, which is the identifier of the site."""
    return tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]


def _site() -> Context:
    """Give a fresh context of the site itself, for what has no author yet."""
    return {"user": _site_user(), "ignore_auth": True}


def _show(action: str, name: str) -> dict[str, Any] | None:
    """Read an object by its name, or None when there is none."""
    try:
        return tk.get_action(action)(_site(), {"id": name})
    except tk.ObjectNotFound:
        return None


def _user(entry: Mapping[str, Any]) -> bool:
    """Create a person."""
    if _show("user_show", entry["name"]):
        return False
    fields = {
        key: value
        for key, value in entry.items()
        if key not in ("organization", "capacity")
    }
    tk.get_action("user_create")(_site(), {**fields, "password": PASSWORD})
    return True


def _body(entry: Mapping[str, Any]) -> bool:
    """Create a holder of information; the administrator is its author."""
    if _show("organization_show", entry["name"]):
        return False
    fields = dict(entry)
    if fields.pop("logo", False):
        arms = (
            package_files("ckanext.opendata_ua.demo")
            .joinpath("coat_of_arms.png")
            .read_bytes()
        )
        fields["image_upload"] = _upload(arms, "herb-verbohirska.png")
    tk.get_action("organization_create")({"user": ADMIN}, fields)
    return True


def _member(entry: Mapping[str, Any]) -> bool:
    """Give a person a part in the organization, unless there is one already."""
    organization = entry["organization"]
    user = _show("user_show", entry["name"])
    listed = tk.get_action("member_list")(
        {"user": ADMIN}, {"id": organization, "object_type": "user"}
    )
    if user is None or user["id"] in {member[0] for member in listed}:
        return False
    tk.get_action("organization_member_create")(
        {"user": ADMIN},
        {"id": organization, "username": entry["name"], "role": entry["capacity"]},
    )
    return True


def _moderator() -> bool:
    """Let the moderator of the demo moderate all organizations."""
    named = tk.get_action("opendata_ua_moderator_add")(_site(), {"user": MODERATOR})
    return bool(named["added"])


def _dataset(dataset: Dataset, today: date) -> bool:
    """Create a dataset with its files, or lead one that was cut short to its end."""
    author = catalogue.read().editor(dataset.organization) or ADMIN
    found = _show("package_show", dataset.name)
    done = not found
    if not found:
        found = _created(dataset, author, today)
    if dataset.review == "draft" or found["opendata_ua_state"] in ("public", "deleted"):
        return done
    return _reviewed(dataset, author) or done


def _created(dataset: Dataset, author: str, today: date) -> dict[str, Any]:
    """Create a draft with its files."""
    resources = [_resource(spec, today) for spec in dataset.files]
    return tk.get_action("package_create")(
        {"user": author}, {**_passport(dataset), "resources": resources}
    )


def _reviewed(dataset: Dataset, author: str) -> bool:
    """Submit a dataset that never was, and decide about it as the catalogue says."""
    events = tk.get_action("opendata_ua_moderation_history")(
        _site(), {"id": dataset.name}
    )
    steps_taken = [event["kind"] for event in events]
    if not steps_taken:
        _answer_for_faults(dataset, author)
        case = tk.get_action("opendata_ua_moderation_submit")(
            {"user": author}, {"id": dataset.name}
        )
    elif steps_taken == ["submit"]:
        case = events[0]
    else:
        return False
    if dataset.review != "submit":
        tk.get_action(f"opendata_ua_moderation_{dataset.review}")(
            {"user": MODERATOR},
            {
                "case_id": case["case_id"],
                "case_version": case["case_version"],
                "reasons": list(dataset.reasons),
                "comment": dataset.words,
            },
        )
    return not steps_taken or dataset.review != "submit"


def _answer_for_faults(dataset: Dataset, author: str) -> None:
    """Answer for what the checklist finds and lets stay, as a publisher would."""
    shown = tk.get_action("package_show")(_site(), {"id": dataset.name})
    for file in shown["resources"]:
        if file["url_type"] == "upload":
            tk.get_action("opendata_ua_check_run")(_site(), {"id": file["hash"]})
        else:
            tk.get_action("opendata_ua_link_check")(_site(), {"address": file["url"]})
    found = tk.get_action("opendata_ua_checklist_show")(
        {"user": author}, {"id": dataset.name}
    )
    for finding in found["findings"]:
        if "acknowledgement" in finding:
            tk.get_action("opendata_ua_finding_acknowledge")(
                {"user": author},
                {"finding_id": finding["finding_id"], "ground": GROUND},
            )


def _passport(dataset: Dataset) -> dict[str, Any]:
    """Give the fields of a dataset; the responsible person as the form presets it."""
    bodies = catalogue.read().organizations
    body = next(body for body in bodies if body["name"] == dataset.organization)
    return {
        "name": dataset.name,
        "title": dataset.title,
        "notes": dataset.notes,
        "purpose_of_collecting_information": dataset.purpose,
        "language": dataset.language,
        "update_frequency": dataset.frequency,
        "tag_string": ", ".join(dataset.keywords),
        "theme": dataset.theme,
        "mandated_item": dataset.mandated_item,
        "license_id": "cc-by",
        "version": dataset.version,
        "maintainer": dataset.maintainer or body["responsible_name"],
        "maintainer_email": dataset.maintainer_email or body["responsible_email"],
        "owner_org": dataset.organization,
        "private": dataset.private,
    }


def _resource(spec: FileSpec, today: date) -> dict[str, Any]:
    """Give the fields of a file, with its bytes unless it is only a link."""
    fields: dict[str, Any] = {
        "name": spec.name,
        "description": spec.description,
        "format": spec.format,
        "resource_type": "structure" if spec.structure else "data",
        "url": spec.url,
    }
    if spec.compress:
        fields["compress_format"] = spec.compress
    if spec.age is not None:
        fields["data_actual_date"] = (today - timedelta(days=spec.age)).isoformat()
    if not spec.url:
        table = _table(spec.table, spec.rows, today - timedelta(days=spec.age or 0))
        made = files.WRITERS[spec.maker](table, **spec.settings)
        fields["upload"] = _upload(made, spec.filename)
        fields["url"] = spec.filename
    return fields


@lru_cache(maxsize=4)
def _table(name: str, rows: int, day: date) -> Table:
    """Make a table as it was on the day; files of one dataset share it."""
    return generators.make(name, rows, day)


def _upload(made: bytes, filename: str) -> FileStorage:
    """Wrap bytes as a form would bring them."""
    kind = mimetypes.guess_type(filename)[0]
    return FileStorage(io.BytesIO(made), filename=filename, content_type=kind)
