"""Each format of the register is read back by an independent reader: the same rows."""

import gc
import json
import zipfile
from collections.abc import Sequence
from io import BytesIO

import pytest

from ckanext.opendata_ua.domain.publication import Stop
from ckanext.opendata_ua.domain.register import (
    LAYOUTS,
    OFFERS,
    Heading,
    Holder,
    RegisterRow,
    Stored,
    reader,
)
from ckanext.opendata_ua.domain.register.records import tidied
from ckanext.opendata_ua.domain.register.xlsx_writer import LONGEST
from tests.register_readers import (
    GRAPHS,
    READERS,
    TABLES,
    Rows,
    ods_lines,
    read_csv,
    unordered,
    xlsx_lines,
)

PAGE = "https://data.rada.example/datasets-register?organization=rada&x=1"
HOLDERS = {
    "org": Holder("rada", "Рада «А» & Б", "00032129", "Коваль О. І.", "a@rada.ua"),
    "bare": Holder("bare", "Без коду"),
}


def stored(name: str, **fields: str | None) -> Stored:
    given: dict[str, str | None] = {
        "title": f"Набір {name}",
        "description": "Опис.",
        "frequency": "once a month",
        "keywords": "зупинки, транспорт",
        "purpose": "Закон України",
        "formats": "csv|xlsx|CSV",
        "owner": "org",
        "contact": "Шевчук Г. П.",
        "email": "data@rada.ua",
        "stop": None,
        "shown_title": None,
        "reason": None,
    }
    return Stored(name, **{**given, **fields})  # type: ignore[arg-type]  # texts


SETS = (
    stored("a-plain"),
    stored(
        "b-hostile",
        title='=HYPERLINK("http://evil","<b>&amp;</b>")',
        description="Рядок\r\nдругий\tз  пробілами\u2028і \x07дзвінком, «лапки» \"'\\",
        purpose="-2+3",
        contact="'=already",
        email='a b"<c>@x.ua, d@y.ua',
        keywords="@тег, +1",
        formats="\u0442\u043a\u0441|GTFS|MS & Co|PDF/A|PDF",
    ),
    stored(
        "c-empty",
        **dict.fromkeys(
            ("title", "description", "frequency", "keywords", "purpose", "formats")
        ),
        owner="nobody",
        contact=None,
        email=None,
    ),
    stored("d-unknown", frequency="коли схочемо", owner="bare", email=None),
    stored("e-suspended", stop="suspended", shown_title="Набір е", reason="Скарга."),
    stored("f-withdrawn", stop="withdrawn", shown_title="Набір є", reason="Помилка."),
    stored("g-only-mail", contact=None, owner="bare"),
    stored("h-zeros", owner=None),
)
ROWS = [reader("https://data.rada.example", HOLDERS)(one) for one in SETS]


def written(
    extension: str, heading: Heading, rows: Sequence[RegisterRow] = ROWS, step: int = 3
) -> bytes:
    writer = OFFERS[extension].writer(heading)
    parts = [writer.begin()]
    parts += [writer.rows(rows[at : at + step]) for at in range(0, len(rows), step)]
    return b"".join([*parts, writer.rows([]), writer.end()])


def heading(layout: str = "2019", *, titles_row: bool = False) -> Heading:
    return Heading(LAYOUTS[layout], PAGE, holder="Рада", titles_row=titles_row)


def expected(layout: str) -> Rows:
    return [
        {field: getattr(row, field) for field in LAYOUTS[layout].fields} for row in ROWS
    ]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("extension", TABLES)
def test_tables_give_the_rows_in_every_layout(extension: str, layout: str) -> None:
    content = written(extension, heading(layout))
    assert READERS[extension](content, layout) == expected(layout)


@pytest.mark.parametrize("name", GRAPHS)
def test_graphs_give_the_rows(name: str) -> None:
    extension = name if name in OFFERS else "html"
    content = written(extension, heading())
    wanted = unordered(expected("2019"))
    if name == "microdata":  # its reader makes one space of all white space
        wanted = [
            {field: value and " ".join(value.split()) for field, value in row.items()}
            for row in wanted
        ]
    assert READERS[name](content, "") == wanted


@pytest.mark.parametrize("extension", sorted(set(OFFERS) - {"xlsx", "ods"}))
def test_portions_do_not_change_the_bytes(extension: str) -> None:
    whole = written(extension, heading(), step=100)
    assert whole == written(extension, heading(), step=1)


@pytest.mark.parametrize("extension", OFFERS)
def test_rows_that_were_written_are_let_go(extension: str) -> None:
    def objects_after(rows: Sequence[RegisterRow]) -> int:
        written(extension, heading(), rows, step=50)
        gc.collect()
        return len(gc.get_objects())

    before = objects_after(ROWS)
    assert objects_after(ROWS * 50) - before < len(ROWS) * 50


