"""Links by which somebody without an account looks at a dataset for a while."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.opendata_ua import config
from ckanext.opendata_ua.logic import previews, reading, review, rights
from ckanext.opendata_ua.logic.schema import one_object
from ckanext.opendata_ua.logic.schema import publication as schema
from ckanext.opendata_ua.model.publication import Preview, PreviewRow


def opendata_ua_moderation_preview_create(
    context: Context, data_dict: DataDict
) -> dict[str, Any]:
    """Make a link that shows a dataset to whoever has it, also before it is public.

    :param id: id or name of the dataset
    :param days: for how many days, by default 7, at most 60
    :returns: ``preview_id``, ``url`` (told this once only), ``expires``
    """
    data = review.validated(context, data_dict, schema.preview())
    tk.check_access("opendata_ua_moderation_preview_create", context, data)
    package = model.Package.get(data["id"])
    if package is None or package.state == "deleted":
        raise tk.ObjectNotFound(tk._("Dataset not found"))
    author = rights.user_id(context)
    link, token = Preview.make(model.Session, package.id, author or "", data["days"])
    told = _told(link)
    model.Session.commit()
    return {**told, "url": f"{config.site_url()}/dataset/preview/{token}"}


@tk.side_effect_free
def opendata_ua_moderation_preview_list(
    context: Context, data_dict: DataDict
) -> list[dict[str, Any]]:
    """List the links that open a dataset now, the newest first; never their tokens.

    :param id: id or name of the dataset
    """
    data = review.validated(context, data_dict, one_object())
    tk.check_access("opendata_ua_moderation_preview_list", context, {"id": data["id"]})
    package = model.Package.get(data["id"])
    if package is None:
        raise tk.ObjectNotFound(tk._("Dataset not found"))
    links = Preview.of_package(model.Session, package.id)
    people = review.names({link.author for link in links})
    return [{**_told(link), "author": people.get(link.author)} for link in links]


def opendata_ua_moderation_preview_revoke(
    context: Context, data_dict: DataDict
) -> dict[str, Any]:
    """Let a link open nothing any more; repeating it changes nothing.

    :param preview_id: id of the link
    """
    data = review.validated(context, data_dict, schema.one_preview())
    tk.check_access("opendata_ua_moderation_preview_revoke", context, data)
    link: PreviewRow = model.Session.get(Preview, data["preview_id"])
    if link is None:
        raise tk.ObjectNotFound(tk._("There is no such link."))
    link.revoked = link.revoked or reading.now()
    told = _told(link)
    model.Session.commit()
    return told


@tk.side_effect_free
def opendata_ua_moderation_preview_show(
    context: Context, data_dict: DataDict
) -> dict[str, Any]:
    """Show a dataset to whoever has the token of a link.

    :param token: of the link
    :returns: ``expires``, ``dataset`` as ``package_show`` gives it, ``passport`` as
        ``opendata_ua_passport_show`` gives it
    :raises ObjectNotFound: when the link opens nothing: the words say why
    """
    data = review.validated(context, data_dict, schema.token())
    tk.check_access("opendata_ua_moderation_preview_show", context, data)
    link = previews.open_link(data["token"])
    dataset = review.stored_dict(link.package_id)
    whole: Any = {"ignore_auth": True, reading.SHOWN: dataset}
    passport = tk.get_action("opendata_ua_passport_show")(whole, {"id": dataset["id"]})
    return {
        "expires": review.moment_text(link.expires),
        "dataset": dataset,
        "passport": passport,
    }


def _told(link: Any) -> dict[str, Any]:
    return {
        "preview_id": link.id,
        "created": review.moment_text(link.created),
        "expires": review.moment_text(link.expires),
        "revoked": review.moment_text(link.revoked),
    }
