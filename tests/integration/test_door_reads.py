"""What readers are told of numbers, what it costs, and what they are told all the same.

That nobody is told a word of what is not for them is the leak matrix: test_leaks.py.
"""

from __future__ import annotations

import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.lib import search
from ckan.tests.helpers import call_action

from ckanext.opendata_ua.logic import sight
from tests.integration.stage import Stage, statements

pytestmark = pytest.mark.usefixtures("portal")

Data = dict[str, Any]
#: How a public dataset is hidden past the index, which is told of it, or is not.
HIDES = {"draft": "state = 'draft'", "private": "private = true"}


@pytest.fixture(scope="module")
def stage(body: Data, editor: Data) -> Stage:
    return Stage(body, editor)


def _hidden(stage: Stage, way: str, word: str) -> Data:
    """Return a dataset of the group that was public; the index has not been told."""
    made = stage.make("public", tag_string=word)
    search.commit()
    model.Session.execute(
        sa.text(f"update package set {HIDES[way]} where id = :id"),  # noqa: S608 - two constants
        {"id": made["id"]},
    )
    model.Session.commit()
    model.Session.remove()
    return made


@pytest.mark.parametrize("way", HIDES)
def test_counts_for_others_are_those_of_public_datasets(stage: Stage, way: str) -> None:
    stage.make("public")
    _hidden(stage, way, f"zq{uuid.uuid4().hex[:14]}")
    public = model.Session.execute(
        sa.text(
            "select count(*) from package where owner_org = :id"
            " and state = 'active' and not private"
        ),
        {"id": stage.body["id"]},
    ).scalar()
    told = stage.act(
        "stranger",
        "organization_list_for_user",
        id=stage.people["editor"],
        include_dataset_count=True,
    )
    counts = {one["id"]: one["package_count"] for one in told}
    assert counts[stage.body["id"]] == public
    grouped = stage.act("member", "group_list_authz", include_dataset_count=True)
    inside = model.Session.execute(
        sa.text(
            "select count(*) from package p join member m on m.table_id = p.id"
            " where m.group_id = :id and m.state = 'active'"
            " and p.state = 'active' and not p.private"
        ),
        {"id": stage.group["id"]},
    ).scalar()
    assert [one["package_count"] for one in grouped] == [inside]


@pytest.mark.parametrize("way", HIDES)
def test_a_part_of_a_list_tells_no_word_by_its_length(stage: Stage, way: str) -> None:
    word = f"zq{uuid.uuid4().hex[:14]}"
    _hidden(stage, way, word)
    told = stage.act("stranger", "tag_search", query=word[:7], limit=1)
    assert told == {"count": 0, "results": []}


@pytest.mark.parametrize("role", ["editor", "moderator"])
@pytest.mark.parametrize("state", ["draft", "submitted"])
def test_who_prepares_or_decides_finds_it(stage: Stage, state: str, role: str) -> None:
    dataset = stage.make(state)
    search.commit()
    told = stage.act(
        role,
        "package_search",
        q=f'id:"{dataset["id"]}"',
        include_private=True,
        include_drafts=True,
    )
    assert told["count"] == 1


@pytest.mark.parametrize(
    ("action", "data"),
    [
        ("package_search", {"q": "id:({ids})"}),
        ("package_autocomplete", {"q": "на"}),
        ("tag_list", {}),
        ("tag_autocomplete", {"query": "а"}),
        ("format_autocomplete", {"q": "c"}),
        ("recently_changed_packages_activity_list", {}),
    ],
)
def test_readers_cost_one_statement_more(
    stage: Stage,
    monkeypatch: pytest.MonkeyPatch,
    action: str,
    data: Data,
) -> None:
    ids = " OR ".join(stage.make("public")["id"] for _number in range(2))
    search.commit()
    data = {key: str(value).format(ids=ids) for key, value in data.items()}

    def asked() -> int:
        with statements() as sent:
            call_action(action, {"user": "", "ignore_auth": False}, **data)
        return len(sent)

    asked()
    ours = asked()
    monkeypatch.setattr(sight, "is_whole", lambda _context: True)
    assert ours <= asked() + 1


def test_a_search_keeps_what_is_for_everybody(stage: Stage) -> None:
    dataset = stage.make("public")
    search.commit()
    for fields in (None, "title", ["name"], ["id", "title"]):
        told = stage.act(
            "anonymous", "package_search", q=f'id:"{dataset["id"]}"', fl=fields
        )
        assert told["count"] == 1
        wanted = {"title": dataset["title"], "name": dataset["name"]}
        assert told["results"][0].items() & wanted.items()
        if fields == "title":
            assert "id" not in told["results"][0]


def test_words_of_public_datasets_stay(stage: Stage) -> None:
    word = f"слово{uuid.uuid4().hex[:6]}"
    stage.make("public", tag_string=word)
    assert word in stage.act("anonymous", "tag_list")
    assert stage.act("anonymous", "tag_autocomplete", query=word[:9]) == [word]
    assert stage.act("anonymous", "tag_search", query=word)["count"] == 1
    assert stage.act("anonymous", "tag_show", id=word)["name"] == word
    assert stage.act("anonymous", "format_autocomplete", q="CS") == ["csv"]
