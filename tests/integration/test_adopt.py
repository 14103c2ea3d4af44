"""A portal that lives installs the extension, and no dataset disappears."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ckan import model
from ckan.tests.helpers import call_action
from click.testing import CliRunner

from ckanext.opendata_ua.cli.adopt import adopt
from ckanext.opendata_ua.model.case import Case

pytestmark = pytest.mark.usefixtures("portal")


@pytest.fixture
def old(create: Any) -> list[dict[str, Any]]:
    """Return public datasets that nobody ever reviewed, one of them with gaps."""
    return [create(), create(purpose_of_collecting_information=None)]


def everything() -> list[dict[str, Any]]:
    """Return all datasets as readers see them."""
    found = call_action("package_list")
    return [call_action("package_show", id=name) for name in found]


def test_nothing_changes_and_everything_gets_a_baseline(
    old: list[dict[str, Any]], tmp_path: Path
) -> None:
    before = everything()
    report = tmp_path / "gaps.csv"
    result = CliRunner().invoke(adopt, ["--report", str(report)])
    assert result.exit_code == 0, result.output
    assert everything() == before
    states = Case.latest(model.Session, [one["id"] for one in old])
    assert {state.value for state in states.values()} == {"applied"}
    text = report.read_text(encoding="utf-8-sig")
    assert f"{old[1]['name']}," in text
    assert "passport.purpose_of_collecting_information.missing" in text
    again = CliRunner().invoke(adopt)
    assert "0 adopted, 0 with gaps" in again.output


def test_old_gaps_do_not_hinder_an_edit(create: Any, editor: dict[str, Any]) -> None:
    dataset = create(purpose_of_collecting_information=None)
    CliRunner().invoke(adopt)
    context: Any = {"user": editor["name"], "ignore_auth": False}
    changed = call_action(
        "package_patch", context, id=dataset["id"], notes="Новий опис."
    )
    assert changed["state"] == "active"
    assert changed["opendata_ua_state"] == "public"


def test_a_run_goes_on_where_it_stopped(create: Any) -> None:
    made = {create()["id"] for _ in range(3)}
    first = call_action("opendata_ua_adopt_some", limit=1)
    assert (len(first["adopted"]), first["left"] >= 2) == (1, True)
    CliRunner().invoke(adopt)
    assert set(Case.latest(model.Session, made)) == made
