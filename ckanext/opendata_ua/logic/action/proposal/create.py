"""Taking proposals in: from anybody, losing none, whatever robots do."""

from __future__ import annotations

import uuid
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.opendata_ua import config
from ckanext.opendata_ua.domain import proposal as rules
from ckanext.opendata_ua.domain import spam
from ckanext.opendata_ua.domain.errors import InvalidValue
from ckanext.opendata_ua.logic import proposal, reading, review, wording
from ckanext.opendata_ua.logic.schema import nothing
from ckanext.opendata_ua.logic.schema import proposal as schema
from ckanext.opendata_ua.model.proposal import (
    Proposal,
    ProposalAuthor,
    ProposalEvent,
    ProposalRow,
    digest,
)

#: Proposals get ids made of the forms they were written in: a form sent in twice, by a
#: second click or a reload, is one proposal.
OF_FORMS = uuid.UUID("5b0c8f6e-6e3c-4b7e-9f5f-3f0f6a6f2f10")


@tk.side_effect_free
def opendata_ua_proposal_form_show(
    context: Context, data_dict: DataDict
) -> dict[str, Any]:
    """Return what a form has to carry: ``form``, proof of when it was opened.

    A program that sends proposals asks for one first, waits while its user writes, and
    gives it to ``opendata_ua_proposal_create``. It is good for one proposal, from three
    seconds to a day after.
    """
    review.validated(context, data_dict, nothing())
    tk.check_access("opendata_ua_proposal_form_show", context, {})
    return {"form": proposal.new_form()}


def opendata_ua_proposal_create(
    context: Context, data_dict: DataDict
) -> dict[str, Any]:
    """Propose something: an error in a dataset, or a dataset that is missing.

    No account is needed. What has signs of a robot is kept like everything else and
    waits for a moderator.

    :param id: id or name of the dataset it is about (optional)
    :param organization: id or name of who should publish it, without ``id`` (optional)
    :param kind: ``error``, ``missing``, ``format``, ``new_set`` or ``other``
    :param text: in plain words, 10 to 5000 characters
    :param name: of who proposes it; only the staff sees it (optional)
    :param email: where the answer goes; nobody sees it (optional)
    :param form: as ``opendata_ua_proposal_form_show`` gave it
    :param homepage: to be left empty: people do not see this field
    :returns: ``proposal_id``, and ``receipt``: the secret address that shows what has
        become of it, told this once only
    :raises ValidationError: code ``invalid``
    """
    data = review.validated(context, data_dict, schema.create())
    tk.check_access("opendata_ua_proposal_create", context, data)
    package, organization_id = _about(context, data)
    name, email = "", ""
    faults: dict[str, Any] = {}
    words = ""
    try:
        words = rules.proposal_text(data["text"])
    except InvalidValue as fault:
        faults.update(_said(fault))
    try:
        name = rules.author_name(data["name"])
    except InvalidValue as fault:
        faults.update(_said(fault))
    try:
        email = rules.author_email(data["email"])
    except InvalidValue as fault:
        faults.update(_said(fault))
    if faults:
        raise tk.ValidationError({"code": ["invalid"], **faults})
    kind = rules.Kind(data["kind"])
    about = package.id if package is not None else None
    text_hash = digest(f"{about}:{spam.fingerprint(words)}")
    form = proposal.form_of(data["form"]) if data["form"] else None
    id_ = str(uuid.uuid5(OF_FORMS, form[0])) if form else str(uuid.uuid4())
    before: ProposalRow | None = model.Session.get(Proposal, id_) if form else None
    if before is not None and before.text_hash == text_hash:
        return _receipt(before.id)
    email_key = proposal.key_of("email", email)
    prefix_hash = proposal.key_of("prefix", _prefix())
    signs = spam.signs(
        spam.Post(
            text=words,
            name=name,
            honeypot=data["homepage"],
            form_age=form[1] if form else None,
            form_used=before is not None,
            **Proposal.recent(model.Session, text_hash, prefix_hash, email_key),
        ),
        config.proposal_limits(),
    )
    values = {
        "package_id": about,
        "organization_id": organization_id,
        "kind": kind.value,
        "text": words,
        "held": spam.is_held(signs),
        "signs": signs,
        "text_hash": text_hash,
        "prefix_hash": prefix_hash,
        "due": config.calendar().due(reading.now(), config.proposal_term()),
    }
    row = None if before else _add(id_, values)
    # the same form at the same moment, or once more with other words: kept, and held
    again = {"held": True, "signs": [*signs, "form_used"]}
    row: ProposalRow = row or _add(str(uuid.uuid4()), {**values, **again})
    if name or email:
        ProposalAuthor.add(
            model.Session,
            row.id,
            name=name,
            email=email,
            email_key=email_key,
            confirmation=proposal.secret("confirm", row.id),
            lang=wording.language(),
        )
    _note(row)
    model.Session.flush()
    if not row.held:
        proposal.tell_staff(
            "proposal_staff", row, proposal.screeners(row.organization_id)
        )
        proposal.tell_author("proposal_received", row)
    model.Session.commit()
    return _receipt(row.id)


