"""What the actions of proposals share: secrets, forms, people, dicts, letters."""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import authz, model
from ckan.types import AlchemySession
from itsdangerous import BadData, URLSafeTimedSerializer

from ckanext.opendata_ua import config
from ckanext.opendata_ua.domain import proposal as rules
from ckanext.opendata_ua.domain.dates import printed
from ckanext.opendata_ua.domain.files import version_path
from ckanext.opendata_ua.domain.letters import PROPOSALS
from ckanext.opendata_ua.domain.proposal import State
from ckanext.opendata_ua.logic import reading, review, rights, wording
from ckanext.opendata_ua.model.file_version import FileVersion
from ckanext.opendata_ua.model.moderator import Moderator
from ckanext.opendata_ua.model.outbox import Message
from ckanext.opendata_ua.model.proposal import (
    AuthorRow,
    Proposal,
    ProposalAuthor,
    ProposalEvent,
    ProposalRow,
    datasets,
    digest,
)

#: Stand in stored letters for addresses that only the letter itself may hold.
RECEIPT, CONFIRM = "[[receipt]]", "[[confirm]]"
#: What every answer to a reader may hold.
LONGEST_SIGNS = 20


# -- secrets ---------------------------------------------------------------------------


def secret(what: str, id_: str) -> str:
    """Return the secret of an address, made of the portal's key: stored nowhere."""
    made = hmac.digest(config.secret_key(), f"{what}:{id_}".encode(), "sha256")
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def key_of(what: str, value: str) -> str:
    """Return what stands for an e-mail address or a network; empty for nothing.

    Without the portal's key nobody can try out which address it is.
    """
    if not value:
        return ""
    told = f"{what}:{value.strip().casefold()}".encode()
    return hmac.digest(config.secret_key(), told, "sha256").hex()


def new_form() -> str:
    """Return the proof that a form was sent to somebody now."""
    return _serializer().dumps(secrets.token_urlsafe(12))


def form_of(proof: str) -> tuple[str, timedelta] | None:
    """Return the nonce and the age of a form, None when it is none of ours."""
    try:
        nonce, made = _serializer().loads(proof, return_timestamp=True)
    except BadData:
        return None
    return str(nonce), max(reading.now() - made, timedelta())


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(config.secret_key(), salt="opendata-ua-proposal")


# -- people ----------------------------------------------------------------------------


def scope(user: Any) -> Sequence[str] | None:
    """Return ids of the organizations whose proposals somebody deals with.

    None for all of them: publishers, organization administrators and moderators, each
    theirs.
    """
    published, moderated = rights.published(user), rights.moderated(user)
    if published is None or moderated is None:
        return None
    return sorted({*published, *moderated})


def answers(user: Any, row: ProposalRow) -> bool:
    """Tell whether somebody answers a proposal."""
    known = scope(user)
    return known is None or row.organization_id in known


def screens(user: Any, row: ProposalRow) -> bool:
    """Tell whether somebody shows and hides a proposal.

    Moderators and administrators of the organization do; an editor, about whose work
    it may complain, does not.
    """
    if user is None:
        return False
    if rights.moderates(user, row.organization_id):
        return True
    return bool(row.organization_id) and authz.has_user_permission_for_group_or_org(
        row.organization_id, user.name, "admin"
    )


def found(proposal_id: str) -> ProposalRow:
    """Return a proposal.

    :raises tk.ObjectNotFound: when there is none
    """
    row = model.Session.get(Proposal, proposal_id)
    if row is None:
        raise tk.ObjectNotFound(tk._("There is no such proposal."))
    return row


def locked(proposal_id: str) -> ProposalRow:
    """Return a proposal with its row locked until the end of the transaction.

    :raises tk.ObjectNotFound: when there is none
    """
    row = Proposal.lock(model.Session, proposal_id)
    if row is None:
        model.Session.rollback()
        raise tk.ObjectNotFound(tk._("There is no such proposal."))
    return row


# -- dicts -----------------------------------------------------------------------------


def public_dicts(rows: Sequence[ProposalRow]) -> list[dict[str, Any]]:
    """Return proposals as everybody sees them: of hidden ones the reason, no text."""
    sets = datasets(
        model.Session,
        [id_ for row in rows for id_ in (row.package_id, row.grown_package_id)],
    )
    organizations = review.titles({row.organization_id for row in rows})
    files = _files({row.fixed_version for row in rows} - {None})
    return [_public(row, sets, organizations, files) for row in rows]


def _files(version_ids: set[str]) -> Mapping[str, str]:
    """Return the permanent addresses of published versions of files, by id."""
    if not version_ids:
        return {}
    version: Any = FileVersion
    rows = model.Session.execute(
        sa.select(version).where(
            version.id.in_(version_ids), version.published.is_not(None)
        )
    ).scalars()
    return {
        row.id: config.site_url()
        + version_path(row.package_id, row.resource_id, row.sha256, row.name)
        for row in rows
    }


def _public(
    row: ProposalRow,
    sets: Mapping[str, tuple[str, str, bool]],
    organizations: Mapping[str | None, dict[str, str]],
    files: Mapping[str, str],
) -> dict[str, Any]:
    state = State(row.state)
    open_ = state in rules.PUBLIC
    return {
        "proposal_id": row.id,
        "proposal_version": row.version,
        "kind": row.kind,
        "state": row.state,
        "text": row.text if open_ else "",
        "hidden_reason": row.hidden_reason,
        "dataset": _dataset(sets.get(row.package_id)),
        "organization": organizations.get(row.organization_id),
        "created": review.moment_text(row.created),
        "due": review.moment_text(row.due),
        "late": rules.is_late(state, row.due, row.answered, reading.now()),
        "answered": review.moment_text(row.answered),
        "ended": review.moment_text(row.ended),
        "answer": row.answer if open_ else "",
        "outcome": row.outcome,
        "planned_on": row.planned_on.isoformat() if row.planned_on else None,
        "ground": row.ground if open_ else "",
        "forwarded_to": row.forwarded_to if open_ else "",
        "fixed_file": files.get(row.fixed_version),
        "grown_dataset": _dataset(sets.get(row.grown_package_id)),
    }


