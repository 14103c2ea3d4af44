"""What the first bytes say: one table, read from the top.

Sources: the formats' own specifications; where a number alone proves little, a test
looks further.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable

EXECUTABLE = "EXECUTABLE"
_Test = Callable[[bytes, int], bool]


def _portable_executable(head: bytes, size: int) -> bool:
    if len(head) < 64:
        return False
    (place,) = struct.unpack_from("<I", head, 60)
    # a program of DOS has no second header, but a place beyond any text
    return head[place : place + 2] in (b"PE", b"NE", b"LE") or b"\0" in head[:64]


_DBASE = (0x03, 0x04, 0x05, 0x30, 0x31, 0x83, 0x8B, 0xF5)  # versions that are met


def _dbf(head: bytes, size: int) -> bool:
    """Tell a table of dBase by its header: lengths that agree with each other."""
    if len(head) < 33 or head[0] not in _DBASE:
        return False
    month, day = head[2], head[3]
    header, record = struct.unpack_from("<HH", head, 8)
    end = head[header - 1 : header] if header <= len(head) else b"\r"
    return (
        month <= 12
        and day <= 31
        and header >= 33
        and record > 0
        # Visual FoxPro keeps 263 bytes more
        and (header - 33) % 32 in (0, 263 % 32)
        and end in (b"\r", b"\0")
    )


def _mp3(head: bytes, size: int) -> bool:
    """Tell an audio frame: layer, bit rate and sampling rate are none of the void."""
    return (
        len(head) > 3
        and head[0] == 0xFF
        and head[1] & 0xE0 == 0xE0
        and head[1] & 0x18 != 0x08
        and head[1] & 0x06 == 0x02
        and head[2] & 0xF0 not in (0x00, 0xF0)
        and head[2] & 0x0C != 0x0C
    )


def _shp(head: bytes, size: int) -> bool:
    return len(head) >= 100 and struct.unpack_from("<I", head, 28)[0] == 1000


def _any(head: bytes, size: int) -> bool:
    return True


def _at(place: int, *wanted: bytes) -> _Test:
    return lambda head, size: any(
        head[place : place + len(one)] == one for one in wanted
    )


#: first bytes, what they are called, and what else must be true
_TABLE: tuple[tuple[bytes, str, _Test], ...] = (
    (b"PK\x03\x04", "ZIP", _any),
    (b"PK\x05\x06", "ZIP", _any),
    (b"PK\x07\x08PK\x03\x04", "ZIP", _any),
    (b"7z\xbc\xaf\x27\x1c", "7Z", _any),
    (b"\x1f\x8b\x08", "GZIP", _any),
    (b"BZh", "BZIP2", _at(4, b"1AY&SY", b"\x17\x72\x45\x38\x50\x90")),
    (b"Rar!\x1a\x07", "RAR", _any),
    (b"\xfd7zXZ\0", "XZ", _any),
    (b"\x28\xb5\x2f\xfd", "ZSTD", _any),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "OLE", _any),
    (b"%PDF-", "PDF", _any),
    (b"{\\rtf", "RTF", _any),
    (b"\x89PNG\r\n\x1a\n", "PNG", _any),
    (b"\xff\xd8\xff", "JPG", _any),
    (b"GIF87a", "GIF", _any),
    (b"GIF89a", "GIF", _any),
    (b"II*\0", "TIFF", _any),
    (b"MM\0*", "TIFF", _any),
    (b"II+\0", "TIFF", _any),
    (b"MM\0+", "TIFF", _any),
    (b"BM", "BMP", lambda head, size: head[6:10] == b"\0" * 4),
    (b"RIFF", "WEBP", _at(8, b"WEBP")),
    (b"RIFF", "AVI", _at(8, b"AVI ")),
    (b"RIFF", "WAV", _at(8, b"WAVE")),
    (b"AT&TFORM", "DJVU", _any),
    (b"SQLite format 3\0", "GPKG", _at(68, b"GPKG", b"GP10", b"GP11")),
    (b"SQLite format 3\0", "SQLITE", _any),
    (b"PAR1", "PARQUET", _any),
    (b"\0\0'\n", "SHP-PART", _shp),
    (b"\x1aE\xdf\xa3", "MKV", _any),
    (b"FLV\x01", "FLV", _any),
    (b"FWS", "SWF", lambda head, size: head[3:4] < b"\x40"),
    (b"CWS", "SWF", lambda head, size: head[3:4] < b"\x40"),
    (b"ZWS", "SWF", lambda head, size: head[3:4] < b"\x40"),
    (b"ID3", "MP3", lambda head, size: head[3:4] < b"\x05"),
    (b"OggS", "OGG", _any),
    (b"fLaC", "FLAC", _any),
    (b"\0\0\x01\xba", "MPEG", _any),
    (b"\0\0\x01\xb3", "MPEG", _any),
    (b"", "MPEG", _at(4, b"ftyp")),
    (b"", "TAR", _at(257, b"ustar")),
    (b"MZ", EXECUTABLE, _portable_executable),
    (b"\x7fELF", EXECUTABLE, _any),
    (b"\xfe\xed\xfa\xce", EXECUTABLE, _any),
    (b"\xfe\xed\xfa\xcf", EXECUTABLE, _any),
    (b"\xce\xfa\xed\xfe", EXECUTABLE, _any),
    (b"\xcf\xfa\xed\xfe", EXECUTABLE, _any),
    (b"\xca\xfe\xba\xbe", EXECUTABLE, _any),  # Java, and programs of macOS
    (b"dex\n", EXECUTABLE, _any),
    (b"\0asm", EXECUTABLE, _any),
    (b"L\0\0\0\x01\x14\x02\0", EXECUTABLE, _any),  # a link of Windows
    (b"MSCF", EXECUTABLE, _at(4, b"\0\0\0\0")),
    (b"ITSF", EXECUTABLE, _any),
    (b"!<arch>\n", EXECUTABLE, _any),
    (b"\xed\xab\xee\xdb", EXECUTABLE, _any),
    (b"#!", EXECUTABLE, lambda head, size: b"/" in head[:128].split(b"\n")[0]),
    (b"<?php", EXECUTABLE, _any),
    (b"<%@", EXECUTABLE, _any),
    (b"", EXECUTABLE, lambda head, size: bool(_BATCH.match(head))),
    (b"", "DBF", _dbf),
    (b"", "MP3", _mp3),
)
_BATCH = re.compile(rb"@echo off\s", re.IGNORECASE)

#: Media types of what is no format of the list.
MEDIA_TYPES = {
    EXECUTABLE: "application/x-executable",
    "BMP": "image/bmp",
    "FLAC": "audio/flac",
    "OGG": "application/ogg",
    "OLE": "application/x-ole-storage",
    "EPUB": "application/epub+zip",
    "ODP": "application/vnd.oasis.opendocument.presentation",
    "SHP-PART": "application/x-shapefile",
    "WEBP": "image/webp",
    "XZ": "application/x-xz",
    "ZSTD": "application/zstd",
}


def by_first_bytes(head: bytes, size: int) -> str:
    """Return what a file is by its first bytes, ``""`` when they say nothing."""
    for first, name, test in _TABLE:
        if head.startswith(first) and test(head, size):
            return name
    return ""
