"""The register of datasets: layouts, rows, and a writer for each format."""

from .heading import Heading
from .layouts import DEFAULT, LAYOUTS, MANDATED, NULL, Column, Layout
from .offers import OFFERS, Offer, Writer
from .records import BAR, JOINT, MARKS, Holder, RegisterRow, Stored, reader

__all__ = [
    "BAR",
    "DEFAULT",
    "JOINT",
    "LAYOUTS",
    "MANDATED",
    "MARKS",
    "NULL",
    "OFFERS",
    "Column",
    "Heading",
    "Holder",
    "Layout",
    "Offer",
    "RegisterRow",
    "Stored",
    "Writer",
    "reader",
]