def opendata_ua_proposal_confirm(
    context: Context, data_dict: DataDict
) -> dict[str, Any]:
    """Confirm the e-mail address of a proposal; repeating it changes nothing.

    :param token: of the link in the first letter
    :returns: ``confirmed``
    :raises ObjectNotFound: when no address waits for this link
    """
    data = review.validated(context, data_dict, schema.token())
    tk.check_access("opendata_ua_proposal_confirm", context, data)
    author: Any = ProposalAuthor.by_confirmation(model.Session, data["token"])
    if author is None:
        raise tk.ObjectNotFound(
            tk._(
                "This link confirms nothing any more: the address was removed, or the "
                "link is not whole. Open it from the letter once more."
            )
        )
    author.confirmed = author.confirmed or reading.now()
    model.Session.commit()
    return {"confirmed": True}


def _add(id_: str, values: dict[str, Any]) -> ProposalRow | None:
    receipt = proposal.secret("receipt", id_)
    return Proposal.add(model.Session, id_, receipt, **values)


def _receipt(id_: str) -> dict[str, Any]:
    secret = proposal.secret("receipt", id_)
    return {
        "proposal_id": id_,
        "receipt": f"{config.site_url()}/proposals/receipt/{secret}",
    }


def _note(row: ProposalRow) -> None:
    model.Session.add(
        ProposalEvent(
            proposal_id=row.id,
            kind="receive",
            state=row.state,
            version=row.version,
            actor=None,
            details={"signs": row.signs} if row.signs else {},
        )
    )


def _about(context: Context, data: dict[str, Any]) -> tuple[Any, str | None]:
    """Return the dataset, if one is named, and the id of who answers."""
    if data.get("id"):
        package = model.Package.get(data["id"])
        # everybody reads what is proposed: about what everybody sees
        if package is None or package.state != "active" or package.private:
            raise tk.ObjectNotFound(
                tk._("There is no such public dataset: propose without naming one.")
            )
        return package, package.owner_org
    if data.get("organization"):
        group = model.Group.get(data["organization"])
        if group is None or not group.is_organization or group.state != "active":
            raise tk.ValidationError(
                {
                    "code": ["invalid"],
                    "organization": [
                        tk._("There is no such organization: choose one of the list.")
                    ],
                }
            )
        return None, group.id
    if rules.Kind(data["kind"]) in rules.OF_A_DATASET:
        raise tk.ValidationError(
            {
                "code": ["invalid"],
                "kind": [
                    tk._(
                        "Say in which dataset: open its page and propose there, or "
                        "choose another kind."
                    )
                ],
            }
        )
    return None, None


def _prefix() -> str:
    """Return the network the request came from; none outside of a request."""
    return spam.prefix(tk.request.remote_addr or "") if tk.request else ""


def _said(fault: InvalidValue) -> dict[str, list[str]]:
    return {fault.field: [tk._(fault.message).format(**fault.values)]}
