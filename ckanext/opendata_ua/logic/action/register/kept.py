"""A register sent on a page: kept between the dry run and the drafts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.types import Context, DataDict

from ckanext.opendata_ua.domain.register.grid import Grid
from ckanext.opendata_ua.logic import review
from ckanext.opendata_ua.logic.action.register.load import about, counts
from ckanext.opendata_ua.logic.reader.register_import import (
    Import,
    find_organization,
    import_of,
    open_comparison,
    open_import,
)
from ckanext.opendata_ua.logic.register_table import table_of
from ckanext.opendata_ua.logic.rights import user_id
from ckanext.opendata_ua.logic.schema import register as schema
from ckanext.opendata_ua.model.job import Job
from ckanext.opendata_ua.model.register_import import RegisterImport

KIND = "register_import"
#: So many rows become drafts while the page waits; more are a job.
AT_ONCE = 30
#: After so many rows the page is told how far it is.
OFTEN = 10


def opendata_ua_register_import_keep(
    context: Context, data_dict: DataDict
) -> dict[str, Any]:
    """Keep a register for a week, to look at what would become of it and to load it.

    :param upload: the file, as of ``opendata_ua_register_import``
    :param organization: id or name
    :returns: ``import_id`` and ``total`` of rows
    """
    importing = open_import(context, data_dict)
    name = getattr(data_dict.get("upload"), "filename", None) or ""
    grid = importing.table.grid
    kept: Any = RegisterImport(
        organization_id=importing.organization.id,
        author=user_id(context) or "",
        filename=str(name)[:200],
        # what PostgreSQL keeps in no text
        lines=[[cell.replace("\0", "") for cell in line] for line in grid.lines],
        neutralised=grid.neutralised,
        state="read",
        total=len(importing.rows),
    )
    model.Session.add(kept)
    model.Session.commit()
    return {"import_id": kept.id, "total": kept.total}


@tk.side_effect_free
def opendata_ua_register_import_show(
    context: Context, data_dict: DataDict
) -> dict[str, Any]:
    """Show a register that was sent: how far it is, and what would become of its rows.

    :param import_id: of ``opendata_ua_register_import_keep``
    :param outcome: leaves rows with this outcome (optional)
    :param after: number of the last row seen (optional)
    :param limit: rows at most, 100 by default, up to 1000
    :returns: ``import_id``, ``filename``, ``state``, ``total``, ``done``, ``created``;
        and unless it is being loaded what ``opendata_ua_register_import`` gives of a
        dry run, with ``next``, None on the last page
    """
    kept, data = _kept(context, data_dict, "opendata_ua_register_import_show")
    told = _told(kept)
    if kept.state in ("waiting", "running"):
        holder = find_organization(kept.organization_id)
        title = holder.title or holder.name
        named = {"id": holder.id, "name": holder.name, "title": title}
        return {**told, "organization": named, "rows": [], "next": None}
    importing = _import(context, kept)
    rows = list(importing.would())
    wanted = [
        row
        for row in rows
        if row["row"] > data["after"] and data.get("outcome") in (None, row["outcome"])
    ]
    shown = wanted[: data["limit"]]
    more = len(wanted) > len(shown)
    return {
        **told,
        **about(importing),
        "counts": counts(rows),
        "rows": shown,
        "next": shown[-1]["row"] if more else None,
    }


def opendata_ua_register_import_apply(
    context: Context, data_dict: DataDict
) -> dict[str, Any]:
    """Make the drafts of a register that was sent: a short one at once, else a job.

    :param import_id: of ``opendata_ua_register_import_keep``
    :returns: ``import_id``, ``state`` (``done``, ``waiting``, ``running``), ``total``,
        ``done``, ``created``
    """
    kept, _ = _kept(context, data_dict, "opendata_ua_register_import_apply")
    if kept.state not in ("waiting", "running"):
        RegisterImport.change(
            model.Session, kept.id, state="waiting", author=user_id(context) or ""
        )
        if kept.total > AT_ONCE:
            Job.promise(model.Session, KIND, kept.id)
        model.Session.commit()
        if kept.total <= AT_ONCE:
            _run(context, kept)
    return _told(RegisterImport.get(model.Session, kept.id))


def opendata_ua_register_import_run(
    context: Context, data_dict: DataDict
) -> dict[str, Any]:
    """Make the drafts of a register that was sent, in the name of who sent it.

    :param import_id: of ``opendata_ua_register_import_keep``
    :returns: as ``opendata_ua_register_import_apply``
    """
    data = review.validated(context, data_dict, schema.kept())
    tk.check_access("opendata_ua_register_import_run", context, data)
    kept = _found(data["import_id"])
    author = model.User.get(kept.author)
    own: Any = {"user": author.name if author else "", "ignore_auth": False}
    _run(own, kept)
    return _told(RegisterImport.get(model.Session, kept.id))


@tk.side_effect_free
def opendata_ua_register_compare(
    context: Context, data_dict: DataDict
) -> dict[str, Any]:
    """Tell where a register differs from the portal; nothing is written.

    :param upload: the file, as of ``opendata_ua_register_import``
    :param rows: or its rows
    :param import_id: or of ``opendata_ua_register_import_keep``
    :param organization: id or name; without it the whole portal, for administrators
    :returns: ``counts`` by kind and ``differences``: dicts with ``kind``
        (``only_file``, ``differs``, ``unclear``, ``only_portal``), ``row``, ``name``,
        ``title``, and of what differs ``field``, ``file``, ``portal``
    """
    if data_dict.get("import_id"):
        kept, _ = _kept(context, data_dict, "opendata_ua_register_import_show")
        comparing = _import(context, kept)
    else:
        comparing = open_comparison(context, data_dict)
    found = list(comparing.compared())
    kinds = ("only_file", "differs", "unclear", "only_portal")
    counted = Counter(one["kind"] for one in found)
    return {"counts": {kind: counted[kind] for kind in kinds}, "differences": found}


def _run(context: Context, kept: Any) -> None:
    """Make drafts, and tell from time to time how far it is."""
    id_, session = kept.id, model.Session
    with _ended(id_):
        importing = _import(context, kept)
        access = {"organization": importing.organization.id}
        tk.check_access("opendata_ua_register_import", context, access)
        RegisterImport.change(session, id_, state="running")
        session.commit()
        count = sa.text(
            "UPDATE opendata_ua_register_import SET created = created + 1 "
            "WHERE id = :id"
        )
        became = importing.become(lambda: session.execute(count, {"id": id_}))
        for number, _ in enumerate(became, 1):
            if number % OFTEN == 0:
                RegisterImport.change(session, id_, done=number)
                session.commit()


@contextmanager
def _ended(id_: str) -> Iterator[None]:
    """Say at the end how an import ended; what failed is tried again by its job."""
    session = model.Session
    try:
        yield
    except tk.NotAuthorized:
        session.rollback()
        RegisterImport.change(session, id_, state="stopped")
    else:
        RegisterImport.change(
            session,
            id_,
            state="done",
            done=RegisterImport.total,
            finished=sa.func.now(),
        )
    session.commit()


def _kept(
    context: Context, data_dict: DataDict, action: str
) -> tuple[Any, dict[str, Any]]:
    data = review.validated(context, data_dict, schema.kept())
    kept = _found(data["import_id"])
    tk.check_access(action, context, {"organization": kept.organization_id})
    return kept, data


def _found(import_id: str) -> Any:
    kept = RegisterImport.get(model.Session, import_id)
    if kept is None:
        raise tk.ObjectNotFound(
            tk._("There is no such register: it is kept for a week. Send it again.")
        )
    return kept


def _import(context: Context, kept: Any) -> Import:
    table = table_of(Grid(kept.lines, kept.neutralised))
    return import_of(context, find_organization(kept.organization_id), table)


def _told(kept: Any) -> dict[str, Any]:
    return {
        "import_id": kept.id,
        "filename": kept.filename,
        "state": kept.state,
        "total": kept.total,
        "done": kept.done,
        "created": kept.created,
    }
