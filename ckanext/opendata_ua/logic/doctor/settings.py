"""Settings and plugins that are dangerous, and holes of this CKAN."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import ckan.plugins as p

from ckanext.opendata_ua import compat, config
from ckanext.opendata_ua.domain.doctor import Finding, finding, options, unsafe

OURS = "opendata_ua"
#: Plugins that take up the file of a resource when it is saved, whatever its state.
EAGER = frozenset({"xloader", "datapusher", "datapusher_plus", "archiver"})

Progress = Callable[[int, int], None]


def look(progress: Progress) -> Iterator[Finding]:
    """Yield dangerous settings; secrets are never shown."""
    values = config.of_ckan(options())
    for rule in unsafe(values):
        found = "" if rule.secret else str(values[rule.option])
        yield Finding(rule.ailment, 1, (), {"found": found})


def look_at_plugins(progress: Progress) -> Iterator[Finding]:
    """Yield plugins that undo what this extension does."""
    first = []
    for plugin in p.PluginImplementations(p.IPermissionLabels):
        if plugin.name == OURS:
            break
        first.append(str(plugin.name))
    if first:
        yield finding("doctor.plugins.labels", len(first), first)
    eager = [name for name in config.plugins() if name in EAGER]
    if eager:
        yield finding("doctor.plugins.drafts", len(eager), eager)


def look_at_ckan(progress: Progress) -> Iterator[Finding]:
    """Yield known holes of the running release; older ones refuse to start."""
    holes = compat.known_holes()
    if "CVE-2026-41255" in holes:
        yield finding("doctor.ckan.csrf", 1)
    if "CVE-2026-41132" in holes and config.of_ckan(["smtp.starttls"])["smtp.starttls"]:
        yield finding("doctor.ckan.starttls", 1)
