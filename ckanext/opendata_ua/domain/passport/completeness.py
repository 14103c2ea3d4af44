"""What a passport lacks, and which of its stored values are wrong.

Completeness is a rule of transitions (submission, approval), never of saving.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache

from .. import formats, identifiers
from ..findings import Finding, Severity
from ..words import N_
from .records import BodyRecord, FileRecord, PassportRecord
from .values import Fault, check_value, finding


def _absent(message: str, next_step: str) -> Fault:
    return Fault("missing", message, next_step)


# Elements of the dataset itself that submission requires, and how to tell each gap.
_DATASET: Mapping[str, tuple[Callable[[PassportRecord], object], Fault]] = {
    "name": (
        lambda record: record.identifier,
        _absent(
            N_("The dataset has no identifier."),
            N_("Save the dataset once more: the portal gives the identifier."),
        ),
    ),
    "title": (
        lambda record: record.title.strip(),
        _absent(
            N_("The dataset has no title."),
            N_("Write the title as in the mandated list, with the name of the holder."),
        ),
    ),
    "notes": (
        lambda record: record.notes.strip(),
        _absent(
            N_("The contents of the dataset are not described."),
            N_("Describe in a few sentences what the dataset holds."),
        ),
    ),
    "purpose_of_collecting_information": (
        lambda record: record.purpose.strip(),
        _absent(
            N_("The basis and purpose of collecting the information are not given."),
            N_("Name the legal acts by which the information is collected."),
        ),
    ),
    "language": (
        lambda record: record.language,
        _absent(
            N_("The language of the data is not given."),
            N_("Choose the language of the data."),
        ),
    ),
    "update_frequency": (
        lambda record: record.frequency,
        _absent(
            N_("The update frequency is not given."),
            N_("Choose how often the data are updated."),
        ),
    ),
    "tags": (
        lambda record: record.keywords,
        _absent(N_("The dataset has no keyword."), N_("Write at least one keyword.")),
    ),
    "url": (
        lambda record: [file for file in record.data_files if file.url],
        _absent(
            N_("The dataset has no file with data."),
            N_("Add a file with data, or a link to a programming interface."),
        ),
    ),
    "organization": (
        lambda record: record.body and record.body.called,
        _absent(
            N_("The information holder is not given."),
            N_("Choose the organization that owns the dataset."),
        ),
    ),
    "maintainer": (
        lambda record: record.responsible_name.strip(),
        _absent(
            N_("The responsible person is not given."),
            N_("Write the name of the person who answers for the dataset."),
        ),
    ),
    "maintainer_email": (
        lambda record: record.responsible_email.strip(),
        _absent(
            N_("The e-mail address of the responsible person is not given."),
            N_("Write the e-mail address of the responsible person."),
        ),
    ),
}
_STRUCTURE = _absent(
    N_("The structure of the dataset is not published."),
    N_("Add a file that describes the columns and mark it as the structure."),
)
# The same for each file with data.
_FILE: Mapping[str, tuple[Callable[[FileRecord], object], Fault]] = {
    "format": (
        lambda file: file.format.strip(),
        _absent(
            N_("The format of the file “{file}” is not given."),
            N_("Give the format of the file, for example CSV."),
        ),
    ),
    "data_actual_date": (
        lambda file: file.actual_date,
        _absent(
            N_("The file “{file}” does not say as of which day its data are actual."),
            N_("Give the day on which the data of the file were true."),
        ),
    ),
    "compress_format": (
        lambda file: (
            file.compress_format or not formats.packed_as(file.format, file.url)
        ),
        _absent(
            N_("The file “{file}” is compressed, but its compression is not given."),
            N_("Choose the format of compression of the file."),
        ),
    ),
}
# Fields whose stored value may be wrong in an old dataset.
_STORED: Mapping[str, Callable[[PassportRecord], str]] = {
    "name": lambda record: record.identifier,
    "title": lambda record: record.title,
    "notes": lambda record: record.notes,
    "purpose_of_collecting_information": lambda record: record.purpose,
    "language": lambda record: record.language,
    "update_frequency": lambda record: record.frequency,
    "theme": lambda record: record.theme,
    "license_id": lambda record: record.licence,
    "version": lambda record: record.version,
    "mandated_item": lambda record: record.mandated_item,
    "maintainer": lambda record: record.responsible_name,
    "maintainer_email": lambda record: record.responsible_email,
}
_STORED_OF_FILE: Mapping[str, Callable[[FileRecord], str]] = {
    "compress_format": lambda file: file.compress_format,
    "data_actual_date": lambda file: (
        file.actual_date.isoformat() if file.actual_date else ""
    ),
}
_STORED_OF_BODY: Mapping[str, Callable[[BodyRecord], str]] = {
    "edrpou": lambda body: body.edrpou,
    "katottg": lambda body: body.katottg,
    "site_url": lambda body: body.site,
}


def missing(record: PassportRecord) -> tuple[Finding, ...]:
    """Return the elements that submission requires and the passport lacks."""
    return tuple(_missing(record))


def _missing(record: PassportRecord) -> Iterator[Finding]:
    for key, (given, fault) in _DATASET.items():
        if not given(record):
            yield finding(key, fault, "passport")
    for file in record.data_files:
        for key, (given_in_file, fault) in _FILE.items():
            if not given_in_file(file):
                named = replace(fault, values={"file": file.name or file.url})
                yield finding(key, named, "passport", place=_place(file))
    # The law wants the structure too. Until the portal makes it from the data by
    # itself, its absence only warns: publishers cannot be asked for a file that few
    # of them can write.
    if not record.structure_address:
        yield finding("structure", _STRUCTURE, "passport", Severity.WARNING)


def faults(record: PassportRecord, *, today: date = date.max) -> tuple[Finding, ...]:
    """Return what is wrong with the values that the passport holds.

    Without ``today`` no date counts as lying in the future.
    """
    return tuple(_faults(record, today))


def _faults(record: PassportRecord, today: date) -> Iterator[Finding]:
    for key, stored in _STORED.items():
        yield from check_value(key, stored(record), today=today)[1]
    for keyword in record.keywords:
        yield from check_value("tags", keyword, today=today)[1]
    for file in record.files:
        for key, stored_in_file in _STORED_OF_FILE.items():
            for found in check_value(key, stored_in_file(file), today=today)[1]:
                yield replace(found, place={**found.place, **_place(file)})
    if record.body:
        yield from findings_of_body(record.body)


@lru_cache(maxsize=256)
def findings_of_body(body: BodyRecord) -> tuple[Finding, ...]:
    """Return what is doubtful about an information holder; nothing of it blocks.

    Whoever publishes a dataset can seldom correct the record of the organization.
    """
    found = [
        replace(wrong, severity=Severity.WARNING)
        for key, stored in _STORED_OF_BODY.items()
        for wrong in check_value(key, stored(body), today=date.max)[1]
    ]
    if not body.edrpou.strip():
        fault = _absent(
            N_("The organization has no EDRPOU code."),
            N_("Ask the administrator of the organization to write the code."),
        )
        found.append(finding("edrpou", fault, "own", Severity.WARNING))
    elif _well_formed(body.edrpou) and not identifiers.edrpou_check_digit_ok(
        body.edrpou
    ):
        fault = Fault(
            "check_digit",
            N_("The last digit of the EDRPOU code {value} does not agree with it."),
            N_("Compare the code with the register; leave it if it is right."),
            {"value": body.edrpou},
        )
        found.append(finding("edrpou", fault, "own", Severity.WARNING))
    return tuple(found)


def _well_formed(edrpou: str) -> bool:
    return not check_value("edrpou", edrpou, today=date.max)[1]


def findings(record: PassportRecord, *, today: date = date.max) -> tuple[Finding, ...]:
    """Return all that is missing or wrong, all at once."""
    return missing(record) + faults(record, today=today)


def complete(record: PassportRecord, *, today: date = date.max) -> bool:
    """Tell whether nothing stands in the way of submission."""
    return not any(
        found.severity is Severity.BLOCKING for found in findings(record, today=today)
    )


def _place(file: FileRecord) -> dict[str, str | int]:
    return {"resource_id": file.id} if file.id else {}
