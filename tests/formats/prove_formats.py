"""The long proof (`make prove`): the whole corpus, eight at once, and the fuzzing.

Every hostile file gets its verdict, hardly a good one is refused, none takes longer or
more than promised, and the cage goes on working after each. Then how fast a quick look
is, what others would have said of the same files, and ten minutes of bytes that nobody
thought of.
"""

from __future__ import annotations

import io
import mimetypes
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import hypothesis
import magic
from hypothesis import strategies as st

from ckanext.opendata_ua.adapters.cage import Pool
from ckanext.opendata_ua.domain import formats

from . import corpus, test_fuzz
from .conftest import LIMITS, Judged, judged
from .hostile import Case
from .samples import table
from .test_fuzz import SEEDS, answer, spoilt

AT_ONCE = 8
#: Seconds that one file may take when the machine is its own.
PATIENCE = 5.0
QUICK = 0.3
FUZZ_SECONDS = float(os.environ.get("OPENDATA_UA_FUZZ_SECONDS", "600"))
HOSTILE, GOOD = corpus.everything()
_SMALL = b"a;b\n1;2\n"


def say(line: str) -> None:
    """Show a figure to whoever runs the proof."""
    sys.stdout.write(line + "\n")


def _looked_at(pool: Pool, case: Case) -> Judged:
    result = judged(pool, case, case.make())
    # the cage works after it as before
    after = pool.run("formats.quick", io.BytesIO(_SMALL), {}, LIMITS)
    assert after.value["format"] == "CSV", (case.name, after)
    return result


def _all(pool: Pool, cases: Sequence[Case]) -> list[Judged]:
    ordinary = [case for case in cases if not case.long]
    with ThreadPoolExecutor(AT_ONCE) as threads:
        results = list(threads.map(lambda case: _looked_at(pool, case), ordinary))
    # those of a gigabyte one after the other: eight of them fill the machine's memory
    return results + [_looked_at(pool, case) for case in cases if case.long]


def _told(results: Sequence[Judged]) -> list[str]:
    return [str(one) for one in results if not one.right]


def test_the_whole_corpus_is_judged_rightly() -> None:
    with Pool(parallel=AT_ONCE) as pool:
        hostile, good = _all(pool, HOSTILE), _all(pool, GOOD)
        alone = [
            judged(pool, one.case, one.case.make()) for one in _slowest(hostile + good)
        ]
    refused = [one for one in good if one.blocking]
    slowest = max(alone, key=lambda one: one.seconds)
    say(f"\n  hostile files         {len(hostile)}, wrong {len(_told(hostile))}")
    say(f"  good files            {len(good)}, refused {len(refused)}")
    say(f"  of those not exact    {len(_told(good))}")
    say(f"  slowest of all alone  {slowest.seconds:.2f} s ({slowest.case.name})")
    assert not _told(hostile)
    assert len(refused) <= len(good) / 100, _told(good)
    assert slowest.seconds <= PATIENCE


def _slowest(results: Sequence[Judged]) -> list[Judged]:
    return sorted(results, key=lambda one: -one.seconds)[:10]


def _large(folder: Path, size: int) -> Path:
    """Write a table of some size: real at both ends, the middle takes no disk."""
    path = folder / f"{size}.csv"
    rows = table(rows=20_000).encode()
    with path.open("wb") as file:
        if size <= 100 << 20:
            while file.tell() < size:
                file.write(rows)
        else:
            file.write(rows)
            file.truncate(size - len(rows))
            file.seek(0, os.SEEK_END)
            file.write(rows)
    return path


def test_a_quick_look_is_quick_whatever_the_size() -> None:
    say("")
    with tempfile.TemporaryDirectory() as name, Pool() as pool:
        pool.run("formats.quick", io.BytesIO(_SMALL), {}, LIMITS)
        for size in (1 << 20, 100 << 20, 5 << 30):
            path = _large(Path(name), size)
            taken = []
            for _ in range(20):
                begun = time.perf_counter()
                value = pool.run("formats.quick", path, {}, LIMITS).value
                taken.append(time.perf_counter() - begun)
                assert value["format"] == "CSV"
            worst, usual = max(taken) * 1000, sorted(taken)[10] * 1000
            say(f"  quick, {size >> 20:5} MB  {usual:6.1f} ms, at worst {worst:6.1f}")
            assert max(taken) <= QUICK


