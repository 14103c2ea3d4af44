"""What is said of one file: its name, what is declared, what it is."""

from collections.abc import Mapping
from typing import Any

import pytest

from ckanext.opendata_ua.domain import format_check
from ckanext.opendata_ua.domain.findings import Finding, Severity
from ckanext.opendata_ua.domain.format_check import (
    DEFAULT,
    FAULTS,
    Change,
    Detection,
    Fault,
    Member,
    Verdict,
    as_value,
    forbidden,
    judge,
    policy,
    properties,
    read_declared,
    read_detection,
    unreadable,
    utf8_copy,
)

CSV = Detection("CSV", media_type="text/csv", size=9, encoding="utf-8", delimiter=";")


def of(kind: str, **more: Any) -> Detection:
    return Detection(kind, **more)


def packed(kind: str, *inner: str) -> Detection:
    members = tuple(Member(f"{n}.x", one, 5) for n, one in enumerate(inner))
    return Detection(kind, members=members)


def told(findings: list[Finding]) -> dict[str, str]:
    for one in findings:
        assert one.message.format(**one.values)
        assert one.next_step.format(**one.values)
        assert one.rule
    return {one.code: one.severity.value for one in findings}


def test_a_good_file_is_passed_in_silence() -> None:
    assert judge("CSV", "school.csv", "", CSV, DEFAULT) == []


@pytest.mark.parametrize(
    ("written", "name", "found", "expected"),
    [
        ("CSV", "a.csv", of("PDF"), {"format.mismatch", "format.extension"}),
        ("CSV", "a.csv", of(""), {"format.mismatch", "format.extension"}),
        ("PDF", "a.csv", of("PDF"), {"format.extension"}),
        ("CSV", "a.pdf", of("PDF"), {"format.mismatch"}),
        ("", "a.csv", of("PDF"), {"format.extension"}),
        ("ZIP", "a.zip", of("CSV"), {"format.mismatch", "format.extension"}),
        ("csv.zip", "a.csv", CSV, {"format.mismatch"}),
        ("csv.zip", "a.bin", of(""), {"format.mismatch"}),
        ("CSV", "a.zip", packed("ZIP", "JSON"), {"format.mismatch"}),
        ("CSV", "a.zip", packed("ZIP", ""), {"format.mismatch"}),
        ("csv.zip", "a.gz", packed("GZIP", "CSV"), {"format.mismatch"}),
        ("7z", "a.zip", packed("ZIP", "CSV"), {"format.mismatch"}),
    ],
)
def test_what_does_not_agree_blocks(
    written: str, name: str, found: Detection, expected: set[str]
) -> None:
    findings = judge(written, name, "", found, DEFAULT)
    blocking = {one.code for one in findings if one.severity is Severity.BLOCKING}
    told(findings)
    assert blocking == expected


@pytest.mark.parametrize(
    ("written", "name", "found"),
    [
        ("CSV", "a.zip", packed("ZIP", "CSV")),
        ("CSV", "a.zip", packed("ZIP")),
        ("csv.zip", "a.zip", packed("ZIP", "CSV", "CSV")),
        ("ZIP", "a.zip", packed("ZIP", "CSV", "JSON")),
        ("ZIP", "a.zip", packed("ZIP", "")),
        ("RDF", "a.ttl", of("TTL")),
        ("shp.zip", "a.zip", of("SHP")),
        ("CSV", "a.csv", of("TXT", also=("CSV",))),
        ("MKA", "a.mka", of("MKV", also=("MKA",))),
        ("DWG", "a.dwg", of("")),
        ("", "csv", CSV),
        ("CSV", "a.dat", CSV),
    ],
)
def test_what_agrees_does_not_block(written: str, name: str, found: Detection) -> None:
    findings = judge(written, name, "", found, DEFAULT)
    assert "blocking" not in told(findings).values()


@pytest.mark.parametrize(
    ("written", "found", "code"),
    [
        ("JSON", of("GEOJSON"), "format.narrower"),
        ("DWG", of("CSV"), "format.narrower"),
        ("ZIP", packed("ZIP", "CSV"), "format.packed"),
        (".сsv", CSV, "format.homoglyph"),
        ("КСВ", CSV, "format.homoglyph"),
        ("cvs", CSV, "format.misspelling"),
        ("CSV, XLSX", CSV, "format.several"),
        ("text/csv", CSV, "format.media_type"),
        ("Ексель", of("XLSX"), "format.name"),
        ("ＣＳＶ", CSV, "format.name"),
    ],
)
def test_what_can_be_said_better_is_advised(
    written: str, found: Detection, code: str
) -> None:
    assert told(judge(written, "a", "", found, DEFAULT)).get(code) == "advice"


