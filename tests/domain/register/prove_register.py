"""The long form: an office program opens the sheets, and finds text and no formula.

LibreOffice is no dependency of the project. On Debian:
``apt-get install --no-install-recommends libreoffice-calc-nogui``.
"""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
import tracemalloc
from pathlib import Path

import openpyxl
import pytest

from ckanext.opendata_ua.domain.register import LAYOUTS, OFFERS
from tests.domain.register.test_writers import ROWS, heading, written
from tests.register_readers import xlsx_lines

OFFICE = shutil.which("soffice") or "soffice"
#: Comma, quotation mark, UTF-8, all cells as they look; no cell is a number.
AS_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false"


def converted(path: Path, to: str, suffix: str) -> bytes:
    """Return a file as LibreOffice writes it; it calculates whatever it opens."""
    profile = f"-env:UserInstallation={(path.parent / 'profile').as_uri()}"
    asked = [OFFICE, profile, "--headless", "--convert-to", to]
    out = path.parent / "out"
    done = subprocess.run(
        [*asked, "--outdir", str(out), str(path)],
        capture_output=True,
        text=True,
        timeout=180,
        check=True,
    )
    found = out / f"{path.stem}.{suffix}"
    assert found.exists(), done.stdout + done.stderr
    return found.read_bytes()


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("extension", ["xlsx", "ods"])
def test_an_office_program_reads_the_same_rows_and_evaluates_nothing(
    tmp_path: Path, extension: str, layout: str
) -> None:
    path = tmp_path / f"Register.{extension}"
    path.write_bytes(written(extension, heading(layout)))
    text = converted(path, AS_CSV, "csv").decode("utf-8")
    lines = list(csv.reader(text.splitlines(keepends=True)))
    wanted = written("csv", heading(layout)).decode("utf-8")
    assert lines == list(csv.reader(wanted.splitlines(keepends=True)))


@pytest.mark.parametrize("extension", ["xlsx", "ods"])
def test_what_an_office_program_saves_has_no_formula(
    tmp_path: Path, extension: str
) -> None:
    path = tmp_path / f"Register.{extension}"
    path.write_bytes(written(extension, heading()))
    saved = converted(path, "xlsx:Calc MS Excel 2007 XML", "xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(saved)).worksheets[0]
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value}
    assert kinds == {"s"}
    lines = [[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert lines == xlsx_lines(written("xlsx", heading()))


@pytest.mark.parametrize("extension", OFFERS)
def test_memory_does_not_grow_with_the_rows(extension: str) -> None:
    portion = ROWS[:1] * 1000

    def peak(portions: int) -> int:
        writer = OFFERS[extension].writer(heading())
        tracemalloc.start()
        writer.begin()
        for _ in range(portions):
            writer.rows(portion)
        writer.end()
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return size

    peak(1)
    assert peak(20) < peak(1) * 1.5 + 100_000