def _dataset(known: tuple[str, str, bool] | None) -> dict[str, str] | None:
    """Return a dataset everybody may see, else None: a hidden one has no name here."""
    if known is None or not known[2]:
        return None
    return {"name": known[0], "title": known[1]}


def staff_dicts(rows: Sequence[ProposalRow]) -> list[dict[str, Any]]:
    """Return proposals as those see them who deal with them: with text and sender.

    The address itself is not theirs to see, only that there is one.
    """
    people = ProposalAuthor.names(model.Session, [row.id for row in rows])
    told = []
    for row, shown in zip(rows, public_dicts(rows), strict=True):
        author = people.get(row.id)
        told.append(
            {
                **shown,
                "text": row.text,
                "answer": row.answer,
                "ground": row.ground,
                "forwarded_to": row.forwarded_to,
                "held": row.held,
                "signs": list(row.signs)[:LONGEST_SIGNS],
                "author": author.name if author else "",
                "has_email": bool(author and author.email),
            }
        )
    return told


def history(row: ProposalRow) -> list[dict[str, Any]]:
    """Return the steps of a proposal, with the names of the staff."""
    events = ProposalEvent.of(model.Session, row.id)
    people = review.names({event.actor for event in events})
    return [
        {
            "kind": event.kind,
            "state": event.state,
            "moment": review.moment_text(event.moment),
            "actor": people.get(event.actor),
            "details": event.details,
        }
        for event in events
    ]


def ended(context: Any, row: ProposalRow) -> dict[str, Any]:
    """Commit a step and return the proposal as the staff sees it."""
    model.Session.flush()
    if not context.get("defer_commit"):
        model.Session.commit()
    return staff_dicts([row])[0]


# -- letters ---------------------------------------------------------------------------


def tell_staff(kind: str, row: ProposalRow, people: Iterable[str]) -> None:
    """Post a letter about one proposal to people of the portal.

    :param kind: a key of ``domain.letters.PROPOSALS``
    """
    with wording.portal_language():
        payload = _letter(kind, row, f"proposals/{row.id}")
    for person in people:
        _post(kind, row, person, payload)


def tell_author(kind: str, row: ProposalRow) -> None:
    """Post a letter to whoever sent a proposal, once the address is confirmed.

    The first letter asks for that. Of what has signs of a robot nobody gets a letter.
    """
    author = ProposalAuthor.of(model.Session, row.id)
    if author is None or not author.email or row.held:
        return
    if author.confirmed is None and kind != "proposal_received":
        return
    with wording.language_of(author.lang):
        payload = _letter(kind, row, f"proposals/{row.id}")
    _post(kind, row, f"proposal:{row.id}", {**payload, "proposal_id": row.id})


def _letter(kind: str, row: ProposalRow, path: str) -> dict[str, str]:
    sets = datasets(model.Session, [row.package_id])
    title = sets[row.package_id][1] if row.package_id in sets else ""
    values = {
        "about": title or tk._("a dataset that is missing"),
        "due": printed(row.due),
        "answer": row.answer,
        "text": row.text,
        "reason": tk._(rules.HIDDEN_WORDS[rules.HiddenReason(row.hidden_reason)])
        if row.hidden_reason
        else "",
        "outcome": tk._(rules.OUTCOME_WORDS[rules.Outcome(row.outcome)])
        if row.outcome
        else "",
        "link": f"{config.site_url()}/{path}",
        "receipt": RECEIPT,
        "confirm": CONFIRM,
    }
    letter = PROPOSALS[kind]
    return {
        "subject": tk._(letter.subject).format(**values),
        "body": tk._(letter.body).format(**values),
    }


def _post(kind: str, row: ProposalRow, to: str, payload: Mapping[str, Any]) -> None:
    Message.post(
        model.Session,
        channel="mail",
        recipient=to,
        dedupe_key=f"{kind}:{row.id}:{row.version}:{to}",
        payload=payload,
    )


def addressed(
    session: AlchemySession, payload: Mapping[str, Any]
) -> tuple[str, str, str] | None:
    """Return name, address and body of a letter to an author; None when it is gone.

    :param payload: with ``proposal_id``; the addresses only its reader may have are
        put in now
    """
    id_ = str(payload["proposal_id"])
    author: AuthorRow = ProposalAuthor.of(session, id_)
    row = session.get(Proposal, id_)
    if author is None or not author.email or row is None:
        return None
    body = str(payload["body"])
    receipt = secret("receipt", id_)
    if digest(receipt) == row.receipt_hash:  # the portal's key is the same still
        body = body.replace(RECEIPT, f"{config.site_url()}/proposals/receipt/{receipt}")
    confirm = secret("confirm", id_)
    body = body.replace(CONFIRM, f"{config.site_url()}/proposals/confirm/{confirm}")
    return author.name, author.email, body


def screeners(organization_id: str | None) -> list[str]:
    """Return ids of the people who show and hide proposals of an organization."""
    people = set(Moderator.of_organization(model.Session, organization_id))
    if organization_id:
        people |= rights.members_of(organization_id, ["admin"])
    return sorted(people or Moderator.of_all(model.Session))


def responsible(organization_id: str | None) -> list[str]:
    """Return ids of the people who owe answers of an organization."""
    people: set[str] = set()
    if organization_id:
        people = rights.members_of(organization_id, ["admin", "editor"])
    return sorted(people or screeners(organization_id))
