"""The parts a doctor looks at, in the order in which he does.

A part yields findings; one that can mend anything also has ``repair``. What a part
raises means that it could not look, and the other parts go on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ckanext.opendata_ua.domain.doctor import Finding
from ckanext.opendata_ua.logic.doctor import (
    datasets,
    files,
    index,
    leaks,
    migrations,
    redis,
    settings,
    work,
)

Progress = Callable[[int, int], None]  # done, of how many


@dataclass(frozen=True)
class Part:
    """One organ of the portal.

    ``repair`` mends all that ``look`` found and can be mended, and yields the same
    ailments with how many of them were mended.
    """

    look: Callable[[Progress], Iterator[Finding]]
    repair: Callable[[Progress], Iterator[Finding]] | None = None


PARTS: Mapping[str, Part] = {
    "ckan": Part(settings.look_at_ckan),
    "settings": Part(settings.look),
    "plugins": Part(settings.look_at_plugins),
    "migrations": Part(migrations.look),
    "datasets": Part(datasets.look),
    "index": Part(index.look, index.repair),
    "canary": Part(leaks.look_left, leaks.remove_left),
    "files": Part(files.look),
    "jobs": Part(work.look_at_jobs),
    "messages": Part(work.look_at_messages),
    "redis": Part(redis.look),
}


#: A part that is looked at when it is asked for only: it writes, and takes its time.
LEAKS = "leaks"


def leaks_of(app: Any, flask_app: Any, *, over_http: bool) -> Part:
    """Return the look at what the pages and actions of an application tell readers.

    :param app: what answers requests
    :param flask_app: the Flask application within, which knows the addresses
    """
    return Part(leaks.looker(leaks.Portal.of(app, flask_app, over_http=over_http)))