@pytest.mark.parametrize("code", FAULTS)
def test_every_fault_of_the_bytes_becomes_a_finding_with_its_place(code: str) -> None:
    values = {"limit": 5, "columns": 6, "encoding": "windows-1251", "missing": ".dbf"}
    found = of("ZIP", faults=(Fault(code, "тека/а.csv", values),))
    findings = judge("ZIP", "a.zip", "", found, DEFAULT, place={"resource_id": "r"})
    (one,) = [one for one in findings if one.code == f"content.{code}"]
    assert one.severity is FAULTS[code].severity
    assert dict(one.place) == {"resource_id": "r", "member": "тека/а.csv"}
    assert one.values["file"] == "a.zip → тека/а.csv"
    told(findings)


def test_values_that_detection_lacks_leave_no_message_unsaid() -> None:
    for code in FAULTS:
        told(judge("CSV", "a.csv", "", of("CSV", faults=(Fault(code),)), DEFAULT))


def test_of_a_hopeless_file_only_the_fault_is_told() -> None:
    for code in ("empty", "unreadable", "executable"):
        found = of("PDF", faults=(Fault(code),))
        assert set(told(judge("CSV", "a.csv", "", found, DEFAULT))) == {
            f"content.{code}"
        }


def test_what_could_not_be_read_blocks() -> None:
    findings = judge("CSV", "a.csv", "", unreadable(5), DEFAULT)
    assert told(findings) == {"content.unreadable": "blocking"}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("a\u202evsc.exe.csv", "content.name"),
        ("a\r\nb.csv", "content.name"),
        ("звіт.csv.exe", "content.executable"),
        ("a.e\u200bxe", "content.executable"),
    ],
)
def test_a_name_that_deceives_blocks_an_upload_and_no_link(
    name: str, code: str
) -> None:
    assert told(judge("CSV", name, "", CSV, DEFAULT))[code] == "blocking"
    assert code not in told(judge("CSV", name, "", CSV, DEFAULT, uploaded=False))


def test_a_link_may_end_in_anything() -> None:
    address = "https://a.ua/x/data.php?format=csv#1"
    assert judge("CSV", address, "text/csv", CSV, DEFAULT, uploaded=False) == []


@pytest.mark.parametrize(
    ("media_type", "found", "advised"),
    [
        ("application/pdf", CSV, True),
        ("Text/CSV; charset=utf-8", CSV, False),
        ("application/octet-stream", CSV, False),
        ("", CSV, False),
        ("application/x-foo", of("EPUB"), False),
    ],
)
def test_a_server_that_says_another_media_type_is_told_of(
    media_type: str, found: Detection, advised: bool
) -> None:
    findings = judge("", "https://a.ua/x", media_type, found, DEFAULT, uploaded=False)
    assert ("format.media_type" in told(findings)) == advised
    mine = judge("", "x", media_type, found, DEFAULT)
    assert "format.media_type" not in told(mine)


def test_a_forbidden_format_is_refused_at_once_with_what_to_do() -> None:
    findings = judge("PDF", "a.pdf", "", of("PDF-SCAN"), DEFAULT)
    (one,) = forbidden(findings)
    assert one.code == "format.forbidden"
    assert "CSV" in one.next_step.format(**one.values)


def test_a_file_that_is_declared_as_forbidden_is_refused_whatever_it_is() -> None:
    assert forbidden(judge("SWF", "a.csv", "", CSV, DEFAULT))
    assert forbidden(judge("SWF", "a.swf", "", None, DEFAULT))
    assert forbidden(judge("", "a.swf", "", None, DEFAULT))
    assert not forbidden(judge("", "a", "", None, DEFAULT))
    assert not forbidden(judge("CSV", "a.csv", "", None, DEFAULT))


def test_a_warned_format_needs_a_word_unless_it_only_accompanies_data() -> None:
    pdf = of("PDF")
    assert told(judge("PDF", "a.pdf", "", pdf, DEFAULT)) == {"format.warned": "warning"}
    beside = judge("PDF", "a.pdf", "", pdf, DEFAULT, accompanying=True)
    assert told(beside) == {"format.warned": "advice"}


@pytest.mark.parametrize(
    ("inner", "severity"),
    [
        (("CSV", "PDF", "PDF"), "advice"),
        (("PDF",), "warning"),
        (("PDF", "JPG"), "warning"),
        (("CSV", "DJVU"), "blocking"),
    ],
)
def test_files_inside_an_archive_are_judged_beside_each_other(
    inner: tuple[str, ...], severity: str
) -> None:
    findings = judge("ZIP", "a.zip", "", packed("ZIP", *inner), DEFAULT)
    about = [
        one for one in findings if one.code in ("format.warned", "format.forbidden")
    ]
    assert {one.severity.value for one in about} == {severity}
    assert len(about) == len(set(inner) - {"CSV"})
    assert all("member" in one.place for one in about)


def test_what_is_of_no_known_kind_is_warned_of() -> None:
    assert told(judge("", "a.bin", "", of(""), DEFAULT)) == {
        "format.unknown": "warning"
    }
    inside = told(judge("", "a.zip", "", packed("ZIP", "", "CSV"), DEFAULT))
    assert inside["format.unknown"] == "warning"


