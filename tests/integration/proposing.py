"""What the tests of proposals share: sending one, asking as somebody, refusals."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta, timezone
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from freezegun import freeze_time

from ckanext.opendata_ua.model.outbox import Message
from ckanext.opendata_ua.model.proposal import Proposal

NAME, EMAIL = "Марічка Гуцулюк-Ой", "marichka.hutsuliuk@example.org"
TEXT = "У стовпчику «висота» стоять від’ємні числа."


def a_form(age: timedelta = timedelta(minutes=1)) -> str:
    """Return a form that was opened a while ago."""
    with freeze_time(datetime.now(timezone.utc) - age):
        return tk.get_action("opendata_ua_proposal_form_show")({}, {})["form"]


def propose(**fields: Any) -> dict[str, Any]:
    """Send a proposal as somebody without an account."""
    data = {"kind": "error", "text": f"{TEXT} {uuid.uuid4()}", "form": a_form()}
    return as_("", "create", **{**data, **fields})


def as_(user: Any, action: str, **data: Any) -> Any:
    """Ask an action of proposals as somebody."""
    name = user["name"] if isinstance(user, dict) else user
    context: Any = {"user": name, "ignore_auth": False}
    return tk.get_action(f"opendata_ua_proposal_{action}")(context, data)


def refused(user: Any, action: str, **data: Any) -> dict[str, Any]:
    """Return what is said against asking an action."""
    with pytest.raises(tk.ValidationError) as refusal:
        as_(user, action, **data)
    model.Session.rollback()
    return refusal.value.error_dict


def letters() -> list[Any]:
    """Return the letters that were posted, in their order."""
    rows = model.Session.execute(
        sa.select(Message).where(Message.channel == "mail").order_by(Message.created)
    )
    return list(rows.scalars())


def stored(id_: str) -> Any:
    """Return the row of a proposal as it is now."""
    model.Session.rollback()
    model.Session.expire_all()
    return model.Session.get(Proposal, id_)


def older(days: float, *ids: str) -> None:
    """Let proposals have come so many days earlier; all of them, if none is named."""
    change = sa.update(Proposal).values(created=Proposal.created - timedelta(days=days))
    if ids:
        change = change.where(Proposal.id.in_(ids))
    model.Session.execute(change.execution_options(synchronize_session=False))
    model.Session.commit()
