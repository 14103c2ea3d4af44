"""One decision about many proposals: each apart, one form, no scripts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.tests import factories
from lxml import etree  # pyright: ignore[reportAttributeAccessIssue] no types in lxml

from tests.integration.conftest import empty_our_tables
from tests.integration.proposing import as_, propose, refused, stored

pytestmark = pytest.mark.usefixtures("portal", "quiet")


@pytest.fixture
def quiet(portal: None) -> None:
    """Begin without proposals and messages."""
    model.Session.remove()
    empty_our_tables()


@pytest.fixture
def dataset(create: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    return create(title="Дерева міста")


@pytest.fixture
def admin(portal: None) -> dict[str, Any]:
    return factories.Sysadmin()


def one(id_: str, decision: str = "hide", **more: Any) -> dict[str, Any]:
    extra = {"reason": "spam"} if decision == "hide" else {}
    asked = {"proposal_id": id_, "proposal_version": 1, "decision": decision}
    return {**asked, **extra, **more}


def test_each_decision_is_taken_apart(dataset: Any, admin: Any) -> None:
    robots = [propose(id=dataset["id"], form="")["proposal_id"] for _ in range(3)]
    person = propose(id=dataset["id"], form="")["proposal_id"]
    results = as_(
        admin,
        "decide_many",
        decisions=[
            one(robots[0]),
            one(robots[1], proposal_version=7),
            one(robots[2], reason="unseen"),
            one(person, "publish"),
            one("nothing"),
            one(robots[2], "answer"),
            "hide",
        ],
    )["results"]
    codes = [(said.get("error") or {"code": [""]})["code"][0] for said in results]
    assert codes == ["", "stale", "invalid", "", "not_found", "invalid", "invalid"]
    states = [stored(id_).state for id_ in (*robots, person)]
    assert states == ["hidden", "received", "received", "shown"]


def test_a_person_decides_about_theirs_only(dataset: Any, editor: Any) -> None:
    id_ = propose(id=dataset["id"])["proposal_id"]
    (said,) = as_(editor, "decide_many", decisions=[one(id_)])["results"]
    assert said["error"]["code"] == ["not_authorized"]
    assert stored(id_).state == "received"
    with pytest.raises(tk.NotAuthorized):
        as_(factories.User(), "decide_many", decisions=[one(id_)])


@pytest.mark.parametrize("wrong", [None, "hide", {}, [{}] * 201])
def test_what_is_no_list_of_decisions_is_refused(wrong: Any, admin: Any) -> None:
    assert "decisions" in refused(admin, "decide_many", decisions=wrong)


def test_a_board_of_robots_is_cleared_by_one_form(
    app: Any, dataset: Any, admin: Any, editor: Any
) -> None:
    ids = [propose(id=dataset["id"], form="")["proposal_id"] for _ in range(25)]
    signed = {"Authorization": factories.APIToken(user=admin["name"])["token"]}
    page = etree.HTML(app.get("/proposals/board?held=1&all=1", headers=signed).body)
    (form,) = page.xpath("//form[contains(@action, '/proposals/decide')]")
    chosen = form.xpath(".//input[@name='proposal'][@checked]/@value")
    assert sorted(chosen) == sorted(f"{id_}~1" for id_ in ids)
    data = {"proposal": chosen, "held": "1", "reason": "spam", "decision": "hide"}
    as_(admin, "publish", proposal_id=ids[0], proposal_version=1)
    told = app.post("/proposals/decide", data=data, headers=signed)
    rows = etree.HTML(told.body).xpath("//tbody/tr")
    missed = [row for row in rows if row.get("class") == "opendata-ua-overdue"]
    assert (len(rows), len(missed)) == (25, 1)
    assert ids[0] in etree.tostring(missed[0]).decode()
    assert stored(ids[0]).state == "shown"
    assert {stored(id_).state for id_ in ids[1:]} == {"hidden"}
    # who may not hide has nothing to choose
    signed = {"Authorization": factories.APIToken(user=editor["name"])["token"]}
    board = etree.HTML(app.get("/proposals/board", headers=signed).body)
    assert board.xpath("//input[@name='proposal']") == []
    none = app.post("/proposals/decide", headers=signed, follow_redirects=False)
    assert none.status_code == 302