# what libmagic says, which says too little to refuse a file for it
_VAGUE = {
    "text/plain": ("text/", "application/json", "application/xml", "application/rdf"),
    "application/zip": ("application/",),
    "application/octet-stream": ("",),
    "application/x-ole-storage": ("application/",),
    "application/CDFV2": ("application/",),
    "text/xml": ("application/", "image/svg"),
    "application/json": ("application/",),
}
_BY_LIBMAGIC = magic.Magic(mime=True)


def _media_types(written: str) -> set[str]:
    known = formats.FORMATS.get(formats.name(written))
    return set(known.media_types) if known else set()


def _magic_alone(case: Case, data: bytes) -> bool:
    """Accept what libmagic says to be what is declared."""
    return _BY_LIBMAGIC.from_buffer(data[:2048]) in _media_types(case.declared)


def _three_types(case: Case, data: bytes) -> bool:
    """Accept when the types by name, by declaration and by libmagic are compatible.

    The approach of ckanext-resource-type-validation: a vague answer of libmagic
    counts as any type that it may stand for.
    """
    by_bytes = _BY_LIBMAGIC.from_buffer(data[:2048])
    by_name = mimetypes.guess_type(case.file_name)[0]
    declared = _media_types(case.declared)
    if by_name and declared and by_name not in declared:
        return False
    claimed = declared | ({by_name} if by_name else set())
    if not claimed or by_bytes in claimed:
        return True
    return any(one.startswith(_VAGUE.get(by_bytes, ())) for one in claimed)


def test_what_others_would_have_said() -> None:
    """Print it: how many hostile files pass, and how many good ones are refused."""
    ways: dict[str, Callable[[Case, bytes], bool]] = {
        "python-magic alone": _magic_alone,
        "three types compared": _three_types,
    }
    counted: Counter[tuple[str, str]] = Counter()
    for family, cases in (("hostile", HOSTILE), ("good", GOOD)):
        for case in cases:
            if case.long:
                continue
            data = case.make()
            for way, accepts in ways.items():
                counted[way, family] += accepts(case, data)
    hostile = sum(not case.long for case in HOSTILE)
    good = sum(not case.long for case in GOOD)
    say(f"\n  {'':22} hostile that pass   good that are refused")
    for way in ways:
        passed = counted[way, "hostile"] / hostile
        refused = 1 - counted[way, "good"] / good
        say(f"  {way:22} {passed:17.1%}   {refused:21.1%}")
    say(f"  {'here':22} {'see above':>17}   {'see above':>21}")


def _timed(
    name: str, tried: Counter[str], taken: list[float]
) -> Callable[[bytes], None]:
    """Return what answers for bytes, counts them and keeps the longest time."""

    def one(data: bytes) -> None:
        begun = time.perf_counter()
        answer(data)
        tried[name] += 1
        taken[0] = max(taken[0], time.perf_counter() - begun)

    return one


def test_ten_minutes_of_bytes_that_nobody_thought_of() -> None:
    targets = {
        "spoilt": spoilt(),
        "bytes": st.binary(max_size=4000),
        "beginnings": st.tuples(st.sampled_from(SEEDS), st.binary(max_size=2000)).map(
            lambda pair: pair[0][:200] + pair[1]
        ),
        "text": st.text(max_size=2000).map(lambda one: one.encode("utf-8", "replace")),
    }
    until = time.monotonic() + FUZZ_SECONDS
    tried: Counter[str] = Counter()
    taken = [0.0]
    number = 0
    settings = hypothesis.settings(
        test_fuzz.SETTINGS, max_examples=400, derandomize=False
    )
    while time.monotonic() < until:
        number += 1
        for name, strategy in targets.items():
            target = hypothesis.given(strategy)(_timed(name, tried, taken))
            hypothesis.seed(number)(settings(target))()
    said = ", ".join(f"{name} {count}" for name, count in tried.items())
    say(f"\n  tried {sum(tried.values())} ({said}), slowest {max(taken):.2f} s")
    assert max(taken) <= PATIENCE
