"""What a file is and what is wrong with it, as ``domain.format_check`` reads it."""

from __future__ import annotations

from typing import Any, BinaryIO

from ckanext.opendata_ua.adapters import detection
from ckanext.opendata_ua.domain.format_check import as_value


def quick(file: BinaryIO) -> dict[str, Any]:
    """Look at the beginning, the end and the list of contents."""
    return as_value(detection.quick(file))


def deep(file: BinaryIO) -> dict[str, Any]:
    """Look at everything, as far as time and memory go."""
    return as_value(detection.deep(file))
