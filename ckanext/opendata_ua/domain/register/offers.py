"""Every format the register is offered in: they meet in ``OFFERS`` only."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from . import ods_writer
from .csv_writer import CsvWriter
from .heading import Heading
from .html_writer import HtmlWriter
from .json_writer import JsonWriter
from .jsonld_writer import JsonLdWriter
from .ods_writer import OdsWriter
from .rdf_writer import RdfWriter
from .records import RegisterRow
from .turtle_writer import TurtleWriter
from .xlsx_writer import XlsxWriter
from .xml_writer import XmlWriter


class Writer(Protocol):
    """Write a register in three steps; what they return, in order, is the file.

    ``rows`` may be asked any number of times, also with no rows, and may return
    nothing yet. Memory does not grow with the rows. Equal rows give equal bytes,
    however they are portioned, as long as the format is not packed.
    """

    def begin(self) -> bytes: ...
    def rows(self, rows: Sequence[RegisterRow]) -> bytes: ...
    def end(self) -> bytes: ...


@dataclass(frozen=True)
class Offer:
    """One format: its media type, whether layouts matter, and its writer."""

    extension: str
    mimetype: str
    writer: Callable[[Heading], Writer]
    has_layouts: bool = True
    packed: bool = False  # already compressed


OFFERS: Mapping[str, Offer] = {
    offer.extension: offer
    for offer in (
        Offer("csv", "text/csv; charset=utf-8", CsvWriter),
        Offer(
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            XlsxWriter,
            packed=True,
        ),
        Offer("ods", ods_writer.MIMETYPE, OdsWriter, packed=True),
        Offer("json", "application/json; charset=utf-8", JsonWriter),
        Offer("xml", "application/xml", XmlWriter),
        Offer("rdf", "application/rdf+xml", RdfWriter, has_layouts=False),
        Offer("ttl", "text/turtle; charset=utf-8", TurtleWriter, has_layouts=False),
        Offer("jsonld", "application/ld+json", JsonLdWriter, has_layouts=False),
        Offer("html", "text/html; charset=utf-8", HtmlWriter, has_layouts=False),
    )
}