@pytest.mark.parametrize("extension", OFFERS)
def test_equal_rows_give_equal_bytes(extension: str) -> None:
    assert written(extension, heading()) == written(extension, heading())


@pytest.mark.parametrize("extension", OFFERS)
def test_a_register_without_datasets_is_well_formed(extension: str) -> None:
    content = written(extension, heading(), [])
    if extension != "html":
        assert READERS[extension](content, "2019") == []
    else:
        assert READERS["microdata"](content, "") == []


@pytest.mark.parametrize("lines", [xlsx_lines, ods_lines])
def test_no_cell_of_a_sheet_begins_like_a_formula(lines: object) -> None:
    extension = "xlsx" if lines is xlsx_lines else "ods"
    found: list[list[str]] = lines(written(extension, heading()))  # type: ignore[operator]
    cells = [cell for line in found for cell in line]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    assert '\'=HYPERLINK("http://evil","<b>&amp;</b>")' in cells


@pytest.mark.parametrize("extension", ["csv", "xlsx", "ods"])
def test_a_second_row_of_headings_is_an_option_of_tables(extension: str) -> None:
    content = written(extension, heading(titles_row=True))
    rows = READERS[extension](content, "2019")
    assert rows[0]["page"] == "Посилання на сторінку набору даних"
    assert rows[1:] == expected("2019")


def test_codes_keep_their_zeros_and_a_missing_one_is_null() -> None:
    text = written("csv", heading()).decode()
    assert ",00032129," in text
    assert ",null," in text


def test_a_csv_has_no_byte_order_mark_and_lines_of_rfc_4180() -> None:
    content = written("csv", heading("law"))
    assert content.startswith(b"identifier,title,distributionFormat,landingPage\r\n")


def test_text_longer_than_a_cell_of_excel_is_cut() -> None:
    row = tidied((*ROWS[0][:2], "я" * (LONGEST + 10), *ROWS[0][3:]))
    lines = xlsx_lines(written("xlsx", heading(), [row]))
    assert lines[1][2] == "я" * LONGEST


@pytest.mark.parametrize("extension", ["xlsx", "ods"])
def test_sheets_are_archives_without_faults(extension: str) -> None:
    with zipfile.ZipFile(BytesIO(written(extension, heading()))) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert len(names) == len(set(names))


def test_the_first_member_of_ods_says_what_it_is() -> None:
    content = written("ods", heading())
    assert content[30:84] == (b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet")


def test_json_says_what_the_columns_are() -> None:
    told = json.loads(written("json", heading("2025")))
    assert told["columns"][6] == {
        "key": "url",
        "title": "Посилання на сторінку набору даних",
        "datatype": "anyURL",
        "required": True,
    }
    assert told["title"].endswith(": Рада")
    assert Heading().title == "Реєстр наборів даних"


def test_what_was_stopped_says_so() -> None:
    suspended, withdrawn = ROWS[4], ROWS[5]
    assert suspended.title == "Набір е (оприлюднення призупинено)"
    assert (suspended.formats, suspended.description) == ("", "Опис.")
    assert withdrawn.title == "Набір є (оприлюднення припинено)"
    assert withdrawn.description == "Оприлюднення припинено. Причина: Помилка."
    hidden = ("frequency", "keywords", "purpose", "formats", "contact", "email")
    assert [getattr(withdrawn, field) for field in hidden] == [""] * 6
    assert (withdrawn.stop, withdrawn.publisher_code) == (Stop.WITHDRAWN, "00032129")


def test_rows_speak_of_people_where_the_dataset_says_nothing() -> None:
    row = reader("https://p.example", HOLDERS)(
        stored("x", contact="", email=None, shown_title=None)
    )
    assert (row.contact, row.email) == ("Коваль О. І.", "a@rada.ua")


@pytest.mark.parametrize(
    ("code", "shown"),
    [("32129", "00032129"), (" 14360570 ", "14360570"), ("", None), ("ФОП", "ФОП")],
)
def test_the_code_of_the_holder_is_text_of_eight_digits(
    code: str, shown: str | None
) -> None:
    row = reader("", {"o": Holder("o", "О", code)})(stored("x", owner="o"))
    assert row.publisher_code == shown


def test_csv_of_formulas_comes_back() -> None:
    rows = read_csv(written("csv", heading()), "2019")
    assert rows[1]["purpose"] == "-2+3"
    assert rows[1]["contact"] == "'=already"


def test_an_organization_without_an_address_is_described_in_place() -> None:
    row = ROWS[0]._replace(holder_page="", publisher_code=None)
    for name in ("ttl", "rdf", "jsonld", "html"):
        content = written(name, heading(), [row])
        found = READERS["microdata" if name == "html" else name](content, "")
        assert found[0]["publisher"] == row.publisher
