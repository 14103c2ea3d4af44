"""The passport as a file, one writer a format; they meet in ``WRITERS`` only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from ..passport import PassportRecord
from . import csv_writer, docx_writer, json_writer, xml_writer


class Write(Protocol):
    """Return the whole file of a record.

    ``lang`` is the language of labels: ``uk``, or English for all others. Without
    ``purpose`` the printed form keeps to the approved sheet, which lacks the basis and
    purpose; formats for machines always hold every element. Equal records give equal
    bytes.
    """

    def __call__(
        self, record: PassportRecord, lang: str, *, purpose: bool = True
    ) -> bytes: ...


@dataclass(frozen=True)
class Writer:
    """How one format is called and written."""

    mimetype: str
    extension: str
    write: Write


WRITERS: Mapping[str, Writer] = {
    "json": Writer("application/json; charset=utf-8", "json", json_writer.write),
    "csv": Writer("text/csv; charset=utf-8", "csv", csv_writer.write),
    "xml": Writer("application/xml", "xml", xml_writer.write),
    "docx": Writer(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "docx",
        docx_writer.write,
    ),
}
