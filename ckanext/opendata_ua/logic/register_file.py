"""The file of an organization's register, as it is published in a dataset."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from tempfile import SpooledTemporaryFile
from typing import Any

from werkzeug.datastructures import FileStorage

from ckanext.opendata_ua.logic.reader.register import open_register

NAME = "Register.csv"
#: Up to so many bytes a file stays in memory.
SMALL = 4 * 1024 * 1024


@contextmanager
def register_file(organization_id: str, layout: str) -> Iterator[FileStorage]:
    """Give the register of an organization as a file that was sent.

    :raises Busy: when too many registers are being read
    """
    asked = {"format": "csv", "layout": layout, "organization": organization_id}
    with (
        SpooledTemporaryFile(SMALL) as file,
        closing(open_register({"ignore_auth": True}, asked).start()) as pieces,
    ):
        for piece in pieces:
            file.write(piece)
        file.seek(0)
        sent: Any = file
        yield FileStorage(sent, filename=NAME)
