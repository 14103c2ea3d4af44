"""What is said about an error that ends up in a table or a log: nothing personal."""

from __future__ import annotations

import traceback

import ckan.plugins.toolkit as tk

LONGEST = 300
OURS = "ckanext/opendata_ua/"


def describe(error: BaseException) -> str:
    """Return the class of an error and where it was raised, never its message.

    Messages quote values: names, addresses, what people wrote. A refused validation
    names its fields.
    """
    words = type(error).__name__
    if isinstance(error, tk.ValidationError):
        words += f" of {', '.join(sorted(map(str, error.error_dict)))}"
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if OURS in frame.filename] or frames
    if own:
        place = own[-1].filename.rpartition("site-packages/")[2]
        place = place[place.rfind(OURS) :] if OURS in place else place
        words += f" at {place}:{own[-1].lineno}"
    return words[:LONGEST]


def whole(error: BaseException) -> str:
    """Return what a log keeps of an error."""
    return f"{describe(error)}\n{trace(error)}"


def trace(error: BaseException) -> str:
    """Return where an error came from, line by line, without its message."""
    return "".join(traceback.format_tb(error.__traceback__))
