"""Make the UTF-8 copy of a text that was written in another encoding."""

import codecs
from collections.abc import Iterable, Iterator


def utf8_copy(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Yield a text as UTF-8 without a mark, piece by piece; memory does not grow.

    :param encoding: as ``Detection.encoding`` names it
    :raises UnicodeDecodeError: when the bytes are no text in that encoding
    """
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    beginning = True
    for chunk in chunks:
        text = decoder.decode(chunk)
        if beginning and text:
            text, beginning = text.removeprefix("\ufeff"), False
        if text:
            yield text.encode("utf-8")
    decoder.decode(b"", final=True)
