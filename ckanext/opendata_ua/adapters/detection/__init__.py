"""What the bytes of a file are, read by bounds; runs only inside the cage.

``look``        one file: bounded reading and what was found
``recognise``   the way in: by first bytes, as a text, what hides
``signatures``  the table of first bytes
``text``, ``letters``, ``tabular``, ``objects`` (JSON), ``markup`` (XML)
``zips``, ``directory``, ``office``, ``containers``, ``packed``, ``sevenzip``
``ole``, ``pdf``, ``pictures``, ``records``
"""

from __future__ import annotations

from typing import BinaryIO

from ckanext.opendata_ua.domain.format_check import Detection

from .look import Look, deep_budget, quick_budget
from .recognise import examine

__all__ = ["deep", "quick"]


def quick(file: BinaryIO) -> Detection:
    """Say what a file is by its beginning, its end and its list of contents."""
    look = Look(file, quick_budget(), examine, deep=False)
    examine(look)
    return look.detection()


def deep(file: BinaryIO) -> Detection:
    """Say what a file is by all of it, as far as the budget goes."""
    look = Look(file, deep_budget(), examine, deep=True)
    examine(look)
    if not (look.whole or look.sampled):
        # what was not looked at is not thereby clean
        look.fault("partly")
    return look.detection()
