"""What a register says of itself, whatever it is written as."""

from dataclasses import dataclass

from .layouts import DEFAULT, LAYOUTS, Layout

_OF_ALL = "Реєстр наборів даних"
_ABOUT = (
    "Перелік оприлюднених наборів даних: назви, описи, частота оновлення, формати, "
    "розпорядники та адреси."
)
_OF_ONE = "Реєстр наборів даних, що перебувають у володінні: {holder}"


@dataclass(frozen=True)
class Heading:
    """Layout, name and address of a register.

    ``page_url`` is the absolute address of its page, ``site_url`` that of the portal;
    ``holder`` is the full name of the organization it is of, empty for all.
    ``titles_row`` asks tables for the second row of headings that the templates of
    2019 have; formats that are no tables ignore it.
    """

    layout: Layout = LAYOUTS[DEFAULT]
    page_url: str = ""
    site_url: str = ""
    site_title: str = ""
    holder: str = ""
    titles_row: bool = False

    @property
    def title(self) -> str:
        """Return the name of the register, as the recommendations of 2019 call it."""
        return _OF_ONE.format(holder=self.holder) if self.holder else _OF_ALL

    @property
    def description(self) -> str:
        """Return what the register is, for those who meet it among other catalogues."""
        return _ABOUT

    @property
    def publisher(self) -> str:
        """Return who publishes the register: the holder, or the portal."""
        return self.holder or self.site_title

    @property
    def rows(self) -> list[tuple[str, ...]]:
        """Return the rows of headings of a table: the keys, then perhaps the titles."""
        titles = tuple(column.title for column in self.layout.columns)
        return [self.layout.keys, titles] if self.titles_row else [self.layout.keys]
