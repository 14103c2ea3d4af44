"""Make a catalogue of any size in seconds: copies of one dataset, rows and index alike.

    CKAN_INI=… python -m benchmarks.seed DATASET NUMBER

Rows are copied by the database and documents sent some thousand at once, so that a
hundred thousand take a minute where actions would take hours. The copies are named
DATASET-seed-1 … and are complete: resources, additional fields and keywords too.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from itertools import islice
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.cli import CKANConfigLoader
from ckan.config.middleware import make_app
from ckan.lib.search.common import make_connection

from ckanext.opendata_ua.logic.index_documents import document_of

#: Table → column that refers to the dataset; each has an id of its own.
TABLES = {
    "package": "id",
    "resource": "package_id",
    "package_extra": "package_id",  # CKAN 2.11 only
    "package_tag": "package_id",
    "member": "table_id",  # of the organization and of groups
}
TOGETHER = 2000


def rows(session: Any, dataset_id: str, first: int, last: int) -> None:
    """Copy the rows of a dataset; copies are numbered."""
    for table, column in TABLES.items():
        known = sa.inspect(session.connection())
        if not known.has_table(table):
            continue
        columns = [one["name"] for one in known.get_columns(table)]
        values = {name: f't."{name}"' for name in columns}
        values |= {name: _copied(name) for name in {"id", column}}
        if table == "package":
            values["name"] = "t.name || '-seed-' || n"
        names = ", ".join(f'"{name}"' for name in columns)
        copied = (
            f"INSERT INTO {table} ({names}) SELECT {', '.join(values.values())} "  # noqa: S608  # names of the tables above
            f"FROM {table} t, generate_series(:first, :last) n "
            f'WHERE t."{column}" = :id'
        )
        session.execute(
            sa.text(copied), {"first": first, "last": last, "id": dataset_id}
        )
    session.commit()
    session.execute(sa.text("ANALYZE"))
    session.commit()


def documents(dataset_id: str, first: int, last: int) -> Iterator[dict[str, Any]]:
    """Yield the document of each copy."""
    pattern = document_of(dataset_id)
    if not pattern:
        raise SystemExit("A deleted dataset has no document: name another")
    name = str(pattern["name"])
    copies = model.Session.execute(
        sa.text(
            f"SELECT {_copied('id')}, md5({_copied('id')} || :site), n "  # noqa: S608  # no input
            "FROM package t, generate_series(:first, :last) n WHERE t.id = :id"
        ),
        {"first": first, "last": last, "id": dataset_id, "site": pattern["site_id"]},
    )
    text = json.dumps(pattern, default=str)
    for copy_id, key, n in copies:
        own = text.replace(dataset_id, copy_id)
        own = own.replace(f'"{name}"', f'"{name}-seed-{n}"')
        own = own.replace(f'\\"{name}\\"', f'\\"{name}-seed-{n}\\"')
        yield json.loads(own) | {"index_id": key}


def _copied(column: str) -> str:
    return f"(md5(t.\"{column}\" || '-' || n)::uuid)::text"


def seed(name: str, number: int, after: int = 0) -> None:
    """Copy a dataset so many times, in the database and in the index.

    :param after: how many copies there are already
    """
    dataset = model.Package.get(name)
    if not dataset:
        raise SystemExit(f"There is no dataset {name}")
    dataset_id = str(dataset.id)
    rows(model.Session, dataset_id, after + 1, after + number)
    solr: Any = make_connection()
    made = documents(dataset_id, after + 1, after + number)
    while some := list(islice(made, TOGETHER)):
        solr.add(some, commit=False)
    solr.commit()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Copy one dataset many times.")
    parser.add_argument("dataset", help="name of the dataset to copy")
    parser.add_argument("number", type=int, help="how many copies")
    asked = parser.parse_args()
    application: Any = make_app(CKANConfigLoader(os.environ["CKAN_INI"]).get_config())
    with application._wsgi_app.test_request_context():
        seed(asked.dataset, asked.number)
    sys.stdout.write(f"{asked.number} copies of {asked.dataset}\n")
