"""Canaries are found wherever they hide; every way to read is planned."""

import gzip
import io
import zipfile
from collections.abc import Iterable

import pytest

from ckanext.opendata_ua.domain.doctor import (
    Answer,
    Canary,
    Question,
    Rule,
    Watch,
    broken,
    crawl,
    part_of,
    plan,
    words,
)
from ckanext.opendata_ua.domain.doctor.canary import DEEPEST, unpacked
from ckanext.opendata_ua.domain.doctor.reads import ACTIONS, BESIDE, FAULTS, GUESSES

RUN = "0123abcd"
ID = "11111111-2222-3333-4444-555555555555"
GET = frozenset({"GET"})
VALUES = {
    **dict.fromkeys(("id", "name", "resource_id", "organization"), "x"),
    "alias": "a b",
}


def canary(name: str, own: str) -> Canary:
    return Canary(name, {**words(RUN, own, ("title", "tag")), "id": ID})


DRAFT = canary("draft", "aaaa")
TITLE = DRAFT.words["title"]


def told(parts: Iterable[bytes], *asked: str) -> set[tuple[str, str]]:
    return Watch([DRAFT, Canary("other", words(RUN, "bbbb", ("title",)))]).told(
        parts, asked
    )


def archive(content: bytes, name: str = "a.xml") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, content)
    return file.getvalue()


def test_words_of_a_canary_differ_and_begin_alike() -> None:
    made = words(RUN, "aaaa", (str(number) for number in range(60)))
    assert len(set(made.values())) == 60
    assert all(word.startswith(part_of(RUN)) for word in made.values())


@pytest.mark.parametrize(
    "content",
    [
        TITLE.encode(),
        f"<h1>{TITLE.upper()}!".encode(),
        archive(TITLE.encode()),
        archive(b"", f"{TITLE}.csv"),
        archive(archive(TITLE.encode())),
        gzip.compress(TITLE.encode()),
    ],
)
def test_a_word_is_found_wherever_it_hides(content: bytes) -> None:
    assert told([b"", content]) == {("draft", "title")}


def test_what_was_sent_is_no_news() -> None:
    assert told([TITLE.encode()], f"/dataset/{TITLE}") == set()


def test_an_id_is_news_to_who_has_not_asked_for_its_dataset() -> None:
    assert told([ID.encode()]) == {("draft", "id")}
    assert told([ID.encode()], f"/dataset/{TITLE}") == set()


def test_a_word_of_nobody_is_no_news() -> None:
    assert told([words("ffffffff", "aaaa", ("title",))["title"].encode()]) == set()


def test_a_broken_archive_is_looked_at_as_it_is() -> None:
    for damaged in (archive(b"x" * 99)[:60], b"\x1f\x8b no gzip"):
        assert b"".join(unpacked(damaged)) == damaged


def test_archives_are_looked_into_so_deep_and_no_deeper() -> None:
    content = TITLE.encode()
    for _level in range(DEEPEST + 1):
        content = gzip.compress(content)
    assert told([content]) == set()


def test_a_crawl_tells_what_was_answered() -> None:
    def ask(question: Question) -> Answer:
        return Answer(500, (("Location", f"/dataset/{TITLE}"),), b"")

    (heard,) = crawl(ask, [Question("GET /", "/")], Watch([DRAFT]))
    assert heard.told == {("draft", "title")}
    assert heard.is_broken


def test_a_way_is_broken_that_answers_nothing_but_failures() -> None:
    watch = Watch([DRAFT])
    asked = [Question(way, way) for way in ("GET /a", "GET /b", "GET /b", *FAULTS)]
    statuses = iter((500, 500, 200, *(500 for _fault in FAULTS)))
    heard = crawl(lambda _question: Answer(next(statuses), (), b""), asked, watch)
    assert broken(heard) == ["GET /a"]


def addresses(*rules: Rule) -> list[str]:
    made = plan((), rules, [VALUES]).questions
    return [one.address for one in made if one.way.split()[1] not in BESIDE]


def test_parts_of_an_address_are_filled() -> None:
    rule = "/dataset/<id>/resource/<uuid:resource_id>/x"
    assert addresses(Rule(rule, GET)) == ["/dataset/x/resource/x/x"]


def test_the_longest_beginning_says_what_a_part_is() -> None:
    rule = "/organization/about/<id>"
    assert addresses(Rule(rule, GET)) == ["/organization/about/x"]


def test_an_address_is_asked_with_its_queries() -> None:
    assert "/dataset/?organization=x" not in addresses(Rule("/dataset/", GET))
    asked = addresses(Rule("/api/util/tag/autocomplete", GET))
    assert asked == ["/api/util/tag/autocomplete"]  # the values lack a part to ask for


def test_what_is_sent_to_a_page_is_a_form_and_what_to_an_action_json() -> None:
    rule = Rule("/datatables/ajax/<resource_view_id>", frozenset({"POST"}))
    (page,) = (
        one
        for one in plan((), [rule], [{"view_id": "x"}]).questions
        if "datatables" in one.address
    )
    assert page.sent is not None
    assert not page.is_json
    action = plan(["package_show"], (), [{"id": "x"}]).questions[0]
    assert action.is_json
    assert action.sent == '{"id": "x"}'


def test_writes_and_files_of_the_site_are_not_asked() -> None:
    passed = [
        Rule("/dataset/<id>/submit", frozenset({"POST"})),
        Rule("/webassets/<path:path>", GET),
        Rule("/api/action/<logic_function>", GET),
    ]
    assert addresses(*passed) == []


def test_a_value_is_quoted_in_an_address() -> None:
    made = plan((), (), [VALUES]).questions
    assert "/datastore/dump/a%20b" in [one.address for one in made]


def test_an_action_that_nobody_knows_is_asked_by_guess_and_named() -> None:
    made = plan(["theirs_list"], (), [VALUES])
    assert made.guessed == ("action theirs_list",)
    asked = [one for one in made.questions if one.way == "action theirs_list"]
    assert 1 < len(asked) < len(GUESSES) + 1


def test_an_address_that_nobody_knows_is_guessed_or_named() -> None:
    rules = [Rule("/showcase/<id>", GET), Rule("/odd/<number>", GET)]
    made = plan((), rules, [VALUES])
    assert made.guessed == ("GET /showcase/<id>",)
    assert made.unasked == ("GET /odd/<number>",)
    assert "/showcase/x" in [one.address for one in made.questions]


def test_a_question_is_asked_once() -> None:
    made = plan(["tag_list"], (), [VALUES, VALUES])
    assert len(set(made.questions)) == len(made.questions)


@pytest.mark.parametrize("name", ACTIONS)
def test_every_known_action_is_asked_something(name: str) -> None:
    assert ACTIONS[name]
