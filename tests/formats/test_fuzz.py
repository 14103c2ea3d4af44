"""Bytes that nobody thought of: whatever comes, there is an answer of the right form.

``prove_formats.py`` goes on with this for ten minutes.
"""

from __future__ import annotations

import io

import hypothesis
from hypothesis import strategies as st

from ckanext.opendata_ua.adapters import detection
from ckanext.opendata_ua.domain import format_check

from . import samples

SEEDS = [make() for make, _ in samples.BASE.values()]
SETTINGS = hypothesis.settings(
    max_examples=80, deadline=None, database=None, derandomize=True
)


@st.composite
def spoilt(draw: st.DrawFn) -> bytes:
    """Draw a good file with pieces changed, repeated, cut out or put in."""
    data = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        stop = draw(st.integers(start, min(len(data), start + 64)))
        piece = draw(
            st.one_of(
                st.binary(max_size=16),
                st.just(data[start:stop] * 3),
                st.sampled_from(
                    [b"\xff" * 8, b"\0" * 8, b"PK\x05\x06", b"<!DOCTYPE a [", b"%"]
                ),
                st.sampled_from(SEEDS).map(lambda other: other[:64]),
            )
        )
        data = data[:start] + piece + data[stop:]
    return data


def answer(data: bytes) -> None:
    """Look at bytes in both ways; the answers have to be readable and to agree."""
    for look in (detection.quick, detection.deep):
        found = look(io.BytesIO(data))
        value = format_check.as_value(found)
        read = format_check.read_detection(value)
        assert read.size == len(data)
        findings = format_check.judge("CSV", "a.csv", "", read, format_check.DEFAULT)
        for one in findings:
            one.message.format(**one.values)
            one.next_step.format(**one.values)


@SETTINGS
@hypothesis.given(spoilt())
def test_a_spoilt_file_gets_an_answer(data: bytes) -> None:
    answer(data)


@SETTINGS
@hypothesis.given(st.binary(max_size=400))
def test_any_bytes_get_an_answer(data: bytes) -> None:
    answer(data)


@SETTINGS
@hypothesis.given(st.sampled_from(SEEDS), st.binary(max_size=200))
def test_any_bytes_after_a_good_beginning_get_an_answer(
    seed: bytes, data: bytes
) -> None:
    answer(seed[:40] + data)


@SETTINGS
@hypothesis.given(st.text(max_size=200))
def test_any_text_gets_an_answer(text: str) -> None:
    answer(text.encode("utf-8", "surrogatepass"))
