"""Migrations go both ways, and make exactly the tables that the models describe."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

import ckanext.opendata_ua as package
from ckanext.opendata_ua.model import metadata

FOLDER = Path(package.__file__).parent / "migration" / "opendata_ua"


@pytest.fixture
def alembic(ckan_config: Any) -> Iterator[Config]:
    """Return alembic's configuration for a database with nothing in it."""
    address = sa.engine.make_url(ckan_config["sqlalchemy.url"])
    name = f"{address.database}_migrations"
    server = sa.create_engine(address, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(sa.text(f"CREATE DATABASE {name} TEMPLATE template0"))
    config = Config(str(FOLDER / "alembic.ini"))
    made = address.set(database=name)
    config.set_main_option("sqlalchemy.url", made.render_as_string(hide_password=False))
    yield config
    with server.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


def engine(config: Config) -> sa.engine.Engine:
    return sa.create_engine(str(config.get_main_option("sqlalchemy.url")))


def test_tables_are_those_of_the_models(alembic: Config) -> None:
    command.upgrade(alembic, "head")
    with engine(alembic).connect() as connection:
        found = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                # indexes and checks are the migrations' business
                "include_object": lambda thing, name, kind, *rest: kind != "index",
            },
        )
        differences = [
            one
            for one in compare_metadata(found, metadata)
            if "opendata_ua_alembic_version" not in str(one)
            and not str(one[0]).endswith("_constraint")
        ]
    assert differences == []


def test_every_step_can_be_taken_back(alembic: Config) -> None:
    command.upgrade(alembic, "head")
    command.downgrade(alembic, "base")
    names = sa.inspect(engine(alembic)).get_table_names()
    assert names == ["opendata_ua_alembic_version"]
    command.upgrade(alembic, "head")


def test_numbers_follow_each_other() -> None:
    script = ScriptDirectory(str(FOLDER))
    numbers = sorted(revision.revision for revision in script.walk_revisions())
    assert numbers == [f"{number:03}" for number in range(1, len(numbers) + 1)]
