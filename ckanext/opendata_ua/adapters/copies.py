"""Copies of answers that took long to make, on this machine, one for each question.

They are a cache and nothing more: a copy that cannot be written or read is no error,
the answer is made anew. A folder that several machines share serves all of them.
"""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

log = logging.getLogger(__name__)


class Copy:
    """A copy under way; what is written to it is kept when all was written."""

    def __init__(self, file: BinaryIO | None) -> None:
        self._file = file

    def write(self, piece: bytes) -> None:
        """Add a piece; a full disk costs the copy, not the answer."""
        if self._file is None:
            return
        try:
            self._file.write(piece)
        except OSError as error:
            log.warning("An answer is not kept: %s", error)
            self._file = None

    @property
    def whole(self) -> bool:
        """Tell whether every piece was written."""
        return self._file is not None


class Copies:
    """A folder of copies, named ``<question>~<edition>``.

    :param folder: None keeps nothing
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def open(self, question: str, edition: str) -> BinaryIO | None:
        """Return the copy of this edition of an answer, None when there is none."""
        if self._folder is None:
            return None
        try:
            return (self._folder / f"{question}~{edition}").open("rb")
        except OSError:
            return None

    @contextmanager
    def making(self, question: str, edition: str) -> Iterator[Copy]:
        """Give a copy to write to; it takes the place of all earlier editions.

        Whatever ends the block early, nothing is kept.
        """
        file = self._begin(question)
        if file is None or self._folder is None:
            yield Copy(None)
            return
        path = Path(file.name)
        try:
            with file:
                copy = Copy(file)
                yield copy
                if copy.whole:
                    file.flush()
            if copy.whole:
                self._replace(path, question, edition)
        finally:
            with suppress(OSError):
                path.unlink(missing_ok=True)

    def _begin(self, question: str) -> BinaryIO | None:
        if self._folder is None:
            return None
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._folder, prefix=f".{question}~")
            os.close(handle)
            return Path(name).open("wb")
        except OSError as error:
            log.warning("Answers are not kept: %s", error)
            return None

    def _replace(self, path: Path, question: str, edition: str) -> None:
        assert self._folder is not None  # noqa: S101 - a file was made in it
        target = self._folder / f"{question}~{edition}"
        try:
            path.replace(target)
            for old in self._folder.glob(f"{question}~*"):
                if old != target:
                    old.unlink(missing_ok=True)
        except OSError as error:
            log.warning("An answer is not kept: %s", error)
