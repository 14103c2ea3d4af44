"""Words that stand nowhere else, and how an answer is searched for them.

A canary is a dataset with another word in every place. An answer that holds one of the
words tells what is in that place, whatever page, feed or file it is.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from string import ascii_lowercase
from types import MappingProxyType

#: Every word begins so; then hexadecimal digits of the run and of the canary, then two
#: letters of the place.
START = "zq"
RUN, OWN = 8, 4
WORD = re.compile(
    rf"{START}[0-9a-f]{{{RUN + OWN}}}[a-z]{{2}}"
    r"|[0-9a-f]{64}"  # SHA-256 of a file
    r"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"  # an id
)
#: Places of ids: that one exists is no secret to who asks for it, or for its neighbour.
IDS = frozenset({"id", "file_id", "view_id", "activity_id", "case_id"})
#: Archives and documents are looked into this deep, and up to this size together.
DEEPEST, LARGEST = 2, 32 * 1024 * 1024


@dataclass(frozen=True)
class Canary:
    """A dataset whose words must not be told to those who may not read it.

    :param name: what reports call it
    :param words: place → what stands there; lower case
    :param values: names of things that belong to it, to ask for: ids, a file's name
    """

    name: str
    words: Mapping[str, str]
    values: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def part_of(run: str) -> str:
    """Return the beginning of all words of a run, to search for without saying any.

    :param run: hexadecimal digits; what is longer than ``RUN`` is cut off
    """
    return START + run[:RUN]


def words(run: str, own: str, places: Iterable[str]) -> dict[str, str]:
    """Return a word for each place of one canary.

    :param run: hexadecimal digits that all canaries of a run share
    :param own: digits of this one
    """
    stem = part_of(run) + own[:OWN]
    return {
        place: stem + ascii_lowercase[number // 26] + ascii_lowercase[number % 26]
        for number, place in enumerate(places)
    }


class Watch:
    """What is looked for in answers: the words of some canaries."""

    def __init__(self, canaries: Iterable[Canary]) -> None:
        """Watch over these canaries."""
        self._owners = {
            word: (canary.name, place)
            for canary in canaries
            for place, word in canary.words.items()
        }

    def told(
        self, parts: Iterable[bytes], asked: Iterable[str]
    ) -> set[tuple[str, str]]:
        """Return which canaries an answer tells of, each with a place.

        :param parts: headers and body
        :param asked: what was sent; an answer that repeats it tells nothing new
        """
        known = {word for text in asked for word in WORD.findall(text.lower())}
        met = {self._owners[word][0] for word in known if word in self._owners}
        found = {
            word
            for part in parts
            for content in unpacked(part)
            for word in WORD.findall(content.decode("utf-8", "replace").lower())
        }
        told = {self._owners[word] for word in found - known if word in self._owners}
        return {
            (name, place) for name, place in told if not (place in IDS and name in met)
        }


def unpacked(content: bytes, depth: int = 0) -> Iterator[bytes]:
    """Yield bytes, and what lies in them if they are an archive or a document."""
    yield content
    if depth == DEEPEST:
        return
    if content.startswith(b"PK\x03\x04"):
        yield from _members(content, depth)
    elif content.startswith(b"\x1f\x8b"):
        yield from unpacked(_unzipped(content), depth + 1)


def _unzipped(content: bytes) -> bytes:
    """Return what a file of gzip holds, as far as it is whole."""
    try:
        return zlib.decompressobj(wbits=31).decompress(content, LARGEST)
    except zlib.error:
        return b""


def _members(content: bytes, depth: int) -> Iterator[bytes]:
    left = LARGEST
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.infolist():
                yield member.filename.encode()
                with archive.open(member) as file:
                    inside = file.read(left)
                left -= len(inside)
                yield from unpacked(inside, depth + 1)
    except (
        zipfile.BadZipFile,
        EOFError,
        NotImplementedError,
        RuntimeError,
        zlib.error,
    ):
        return
