"""What proposals cost: a page of a dataset that has many, taking one in, listing all.

    CKAN_INI=… python -m benchmarks.proposals

The database of CKAN_INI is filled with proposals, in SQL, and stays so: take one that
may be thrown away. Requests go through the whole application in one process, without
the network; letters wait in the database, as they do on a portal.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from itertools import count
from statistics import median, quantiles
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.cli import CKANConfigLoader
from ckan.config.middleware import make_app
from werkzeug.test import Client

from benchmarks.register import base, timed

ON_ONE, ALL = 500, 100_000
ROUNDS, PAIRS, CALLS = 5, 20, 100
#: Forms are kept so long, that what is taken in is what a person sends.
WRITING = 11
ACTION = "/api/3/action/opendata_ua_proposal_"
FILL = sa.text(
    "INSERT INTO opendata_ua_proposal (id, package_id, organization_id, kind, state, "
    "text, held, signs, text_hash, receipt_hash, created, due) "
    "SELECT gen_random_uuid()::text, :package, :organization, 'error', 'shown', "
    "'Помилка у рядку ' || n, false, '[]', md5(n::text), md5('r' || :package || n), "
    "now() - n * interval '1 minute', now() + interval '1 day' "
    "FROM generate_series(1, :number) n"
)


def fill(package_id: str, number: int) -> None:
    """Let a dataset have so many public proposals."""
    package: Any = model.Package.get(package_id)
    values = {"package": package.id, "organization": package.owner_org}
    model.Session.execute(FILL, {**values, "number": number})
    model.Session.execute(sa.text("ANALYZE opendata_ua_proposal"))
    model.Session.commit()


def page(client: Any, names: tuple[str, str]) -> dict[str, float]:
    """Compare pages of two datasets alike, of which the first has proposals."""

    def ask(name: str) -> None:
        answer = client.get(f"/dataset/{name}")
        assert answer.status_code == 200  # noqa: S101 - else the time is of nothing

    for name in names:
        ask(name)
    rounds = []
    for _ in range(ROUNDS):
        times: dict[str, list[float]] = {name: [] for name in names}
        for pair in range(PAIRS):
            for name in names if pair % 2 else names[::-1]:
                times[name].append(timed(lambda one=name: ask(one)))
        rounds.append([min(times[name]) for name in names])
    return {
        "with_ms": median(one[0] for one in rounds) * 1e3,
        "without_ms": median(one[1] for one in rounds) * 1e3,
        "ratio": median(one[0] / one[1] for one in rounds),
        "goal": 1.05,
    }


def create(client: Any, name: str) -> dict[str, float]:
    """Take proposals in, as people send them: with a form, in their own words."""
    forms = [
        client.get(f"{ACTION}form_show").json["result"]["form"] for _ in range(CALLS)
    ]
    time.sleep(WRITING)
    numbers = count(1)

    def send() -> None:
        number = next(numbers)
        sent = {
            "id": name,
            "kind": "error",
            "text": f"У рядку {number} переставлено місцями широту й довготу",
            "name": "Олена",
            "email": f"olena{number}@example.org",
            "form": forms[number - 1],
        }
        answer = client.post(f"{ACTION}create", json=sent)
        assert answer.status_code == 200  # noqa: S101 - else the time is of nothing

    return {**_spread([timed(send) for _ in range(CALLS)]), "goal": 50}


def listing(client: Any) -> dict[str, float]:
    """Walk the list of all, page after page."""
    after = ""

    def ask() -> None:
        nonlocal after
        address = f"{ACTION}list?limit=20" + (f"&after={after}" if after else "")
        after = client.get(address).json["result"]["next"]

    return {**_spread([timed(ask) for _ in range(CALLS)]), "goal": 100}


def _spread(seconds: list[float]) -> dict[str, float]:
    return {
        "median_ms": median(seconds) * 1e3,
        "p95_ms": quantiles(seconds, n=20)[-1] * 1e3,
    }


def bench(client: Any) -> dict[str, Any]:
    """Measure everything; limits that are for robots are off."""
    for limit in ("per_prefix", "per_email", "per_site"):
        tk.config[f"ckanext.opendata_ua.proposal.{limit}"] = 0
    ids = base()
    names: list[str] = []
    for id_ in ids[:3]:
        package: Any = model.Package.get(id_)
        names.append(package.name)
    model.Session.execute(sa.text("DELETE FROM opendata_ua_proposal"))
    model.Session.commit()
    fill(ids[0], ON_ONE)
    told: dict[str, Any] = {"page": page(client, (names[0], names[1]))}
    fill(ids[2], ALL)
    model.Session.remove()
    steps: dict[str, Callable[[], Any]] = {
        "create": lambda: create(client, names[1]),
        "list": lambda: listing(client),
    }
    for name, step in steps.items():
        told[name] = step()
        sys.stderr.write(f"{name}: {json.dumps(told[name])}\n")
    return told


def main() -> None:
    """Run the bench."""
    argparse.ArgumentParser(description="What proposals cost.").parse_args()
    application: Any = make_app(CKANConfigLoader(os.environ["CKAN_INI"]).get_config())
    with application._wsgi_app.test_request_context():
        # the whole application: CKAN finds the language outside of Flask
        told = bench(Client(application))
    sys.stdout.write(json.dumps(told, indent=2) + "\n")


if __name__ == "__main__":
    main()
