"""The corpus: hostile files and their good twins, the same every time.

    python -m tests.formats.corpus FOLDER    write it out, to look at it by other means

``hostile`` and ``good`` say what each file is for.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from . import good, hostile
from .hostile import Case


def everything() -> tuple[list[Case], list[Case]]:
    """Return the hostile files and the good ones."""
    return list(hostile.cases()), list(good.cases())


def short(cases: Sequence[Case], step: int) -> list[Case]:
    """Return some of each kind: what comes before the first hyphen is the kind."""
    chosen: list[Case] = []
    counted: dict[str, int] = {}
    for case in cases:
        kind = case.name.partition("-")[0]
        counted[kind] = counted.get(kind, -1) + 1
        if not case.long and counted[kind] % step == 0:
            chosen.append(case)
    return chosen


def main(folder: Path) -> None:
    """Write every file under a name that says what it is for."""
    for family, cases in zip(("hostile", "good"), everything(), strict=True):
        (folder / family).mkdir(parents=True, exist_ok=True)
        for number, case in enumerate(cases):
            plain = "".join(c if c.isalnum() or c in ".-" else "_" for c in case.name)
            (folder / family / f"{number:03}-{plain}").write_bytes(case.make())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
