"""The long proof (`make prove`): a thousand hostile tasks among good ones.

Every good one is right, every bad one gets its name, nothing stays behind, and memory
stays where it was. Takes some minutes; `make test` leaves it out.
"""

from __future__ import annotations

import gc
import os
import random
import statistics
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from ckanext.opendata_ua.adapters.cage import MEGABYTE, Limits, Outcome, Pool, Verdict

from .conftest import SMALL
from .test_life import children, keeper_of, until

PICTURE = Path(__file__).parent.parent.parent / "docs" / "images" / "form.png"
THREADS = 4
ROUNDS = 1000
QUICK = replace(SMALL, seconds=0.3)
#: Each hostile task: its limits, and what may be said of it.
HOSTILE: dict[str, tuple[Limits, set[Verdict]]] = {
    "hog_in_python": (SMALL, {Verdict.OUT_OF_MEMORY}),
    "hog_of_small_things": (SMALL, {Verdict.OUT_OF_MEMORY}),
    "fork_bomb": (SMALL, {Verdict.REFUSED}),
    "fork_bomb_stubborn": (QUICK, {Verdict.TOO_SLOW}),
    "spin": (QUICK, {Verdict.TOO_SLOW}),
    "hang_deaf": (QUICK, {Verdict.TOO_SLOW}),
    "flood": (SMALL, {Verdict.TOO_MUCH_OUTPUT}),
    "segfault": (SMALL, {Verdict.CRASHED}),
    "stack_overflow": (SMALL, {Verdict.CRASHED}),
    "abort": (SMALL, {Verdict.CRASHED}),
    "die_silently": (SMALL, {Verdict.CRASHED}),
    "close_everything": (SMALL, {Verdict.CRASHED}),
    "kill_all": (SMALL, {Verdict.REFUSED}),
    "kill_keeper": (SMALL, {Verdict.REFUSED}),
    "execute": (SMALL, {Verdict.REFUSED}),
    "internet": (SMALL, {Verdict.REFUSED}),
    "circle": (SMALL, {Verdict.REFUSED}),
    "endless_recursion": (SMALL, {Verdict.REFUSED}),
}


def resident(pid: int) -> int:
    """Return the bytes of memory a process holds: proc(5), statm."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def descriptors(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def costs(pool: Pool, times: int) -> list[float]:
    """Return what each small task cost, in ms."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        assert pool.run("sniff.media_type", PICTURE).value == "image/png"
        taken.append((time.perf_counter() - begun) * 1000)
    return taken


def one_round(pool: Pool, number: int, task: str) -> tuple[str, Outcome, Outcome]:
    """Run a hostile task, then a good one that must not notice."""
    limits, _ = HOSTILE[task]
    bad = pool.run(f"ways.{task}", PICTURE, {}, limits)
    if number % 2:
        good = pool.run("sniff.media_type", PICTURE, {}, SMALL)
        assert good.value == "image/png", (task, good)
    else:
        good = pool.run("ways.echo", None, {"n": number}, SMALL)
        assert good.value == {"n": number}, (task, good)
    return task, bad, good


def test_a_thousand_hostile_tasks_harm_no_good_one(own_pool: Pool) -> None:
    keeper = keeper_of(own_pool)
    order = [list(HOSTILE)[number % len(HOSTILE)] for number in range(ROUNDS)]
    random.Random(835).shuffle(order)  # noqa: S311 an order, not a secret
    with ThreadPoolExecutor(THREADS) as threads:

        def rounds(many: range) -> list[tuple[str, Outcome, Outcome]]:
            return list(threads.map(lambda n: one_round(own_pool, n, order[n]), many))

        # what is made once, by the first of each kind, is no leak
        done = rounds(range(200))
        before = resident(os.getpid()), resident(keeper)
        opened = descriptors(os.getpid()), descriptors(keeper)
        done += rounds(range(200, ROUNDS))
    wrong = [
        (task, bad) for task, bad, _ in done if bad.verdict not in HOSTILE[task][1]
    ]
    told = Counter(bad.verdict.value for _, bad, _ in done)
    until(lambda: not children(keeper))
    gc.collect()
    after = resident(os.getpid()), resident(keeper)
    sys.stdout.write(f"\n{ROUNDS} hostile tasks: {dict(told)}\n")
    sys.stdout.write(
        "Memory of caller and keeper, MB: "
        f"{[n // MEGABYTE for n in before]} → {[n // MEGABYTE for n in after]}\n"
    )
    assert wrong == []
    assert keeper_of(own_pool) == keeper
    until(lambda: descriptors(keeper) <= opened[1])
    assert descriptors(os.getpid()) <= opened[0]
    assert all(
        now - then < 8 * MEGABYTE for then, now in zip(before, after, strict=True)
    )


def processor(keeper: int) -> float:
    """Return the ms that this process, a keeper and its children have used."""
    fields = Path(f"/proc/{keeper}/stat").read_text().rpartition(")")[2].split()
    ticks = sum(map(int, fields[11:15]))  # its own and those of its ended children
    return ticks * 1000 / os.sysconf("SC_CLK_TCK") + time.process_time() * 1000


def test_a_small_task_costs_five_milliseconds_at_most(own_pool: Pool) -> None:
    """… of processor time; by the clock other programs of the machine count too."""
    keeper = keeper_of(own_pool)
    costs(own_pool, 20)
    before = processor(keeper)
    taken = costs(own_pool, 500)
    used = (processor(keeper) - before) / len(taken)
    cuts = statistics.quantiles(taken, n=20)
    sys.stdout.write(
        f"\nA small task, warm: {used:.1f} ms of processor time; by the clock "
        f"median {cuts[9]:.1f} ms, 95 % {cuts[18]:.1f} ms\n"
    )
    assert used <= 5
