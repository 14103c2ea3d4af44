"""The search index against the rows of datasets."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator

from ckanext.opendata_ua.domain.doctor import EXAMPLES, Finding, finding
from ckanext.opendata_ua.domain.search_drift import Compared, Drift
from ckanext.opendata_ua.logic.index_drift import drifted, mend, open_index


def look(progress: Callable[[int, int], None]) -> Iterator[Finding]:
    """Yield what differs, a finding for each kind of difference."""
    return _findings(drifted(open_index(), progress))


def repair(progress: Callable[[int, int], None]) -> Iterator[Finding]:
    """Index anew what differs, remove what has no dataset; yield what was done."""
    index = open_index()
    return _findings(mend(index, drifted(index, progress)))


def _findings(datasets: Iterable[Compared]) -> Iterator[Finding]:
    counts: Counter[Drift] = Counter()
    examples: defaultdict[Drift, list[str]] = defaultdict(list)
    for one in datasets:
        if not one.drift:
            continue
        counts[one.drift] += 1
        if counts[one.drift] <= EXAMPLES:
            examples[one.drift].append(one.entry.name or one.entry.id)
    for drift in Drift:
        if counts[drift]:
            yield finding(f"doctor.index.{drift.value}", counts[drift], examples[drift])
