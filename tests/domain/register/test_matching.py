"""What rows mean: datasets that there are, new ones, or each other."""

from __future__ import annotations

from ckanext.opendata_ua.domain.publication import Stop
from ckanext.opendata_ua.domain.register import RegisterRow
from ckanext.opendata_ua.domain.register.matching import (
    Known,
    Matcher,
    Outcome,
    Plan,
    Way,
    conflict,
    differences,
)
from ckanext.opendata_ua.domain.register.row_reader import ReadRow, row_reader

SITE = "https://data.rada.example"
A = Known("id-a", "aa", "Зупинки")
B = Known("id-b", "bb", "Бюджет", public=True)


def row(number: int, title: str = "Зупинки", **cells: str) -> ReadRow:
    said = {"title": [title], **{key: [cells[key]] for key in cells}}
    return row_reader(SITE, "", {})(number, said)


def plans(*rows: ReadRow, known: tuple[Known, ...] = ()) -> list[Plan]:
    matcher = Matcher(rows, known, {"taken"})
    return [matcher.plan(one) for one in rows]


def told(*rows: ReadRow, known: tuple[Known, ...] = ()) -> list[str]:
    return [plan.outcome.value for plan in plans(*rows, known=known)]


def test_a_row_that_means_nothing_here_is_created() -> None:
    assert told(row(1), known=(B,)) == ["created"]


def test_a_dataset_is_found_by_its_page_before_all() -> None:
    (plan,) = plans(row(1, identifier="bb", page=f"{SITE}/dataset/aa"), known=(A, B))
    assert (plan.known, plan.way) == (A, Way.PAGE)


def test_a_dataset_is_found_by_its_name_or_id() -> None:
    for said in ("AA", "id-a"):
        (plan,) = plans(row(1, "Інша", identifier=said), known=(A,))
        assert (plan.known, plan.way) == (A, Way.IDENTIFIER)


def test_a_dataset_is_found_by_its_title() -> None:
    (plan,) = plans(row(1, " «ЗУПИНКИ»"), known=(A,))
    assert (plan.known, plan.way) == (A, Way.TITLE)


def test_a_foreign_identifier_does_not_hide_an_equal_title() -> None:
    (plan,) = plans(row(1, identifier="4f2c-11"), known=(A,))
    assert plan.known == A


def test_the_second_row_of_one_dataset_is_a_conflict() -> None:
    first, second = row(1), row(2, "Інша", identifier="aa")
    assert told(first, second, known=(A,)) == ["conflict", "matched"]
    assert told(row(1), row(2), known=(A,)) == ["matched", "conflict"]
    assert told(row(1), row(2)) == ["created", "conflict"]
    assert told(row(1, identifier="xx"), row(2, "Б", identifier="xx")) == [
        "created",
        "conflict",
    ]


def test_two_datasets_may_have_one_title() -> None:
    rows = (row(1, identifier="aa"), row(2, identifier="xx"))
    assert told(*rows) == ["created", "created"]
    assert told(*rows, known=(A,)) == ["matched", "created"]


def test_a_second_run_finds_what_the_first_one_made() -> None:
    rows = (row(1), row(2, identifier="xx"), row(3, "Бюджет"))
    made = (A, Known("id-x", "xx", "Зупинки"), B)
    assert told(*rows) == ["created", "created", "created"]
    assert told(*rows, known=made) == ["matched"] * 3


def test_a_row_that_was_made_is_meant_by_no_other() -> None:
    rows = (row(1), row(2, "Бюджет"))
    matcher = Matcher(rows, ())
    matcher.plan(rows[0])
    matcher.made(rows[0], A)
    assert not matcher.is_free(A.id)
    assert matcher.plan(row(3)).outcome is Outcome.CONFLICT
    assert matcher.plan(row(4, "Б", identifier="aa")).outcome is Outcome.CONFLICT


def test_what_appeared_meanwhile_is_what_the_row_means() -> None:
    one = row(1)
    matcher = Matcher((one,), ())
    assert matcher.plan(one).outcome is Outcome.CREATED
    plan = matcher.claim(one, A)
    assert (plan.outcome, plan.known, plan.way) == (Outcome.MATCHED, A, Way.TITLE)
    named = row(2, identifier="bb")
    assert matcher.claim(named, B).way is Way.IDENTIFIER


def test_an_identifier_of_others_is_a_conflict() -> None:
    (plan,) = plans(row(1, identifier="taken"))
    assert plan.outcome is Outcome.CONFLICT
    assert plan.findings[0].code == "register.identifier_taken"


def test_invalid_rows_claim_nothing() -> None:
    assert told(row(1, "", identifier="aa"), row(2, identifier="aa"), known=(A,)) == [
        "invalid",
        "matched",
    ]


def test_a_row_of_an_ended_dataset_makes_nothing() -> None:
    ended = row(1, "Зупинки (оприлюднення припинено)")
    (plan,) = plans(ended)
    assert plan.outcome is Outcome.INVALID
    assert plan.findings[0].code == "register.ended"
    assert told(ended, known=(A,)) == ["matched"]


def test_what_no_row_means_is_left() -> None:
    rows = (row(1),)
    matcher = Matcher(rows, (A, B))
    matcher.plan(rows[0])
    assert matcher.left() == [B]


STORED = RegisterRow(
    identifier="aa",
    title="Зупинки",
    description="Місця\nзупинок",
    frequency="Щомісяця",
    keywords="зупинки, транспорт",
    purpose="",
    page=f"{SITE}/dataset/aa",
    formats="CSV, XLSX",
    publisher="Рада",
    publisher_code=None,
    contact="Коваль",
    email="koval@rada.example",
)
SAME = {
    "description": "Місця   зупинок",
    "frequency": "once a month",
    "keywords": "Транспорт, зупинки",
    "formats": "XLSX, CSV",
    "page": "https://a.example/1",
    "email": "Koval@rada.example",
}


def test_the_same_in_other_words_is_no_difference() -> None:
    assert differences(row(1, **SAME), STORED) == ()


def test_what_a_row_does_not_say_is_no_difference() -> None:
    assert differences(row(1), STORED) == ()


def test_fields_that_differ_are_named() -> None:
    one = row(1, "Інша", contact="Бондар", purpose="Закон")
    found = differences(one, STORED)
    assert [(d.field, d.file, d.portal) for d in found] == [
        ("title", "Інша", "Зупинки"),
        ("purpose", "Закон", ""),
        ("contact", "Бондар", "Коваль"),
    ]
    told = conflict(one, found)
    assert told.code == "register.differs"
    assert told.values["fields"] == (
        "Назва, Підстава та призначення збору інформації, Відповідальна особа"
    )


def test_of_a_stopped_dataset_only_what_readers_see_is_compared() -> None:
    suspended = STORED._replace(
        title="Зупинки (оприлюднення призупинено)", formats="", stop=Stop.SUSPENDED
    )
    assert differences(row(1, **SAME), suspended) == ()
    withdrawn = STORED._replace(title="Інша", stop=Stop.WITHDRAWN)
    assert differences(row(1), withdrawn) == ()