def test_a_fault_without_a_format_says_enough() -> None:
    found = of("", faults=(Fault("damaged"),))
    assert told(judge("", "a", "", found, DEFAULT)) == {"content.damaged": "blocking"}


def test_somebodys_own_reason_stands_as_it_was_written() -> None:
    own = {"CSV": Change(Verdict.FORBIDDEN, "Наказ {5}", source="organization")}
    (one,) = judge("CSV", "a.csv", "", CSV, policy(own))
    assert one.message.format(**one.values) == "CSV: Наказ {5}"
    assert one.values["source"] == "organization"


def test_the_worst_comes_first() -> None:
    found = of("PDF", faults=(Fault("encoding", values={"encoding": "x"}),))
    severities = [one.severity for one in judge(".сsv", "a.csv", "", found, DEFAULT)]
    assert severities == sorted(severities, key=list(Severity).index)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (CSV, ("CSV", "", "UTF-8")),
        (packed("ZIP", "CSV", "CSV"), ("CSV", "ZIP", "")),
        (packed("ZIP", "CSV", "JSON"), ("ZIP", "ZIP", "")),
        (packed("TAR", "CSV"), ("CSV", "", "")),
        (packed("ZIP", ""), ("ZIP", "ZIP", "")),
        (of("CSV", encoding="cp1251"), ("CSV", "", "windows-1251")),
        (of("SHP"), ("SHP", "", "")),
    ],
)
def test_the_passport_gets_what_was_found(
    found: Detection, expected: tuple[str, str, str]
) -> None:
    read = properties(found)
    assert (read.format, read.compress_format, read.encoding) == expected


def test_a_detection_survives_being_told_as_data() -> None:
    fault = Fault("too_wide", "a.csv", {"columns": 5, "limit": 4})
    found = Detection(
        *("ZIP", ("SHP",), "application/zip", 5, "cp1251", ";", "{urn:a}b"),
        *((Member("a", "CSV", 3),), (fault,), True),
    )
    assert read_detection(as_value(found)) == found


def _but(**changed: object) -> Mapping[str, object]:
    return {**as_value(CSV), **changed}


@pytest.mark.parametrize(
    "value",
    [
        *(None, [], "CSV", {}, _but(format=5), _but(format="C V"), _but(size=-1)),
        *(_but(size=True), _but(size="5"), _but(encoding="rot13"), _but(delimiter="x")),
        *(_but(also="CSV"), _but(also=[5]), _but(members=[{}]), _but(members=[5])),
        *(_but(faults=[{"code": "x", "member": "", "values": {}}]), _but(root=5)),
        *(_but(faults=[{"code": "nul", "member": "", "values": {"a": []}}]),),
        *(_but(faults=[{"code": [], "member": "", "values": {}}]),),
        *(_but(faults=[{"code": "nul", "member": "", "values": 5}]),),
        *(_but(faults=[{"code": "nul", "member": "", "values": "ab"}]),),
    ],
)
def test_what_a_stranger_says_is_not_taken_on_trust(value: object) -> None:
    with pytest.raises(ValueError, match="No detection"):
        read_detection(value)


def test_long_and_hidden_texts_of_a_stranger_are_cut() -> None:
    read = read_detection(_but(media_type="a\u202e" + "b" * 900, also=["CSV"] * 900))
    assert len(read.media_type) <= 300
    assert "\u202e" not in read.media_type
    assert len(read.also) == 200


@pytest.mark.parametrize(
    ("written", "name", "change"),
    [("csv", "CSV", ""), ("xlsx.", "XLSX", ""), ("КСВ", "KCB", "homoglyph")],
)
def test_a_written_format_is_read(written: str, name: str, change: str) -> None:
    read = read_declared(written)
    assert (read.format, read.change) == (name, change)


@pytest.mark.parametrize(
    "encoding", ["cp1251", "koi8-u", "utf-16-le", "utf-16-be", "utf-8-sig", "utf-8"]
)
def test_a_copy_in_utf_8_says_the_same(encoding: str) -> None:
    text = "школа;Їжак\r\n" * 50
    mark = "\ufeff" if encoding.startswith("utf-16") else ""
    data = (mark + text).encode(encoding)
    pieces = [data[n : n + 7] for n in range(0, len(data), 7)]
    copy = b"".join(utf8_copy(pieces, encoding))
    assert copy.decode("utf-8") == text


def test_bytes_that_are_no_text_make_no_copy() -> None:
    with pytest.raises(UnicodeDecodeError):
        list(utf8_copy([b"\x98\xff"], "cp1251"))
    with pytest.raises(UnicodeDecodeError):
        list(utf8_copy([b"a\0b"], "utf-16-le"))


def test_a_copy_of_nothing_is_nothing() -> None:
    assert list(utf8_copy([b""], "cp1251")) == []
    assert format_check.ENGINE
