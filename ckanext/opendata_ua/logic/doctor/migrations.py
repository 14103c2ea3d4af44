"""Revisions of the database: of this extension, of CKAN, of other plugins."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ckan.migration
import ckan.plugins as p
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from ckan import model
from sqlalchemy.engine import Connection

from ckanext.opendata_ua import config
from ckanext.opendata_ua.domain.doctor import Finding, finding

OURS = "opendata_ua"
#: CKAN's own migrations are no plugin's; its table of revisions has no prefix.
CORE = ""


def look(progress: Callable[[int, int], None]) -> Iterator[Finding]:
    """Yield what the database lacks, and what is newer than the code."""
    ahead: list[str] = []
    others: list[str] = []
    engine: Any = model.meta.engine
    with engine.connect() as connection:
        for name, folder in _folders():
            lacking = _lacking(connection, name, folder)
            if lacking is None:
                ahead.append(name or "ckan")
            elif lacking and name == CORE:
                yield finding("doctor.migrations.core", len(lacking), lacking)
            elif lacking and name == OURS:
                yield finding("doctor.migrations.ours", len(lacking), lacking)
            elif lacking:
                others.append(name)
    if others:
        yield finding("doctor.migrations.plugins", len(others), others)
    if ahead:
        yield finding("doctor.migrations.ahead", len(ahead), ahead)


def _folders() -> Iterator[tuple[str, Path]]:
    """Yield the name and the folder of everything that brings migrations."""
    yield CORE, Path(ckan.migration.__file__).parent
    for name in config.plugins():
        # where CKAN's own commands look: beside the plugin or above it
        for above in Path(inspect.getfile(type(p.get_plugin(name)))).parents:
            folder = above / "migration" / name
            if (folder / "alembic.ini").exists():
                yield name, folder
            if above.parent.name == "ckanext":
                break


def _lacking(connection: Connection, name: str, folder: Path) -> list[str] | None:
    """Return the revisions still to be applied, None when the code is too old."""
    settings = Config()
    settings.set_main_option("script_location", str(folder).replace("%", "%%"))
    script = ScriptDirectory.from_config(settings)
    table = f"{name}_alembic_version" if name else "alembic_version"
    context = MigrationContext.configure(connection, opts={"version_table": table})
    current = context.get_current_heads()
    known = [step.revision for step in script.walk_revisions()]  # newest first
    if not set(current) <= set(known):
        return None
    done = {
        step.revision
        for head in current
        for step in script.iterate_revisions(head, "base")
    }
    return [revision for revision in reversed(known) if revision not in done]
