"""The passport as a file, one writer a format; they meet in ``WRITERS`` only."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..passport import PassportRecord
from . import csv_writer, docx_writer, json_writer, xml_writer


@dataclass(frozen=True)
class Writer:
    """How one format is written.

    ``write`` takes a record and the language of labels (``uk``, or English for all
    others) and returns the whole file. Equal records give equal bytes.
    """

    mimetype: str
    extension: str
    write: Callable[[PassportRecord, str], bytes]


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
