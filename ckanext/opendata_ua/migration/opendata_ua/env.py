"""How alembic reaches the database: run by ``ckan db upgrade -p opendata_ua``.

The history of our tables is kept in ``opendata_ua_alembic_version``, apart from CKAN's
own. Logging is left as CKAN has set it up.
"""

from __future__ import annotations

from typing import Any

from alembic import context
from sqlalchemy import engine_from_config, pool

from ckanext.opendata_ua.model import metadata

NAME = "opendata_ua"


def is_ours(
    thing: Any, name: str | None, type_: str, reflected: bool, compare_to: Any
) -> bool:
    """Tell whether autogenerate may look at a table: never at CKAN's or another's."""
    return type_ != "table" or (name or "").startswith(f"{NAME}_")


def run() -> None:
    """Apply the revisions that alembic was asked for, in one transaction."""
    settings = context.config.get_section(context.config.config_ini_section) or {}
    engine = engine_from_config(settings, poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=metadata,
            version_table=f"{NAME}_alembic_version",
            include_object=is_ours,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
