"""The passport as people read it: in the law's order, or as the printed form."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from .. import dates, formats, vocabularies
from .elements import BY_KEY, ELEMENTS
from .records import PassportRecord

EMPTY = "—"
# The form annexed to local order No. 107 has one line more than elements: the e-mail.
_EMAIL_LABELS = {
    "uk": "Електронна адреса відповідальної особи",
    "en": "E-mail address of the responsible person",
}
# A number of the version may be added to the passport (local order, clause 3.2).
_VERSION_LABELS = {"uk": "Номер версії набору даних", "en": "Version of the dataset"}


@dataclass(frozen=True)
class Line:
    """One line of the passport.

    ``number`` is that of the element, 0 for an added line. ``value`` is for people;
    several links stand on lines of their own. ``code`` is the same for machines (a
    stored code, an ISO date) where that differs. ``uri`` is an address that the value
    stands for or leads to.
    """

    number: int
    key: str
    label: str
    value: str
    uri: str | None = None
    code: str = ""


@dataclass(frozen=True)
class _Cell:
    value: str
    uri: str | None = None
    code: str = ""


_Shown = Callable[[PassportRecord, str], _Cell]


def _term(vocabulary: vocabularies.Vocabulary, code: str, lang: str) -> _Cell:
    """Show the label of a stored code; an unknown old code is shown as it is."""
    term = vocabulary.resolve(code)
    if term is None:
        return _Cell(code, None, code)
    return _Cell(term.label(lang), term.uri, term.code)


def _moment(moment: dates.datetime | None) -> _Cell:
    if moment is None:
        return _Cell("")
    return _Cell(dates.printed(moment), None, dates.iso(moment))


def _day(day: dates.date | None) -> _Cell:
    return _Cell(dates.printed_day(day), None, day.isoformat()) if day else _Cell("")


def _unique(words: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(filter(None, words)))


def _compressions(record: PassportRecord) -> str:
    return _unique(
        formats.compression(file.compress_format) or file.compress_format.upper()
        for file in record.data_files
    )


def _links(record: PassportRecord) -> _Cell:
    addresses = [record.page_url, *(file.url for file in record.data_files)]
    return _Cell("\n".join(dict.fromkeys(filter(None, addresses))), record.page_url)


def _holder(record: PassportRecord, lang: str) -> _Cell:
    body = record.body
    if not body:
        return _Cell("")
    mark = "код ЄДРПОУ" if lang == "uk" else "EDRPOU code"
    code = f"{mark} {body.edrpou}" if body.edrpou else ""
    return _Cell(_joined(body.called, code), body.site or None, body.edrpou)


def _joined(*parts: str) -> str:
    return ", ".join(filter(None, parts))


_SHOWN: Mapping[str, _Shown] = {
    "name": lambda record, lang: _Cell(record.identifier),
    "title": lambda record, lang: _Cell(record.title),
    "notes": lambda record, lang: _Cell(record.notes),
    "purpose_of_collecting_information": lambda record, lang: _Cell(record.purpose),
    "language": lambda record, lang: _term(
        vocabularies.LANGUAGES, record.language, lang
    ),
    "format": lambda record, lang: _Cell(
        _unique(formats.name(file.format) for file in record.data_files)
    ),
    "compress_format": lambda record, lang: _Cell(_compressions(record)),
    "date_first_published": lambda record, lang: _moment(record.first_published),
    "data_modified": lambda record, lang: _moment(record.data_changed),
    "data_actual_date": lambda record, lang: _day(record.actual_date),
    "update_frequency": lambda record, lang: _term(
        vocabularies.FREQUENCIES, record.frequency, lang
    ),
    "tags": lambda record, lang: _Cell(_unique(record.keywords)),
    "url": lambda record, lang: _links(record),
    "structure": lambda record, lang: _Cell(
        record.structure_address, record.structure_address
    ),
    "organization": _holder,
    "maintainer": lambda record, lang: _Cell(
        _joined(record.responsible_name, record.responsible_email)
    ),
}
_AS_LISTED: Mapping[str, _Shown] = {}
# Where the form differs from the list of elements.
_ON_FORM: Mapping[str, _Shown] = {
    "maintainer": lambda record, lang: _Cell(record.responsible_name),
}


def lines(
    record: PassportRecord,
    lang: str,
    *,
    form: bool = False,
    purpose: bool = True,
    version: bool = True,
) -> tuple[Line, ...]:
    """Return the passport line by line.

    In the law's order there are sixteen lines, one an element, empty values empty.
    With ``form`` they are those of the printed form: the responsible person and the
    e-mail apart, a dash for nothing. The form of 2020 lacks the basis and purpose;
    ``purpose`` prints it after the frequency. ``version`` prints the version, if the
    dataset has one, at the end.
    """
    if not form:
        return tuple(
            _line(element.key, element.label(lang), record, lang)
            for element in ELEMENTS
        )
    return tuple(_form(record, lang, purpose=purpose, version=version))


def _form(
    record: PassportRecord, lang: str, *, purpose: bool, version: bool
) -> Iterable[Line]:
    extra = "purpose_of_collecting_information"
    for element in ELEMENTS:
        if element.key == extra:
            continue
        label = element.label(lang, form=True)
        yield _printed(_line(element.key, label, record, lang, _ON_FORM))
        if element.key == "update_frequency" and purpose:
            yield _printed(_line(extra, BY_KEY[extra].label(lang), record, lang))
    yield _printed(
        Line(16, "maintainer_email", _in(_EMAIL_LABELS, lang), record.responsible_email)
    )
    if version and record.version:
        yield Line(0, "version", _in(_VERSION_LABELS, lang), record.version)


def _line(
    key: str,
    label: str,
    record: PassportRecord,
    lang: str,
    differing: Mapping[str, _Shown] = _AS_LISTED,
) -> Line:
    cell = differing.get(key, _SHOWN[key])(record, lang)
    return Line(BY_KEY[key].number, key, label, cell.value, cell.uri or None, cell.code)


def _printed(line: Line) -> Line:
    return Line(
        line.number, line.key, line.label, line.value or EMPTY, line.uri, line.code
    )


def _in(labels: Mapping[str, str], lang: str) -> str:
    return labels["uk" if lang == "uk" else "en"]
