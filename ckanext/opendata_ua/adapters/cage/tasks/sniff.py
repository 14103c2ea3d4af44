"""What the bytes are, whatever the name says."""

from __future__ import annotations

from typing import BinaryIO

import magic

# the table of signatures is read here, in the keeper, where it still can be
_MAGIC = magic.Magic(mime=True)


def media_type(file: BinaryIO) -> str:
    """Return the media type by libmagic: ``application/pdf``, ``text/csv`` …"""
    return str(_MAGIC.from_descriptor(file.fileno()))
