"""The import of a register as a stream of what becomes of its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.opendata_ua import config
from ckanext.opendata_ua.domain import format_check
from ckanext.opendata_ua.domain.findings import Finding, Severity
from ckanext.opendata_ua.domain.format_check import Policy
from ckanext.opendata_ua.domain.register import RegisterRow, reader
from ckanext.opendata_ua.domain.register.headings import records
from ckanext.opendata_ua.domain.register.matching import (
    Difference,
    Known,
    Matcher,
    Outcome,
    Plan,
    conflict,
    differences,
)
from ckanext.opendata_ua.domain.register.records import Stored
from ckanext.opendata_ua.domain.register.row_reader import (
    ReadRow,
    finding,
    row_reader,
)
from ckanext.opendata_ua.domain.words import N_
from ckanext.opendata_ua.logic import format_rules, review, wording
from ckanext.opendata_ua.logic.register_table import Table, sent_table
from ckanext.opendata_ua.logic.schema import register as schema
from ckanext.opendata_ua.model import register, register_import

__all__ = ["Import", "open_comparison", "open_import"]

#: Rows whose datasets are read by one statement.
PORTION = 250


@dataclass
class Import:
    """Rows of a register, and what becomes of each of them in one organization."""

    context: Context
    organization: Any  # row of the organization
    table: Table
    rows: Sequence[ReadRow]
    matcher: Matcher
    row_of: Any
    rules: Policy  # of formats

    def would(self) -> Iterator[dict[str, Any]]:
        """Yield what would become of each row; nothing is written."""
        for plan, stored in self._plans():
            yield self._forbidden(plan) or self._told(plan, stored)

    def become(
        self, count: Callable[[], object] = lambda: None
    ) -> Iterator[dict[str, Any]]:
        """Make the drafts, each in a transaction of its own; yield what became.

        It may be ended anywhere: who begins anew finds what was made, and goes on.

        :param count: is called in the transaction of each draft
        """
        for plan, stored in self._plans():
            if found := self._forbidden(plan):
                yield found
            elif plan.outcome is Outcome.CREATED:
                yield self._make(plan.row, count)
            else:
                yield self._told(plan, stored)

    def compared(self) -> Iterator[dict[str, Any]]:
        """Yield where the file and the portal differ, a dict for each field.

        ``kind`` is ``only_file``, ``differs``, ``unclear`` (a row that means nothing
        or what another one means), and then ``only_portal`` of public datasets.
        """
        for plan, stored in self._plans():
            if plan.known and stored:
                for one in differences(plan.row, stored):
                    yield _line("differs", plan, one)
            elif plan.outcome is Outcome.CREATED:
                yield _line("only_file", plan)
            else:
                found = (*plan.findings, *plan.row.findings)[0]
                said = Difference("", wording.message(found), "")
                yield _line("unclear", plan, said)
        for known in self.matcher.left():
            if known.public:
                row = ReadRow(0, known.title)
                yield _line("only_portal", Plan(row, Outcome.MATCHED, known))

    def _plans(self) -> Iterator[tuple[Plan, RegisterRow | None]]:
        for portion in _portions(self.rows):
            plans = [self.matcher.plan(row) for row in portion]
            stored = self._stored([plan.known for plan in plans if plan.known])
            for plan in plans:
                yield plan, stored.get(plan.known.name) if plan.known else None

    def _stored(self, datasets: Iterable[Known]) -> dict[str, RegisterRow]:
        names = [one.name for one in datasets]
        if not names:
            return {}
        found = register_import.stored(model.Session, names)
        return {name: self.row_of(Stored._make(row)) for name, row in found.items()}

    def _forbidden(self, plan: Plan) -> dict[str, Any] | None:
        """Tell of a new row whose formats are forbidden here, None for all others."""
        if plan.outcome is not Outcome.CREATED:
            return None
        words = [
            wording.sentence(one)
            for file in plan.row.files
            for one in format_check.forbidden(
                format_check.judge(
                    file.format,
                    file.url,
                    "",
                    None,
                    self.rules,
                    uploaded=False,
                    accompanying=False,
                )
            )
        ]
        if not words:
            return None
        found = _refused(plan.row, words)
        return _dict(Plan(plan.row, Outcome.INVALID), (), (found,))

    def _make(self, row: ReadRow, count: Callable[[], object]) -> dict[str, Any]:
        """Make the draft of a row, unless it has appeared meanwhile."""
        organization: str = self.organization.id
        register_import.let_nobody_else(model.Session, organization)
        for known in register_import.appeared(
            model.Session, organization, row.name, row.title
        ):
            if known.name == row.name or self.matcher.is_free(known.id):
                model.Session.rollback()
                plan = self.matcher.claim(row, known)
                return self._told(plan, self._stored([known]).get(known.name))
        count()
        try:
            made: Any = tk.get_action("package_create")(
                self._fresh(), _draft(row, organization)
            )
        except tk.ValidationError as refusal:
            model.Session.rollback()
            found = _refused(row, _leaves(refusal.error_dict))
            return _dict(Plan(row, Outcome.INVALID), (), (found,))
        package: Any = model.Package.get(made)
        known = Known(package.id, package.name, package.title or "")
        self.matcher.made(row, known)
        return _dict(Plan(row, Outcome.CREATED, known), (), ())

    def _fresh(self) -> Any:
        return {**tk.fresh_context(self.context), "return_id_only": True}

    def _told(self, plan: Plan, stored: RegisterRow | None) -> dict[str, Any]:
        differ = differences(plan.row, stored) if plan.known and stored else ()
        if not differ:
            return _dict(plan, (), ())
        found = conflict(plan.row, differ)
        changed = Plan(plan.row, Outcome.CONFLICT, plan.known, plan.way)
        return _dict(changed, differ, (found,))


def open_import(context: Context, data_dict: DataDict) -> Import:
    """Return the import of a register; see ``opendata_ua_register_import``.

    :raises ValidationError: when what was sent is no register
    :raises ObjectNotFound: for an organization that there is not
    :raises NotAuthorized: for who may make no datasets there
    """
    holder, table = _asked(context, data_dict, "opendata_ua_register_import")
    return import_of(context, holder, table)


def open_comparison(context: Context, data_dict: DataDict) -> Import:
    """Return a register to be compared; without an organization, with the portal.

    Raises as ``open_import`` does.
    """
    holder, table = _asked(context, data_dict, "opendata_ua_register_compare")
    return import_of(context, holder, table)


def _asked(context: Context, data_dict: DataDict, action: str) -> tuple[Any, Table]:
    sent = {key: data_dict.get(key) for key in ("upload", "rows")}
    rest = {key: data_dict[key] for key in data_dict if key not in sent}
    every = action == "opendata_ua_register_compare"
    data = review.validated(context, rest, schema.importing(every=every))
    named = data.get("organization")
    holder = find_organization(named) if named else None
    tk.check_access(action, context, {"organization": holder.id if holder else None})
    return holder, sent_table(sent)


def find_organization(named: str) -> Any:
    """Return the row of an organization that is not deleted.

    :raises ObjectNotFound: when there is none
    """
    holder: Any = model.Group.get(named)
    if holder is None or not holder.is_organization or holder.state != "active":
        raise tk.ObjectNotFound(
            tk._("There is no organization {name} on this portal.").format(name=named)
        )
    return holder


def import_of(context: Context, holder: Any, table: Table) -> Import:
    """Return the import of a table into an organization, or into none for all."""
    organization = holder.id if holder else None
    holders = register.holders(model.Session)
    code = holders[organization].code if organization else ""
    site_url = config.site_url()
    read = row_reader(
        site_url, code, table.head.names, neutralised=table.grid.neutralised
    )
    grid = table.grid
    rows = [
        read(number, said)
        for number, said in records(grid.lines, table.head, number=grid.first)
    ]
    names = {row.name for row in rows if row.name}
    matcher = Matcher(
        rows,
        register_import.known(model.Session, organization),
        register_import.taken(model.Session, names, organization),
    )
    return Import(
        context=context,
        organization=holder,
        table=table,
        rows=rows,
        matcher=matcher,
        row_of=reader(site_url, holders),
        rules=format_rules.rules_of(organization),
    )


def _portions(rows: Sequence[ReadRow]) -> Iterator[list[ReadRow]]:
    left = iter(rows)
    while portion := list(islice(left, PORTION)):
        yield portion


def _draft(row: ReadRow, organization: str) -> dict[str, Any]:
    data: dict[str, Any] = {"owner_org": organization, **row.fields}
    if row.name:
        data["name"] = row.name
    data["resources"] = [
        {"url": file.url, "format": file.format, "name": file.format}
        for file in row.files
    ]
    return data


def _line(kind: str, plan: Plan, one: Difference | None = None) -> dict[str, Any]:
    """Return one difference as the Action API and a file show it."""
    known = plan.known
    return {
        "kind": kind,
        "row": plan.row.number or None,
        "name": known.name if known else plan.row.identifier,
        "title": known.title if known else plan.row.title,
        "field": one.field if one else "",
        "file": one.file if one else "",
        "portal": one.portal if one else "",
    }


def _refused(row: ReadRow, words: Iterable[str]) -> Finding:
    return finding(
        "refused",
        N_("The draft was not saved: {words}"),
        N_("Correct the row and load the file again: what was made is found."),
        Severity.BLOCKING,
        {"row": row.number},
        {"words": " ".join(dict.fromkeys(words))},
    )


def _leaves(errors: Any) -> Iterator[str]:
    """Yield the words of a refusal, whatever they are nested in."""
    if isinstance(errors, dict):
        for key, inner in errors.items():
            if key != "code":
                yield from _leaves(inner)
    elif isinstance(errors, list):
        for inner in errors:
            yield from _leaves(inner)
    elif errors:
        yield str(errors)


def _dict(
    plan: Plan, differ: Sequence[Difference], found: Sequence[Finding]
) -> dict[str, Any]:
    """Return what became of a row as the Action API shows it."""
    known = plan.known
    return {
        "row": plan.row.number,
        "title": plan.row.title,
        "outcome": plan.outcome.value,
        "id": known.id if known else None,
        "name": known.name if known else plan.row.name,
        "matched_by": plan.way.value if plan.way else None,
        "differences": [
            {"field": one.field, "file": one.file, "portal": one.portal}
            for one in differ
        ],
        "findings": [
            {
                "code": one.code,
                "severity": one.severity.value,
                "place": dict(one.place),
                "message": wording.message(one),
                "next_step": wording.next_step(one),
            }
            for one in (*found, *plan.findings, *plan.row.findings)
        ],
    }
