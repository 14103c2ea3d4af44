"""What the rules of the passport look at: plain records, made by the caller."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class FileRecord:
    """One file or programming interface of a dataset.

    ``kind`` is a code of ``vocabularies.RESOURCE_KINDS``; whatever is not
    ``structure`` is data. ``size`` is in bytes.
    """

    id: str = ""
    name: str = ""
    url: str = ""
    format: str = ""
    compress_format: str = ""
    kind: str = "data"
    size: int | None = None
    actual_date: date | None = None
    changed: datetime | None = None

    @property
    def is_structure(self) -> bool:
        """Tell whether the file describes the data instead of holding them."""
        return self.kind == "structure"


@dataclass(frozen=True)
class BodyRecord:
    """The information holder that owns a dataset; ``name`` is its address part."""

    name: str = ""
    title: str = ""
    short_name: str = ""
    edrpou: str = ""
    katottg: str = ""
    address: str = ""
    site: str = ""
    responsible_name: str = ""
    responsible_email: str = ""

    @property
    def called(self) -> str:
        """Return the full name, or the address part where nobody wrote a name."""
        return self.title.strip() or self.name


@dataclass(frozen=True)
class PassportRecord:
    """One dataset as its passport sees it; empty text means that nothing is given.

    ``identifier`` is the name that resolves in the address. ``language``,
    ``frequency``, ``theme``, ``licence`` and ``mandated_item`` are stored codes.
    Moments know their zone.
    """

    identifier: str = ""
    title: str = ""
    notes: str = ""
    purpose: str = ""
    language: str = ""
    frequency: str = ""
    theme: str = ""
    licence: str = ""
    version: str = ""
    mandated_item: str = ""
    keywords: tuple[str, ...] = ()
    first_published: datetime | None = None
    data_changed: datetime | None = None
    page_url: str = ""
    structure_url: str = ""
    files: tuple[FileRecord, ...] = ()
    body: BodyRecord | None = None
    responsible_name: str = ""
    responsible_email: str = ""

    @property
    def data_files(self) -> tuple[FileRecord, ...]:
        """Return the files that hold data, structure documents left out."""
        return tuple(file for file in self.files if not file.is_structure)

    @property
    def structure_address(self) -> str:
        """Return where the structure is: the given address, or a structure file."""
        files = (file.url for file in self.files if file.is_structure and file.url)
        return self.structure_url or next(files, "")

    @property
    def actual_date(self) -> date | None:
        """Return the latest date as of which a data file is actual."""
        days = (file.actual_date for file in self.data_files if file.actual_date)
        return max(days, default=None)
