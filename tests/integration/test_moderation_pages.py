"""Pages of moderation on the real stack: a publisher, a moderator, nobody else."""

from __future__ import annotations

import io
import re
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import call_action
from sqlalchemy import event

from ckanext.opendata_ua.domain.moderation import State, public_state
from ckanext.opendata_ua.model.case import Case
from ckanext.opendata_ua.model.moderator import Moderator

pytestmark = pytest.mark.usefixtures("portal")

FILES = [
    {
        "url": "https://rada.example/zupynky.csv",
        "name": "Зупинки",
        "format": "CSV",
        "data_actual_date": "2026-01-31",
    }
]
LOCKED = "waiting for a moderator"
WORDS = "Додайте файл зі структурою."


class Browser:
    """A person at the pages: requests with a token, answers as parsed pages."""

    def __init__(self, app: Any, user: dict[str, Any]) -> None:
        token = factories.APIToken(user=user["name"])
        self.app, self.user = app, user
        self.headers = {"Authorization": token["token"]}

    def get(self, address: str, status: int = 200) -> BeautifulSoup:
        answer = self.app.get(address, headers=self.headers)
        assert answer.status_code == status, answer.body[-2000:]
        return BeautifulSoup(answer.body, "html.parser")

    def post(self, address: str, status: int = 302, **fields: Any) -> Any:
        answer = self.app.post(
            address, headers=self.headers, data=fields, follow_redirects=False
        )
        assert answer.status_code == status, answer.body[-2000:]
        return answer

    def refused(self, address: str, status: int, **fields: Any) -> BeautifulSoup:
        return BeautifulSoup(self.post(address, status, **fields).body, "html.parser")


@pytest.fixture(scope="module")
def people(body: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return a moderator of all, a moderator of another body, a reader."""
    other = factories.Organization()
    found: dict[str, Any] = {
        name: factories.User(fullname=fullname)
        for name, fullname in (
            ("moderator", "Яворський Тарас Богданович"),
            ("stranger", "Гнатюк Ірина Петрівна"),
            ("reader", "Лисенко Дарина Ігорівна"),
        )
    }
    Moderator.add(model.Session, found["moderator"]["id"], None)
    Moderator.add(model.Session, found["stranger"]["id"], other["id"])
    model.Session.commit()
    return found


@pytest.fixture
def publisher(app: Any, editor: dict[str, Any]) -> Browser:
    return Browser(app, editor)


@pytest.fixture
def moderator(app: Any, people: dict[str, dict[str, Any]]) -> Browser:
    return Browser(app, people["moderator"])


@pytest.fixture(autouse=True)
def empty_queue() -> Iterator[None]:
    """Leave no case waiting for the next test."""
    yield
    model.Session.rollback()
    model.Session.execute(
        sa.update(Case)
        .where(Case.state == State.SUBMITTED.value)
        .values(state=State.REJECTED.value)
    )
    model.Session.commit()


@pytest.fixture
def submitted(create_draft: Any, editor: dict[str, Any]) -> Any:
    """Return a function that submits a new dataset and gives dataset and case."""

    def submit(**fields: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        dataset = create_draft(resources=FILES, **fields)
        context: Any = {"user": editor["name"], "ignore_auth": False}
        case = call_action(
            "opendata_ua_moderation_submit",
            context,
            id=dataset["id"],
            comment="Прошу до 1 грудня.",
        )
        return dataset, case

    return submit


def stored(dataset: dict[str, Any]) -> dict[str, Any]:
    return call_action("package_show", {"ignore_auth": True}, id=dataset["id"])


def text_of(page: BeautifulSoup, selector: str) -> str:
    found = page.select_one(selector)
    assert found, selector
    return " ".join(found.get_text().split())


def rows_of(page: BeautifulSoup) -> list[str]:
    return [str(row["data-case"]) for row in page.select("tr[data-case]")]


class TestQueue:
    def test_the_most_urgent_stands_first_and_is_called_overdue(
        self, moderator: Browser, submitted: Any
    ) -> None:
        _, first = submitted()
        _, late = submitted()
        make_overdue(late)
        page = moderator.get("/moderation")
        assert rows_of(page) == [late["case_id"], first["case_id"]]
        rows = page.select("tr[data-case]")
        assert rows[0].select_one(".opendata-ua-late")
        assert not rows[1].select_one(".opendata-ua-late")

    def test_it_says_who_submitted_and_who_has_taken_it(
        self, moderator: Browser, submitted: Any, editor: dict[str, Any]
    ) -> None:
        _, case = submitted()
        moderator.post(f"/moderation/{case['case_id']}/assign")
        row = text_of(moderator.get("/moderation"), "tr[data-case]")
        assert editor["fullname"] in row
        assert moderator.user["fullname"] in row

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("mine=1", {"taken"}),
            ("overdue=1", {"late"}),
            ("organization={org}", {"taken", "late"}),
            ("organization=nemaie", set()),
            ("state=returned", set()),
        ],
    )
    def test_filters_narrow_it(
        self,
        query: str,
        found: set[str],
        moderator: Browser,
        submitted: Any,
        body: dict[str, Any],
    ) -> None:
        cases = {"taken": submitted()[1]["case_id"]}
        late = submitted()[1]
        cases["late"] = late["case_id"]
        make_overdue(late)
        moderator.post(f"/moderation/{cases['taken']}/assign")
        page = moderator.get("/moderation?" + query.format(org=body["name"]))
        assert set(rows_of(page)) == {cases[name] for name in found}

    def test_an_empty_queue_and_an_empty_filter_say_so(
        self, moderator: Browser
    ) -> None:
        assert moderator.get("/moderation").select_one(".empty")
        page = moderator.get("/moderation?overdue=1")
        assert page.select_one(".empty a")

    def test_an_unknown_state_is_a_bad_request(self, moderator: Browser) -> None:
        moderator.get("/moderation?state=blue", status=400)

    def test_pages_follow_each_other_by_key(
        self, moderator: Browser, submitted: Any
    ) -> None:
        wanted = {submitted()[1]["case_id"] for _ in range(3)}
        context: Any = {"user": moderator.user["name"], "ignore_auth": False}
        found, after = [], ""
        for _ in wanted:
            page = call_action(
                "opendata_ua_moderation_case_list", context, limit=1, after=after
            )
            found += [case["case_id"] for case in page["cases"]]
            after = page["next"] or ""
        assert set(found) == wanted
        assert not after

    def test_the_queue_goes_on_after_a_key_and_back_to_its_beginning(
        self, moderator: Browser, submitted: Any
    ) -> None:
        (_, first), (_, second) = submitted(), submitted()
        make_overdue(first)
        key: Any = model.Session.get(Case, first["case_id"])
        after = quote(f"{key.due.isoformat()}~{key.id}")
        page = moderator.get(f"/moderation?after={after}")
        assert rows_of(page) == [second["case_id"]]
        assert page.select_one(".opendata-ua-pages a[href$='/moderation']")

    @pytest.mark.parametrize("who", ["reader", None])
    def test_it_is_for_moderators_only(
        self, who: str | None, app: Any, people: dict[str, dict[str, Any]]
    ) -> None:
        headers = Browser(app, people[who]).headers if who else {}
        answer = app.get("/moderation", headers=headers)
        assert answer.status_code == 403

    def test_no_cache_keeps_it(self, app: Any, moderator: Browser) -> None:
        answer = app.get("/moderation", headers=moderator.headers)
        kept = answer.headers["Cache-Control"]
        assert "no-store" in kept
        assert "private" in kept
        assert "public" not in kept

    def test_the_menu_counts_for_moderators_only(
        self, moderator: Browser, publisher: Browser, submitted: Any
    ) -> None:
        submitted()
        page = moderator.get("/about")
        assert text_of(page, ".opendata-ua-count") == "1"
        assert not publisher.get("/about").select_one(".opendata-ua-count")


def make_overdue(case: dict[str, Any]) -> None:
    row: Any = model.Session.get(Case, case["case_id"])
    row.due = row.due - timedelta(days=30)
    model.Session.commit()


class TestCase:
    def test_one_page_has_all_that_a_moderator_needs(
        self, moderator: Browser, submitted: Any
    ) -> None:
        dataset, case = submitted()
        page = moderator.get(f"/moderation/{case['case_id']}")
        assert text_of(page, "h1") == dataset["title"]
        assert page.select_one(".opendata-ua-passport-table")
        assert page.select_one(f"[data-id='{dataset['resources'][0]['id']}']")
        assert page.select_one("[data-code='passport.structure.missing']")
        assert "Прошу до 1 грудня." in text_of(page, ".opendata-ua-words")
        assert page.select_one("[data-kind=submit]")
        assert page.select_one(f"a[href$='/dataset/edit/{dataset['name']}']")

    def test_an_approval_makes_it_public(
        self, moderator: Browser, submitted: Any
    ) -> None:
        dataset, case = submitted()
        answer = moderator.post(
            f"/moderation/{case['case_id']}",
            decision="approve",
            case_version=case["case_version"],
        )
        assert answer.headers["Location"].endswith("/moderation")
        assert stored(dataset)["state"] == "active"

    def test_a_return_tells_reasons_and_words_to_the_publisher(
        self, moderator: Browser, publisher: Browser, submitted: Any
    ) -> None:
        dataset, case = submitted()
        moderator.post(
            f"/moderation/{case['case_id']}",
            decision="return",
            reasons=["structure_missing", "other"],
            comment=WORDS,
            case_version=case["case_version"],
        )
        for address in (f"/dataset/{dataset['name']}", "/my-work"):
            page = publisher.get(address)
            assert WORDS in page.get_text()
            assert "структур" in page.get_text().lower()

    def test_a_return_without_reasons_is_refused_and_keeps_what_was_typed(
        self, moderator: Browser, submitted: Any
    ) -> None:
        _, case = submitted()
        page = moderator.refused(
            f"/moderation/{case['case_id']}",
            409,
            decision="reject",
            case_version=case["case_version"],
        )
        links = {str(link["href"]) for link in page.select("#refusal a")}
        assert links == {"#reasons", "#comment"}
        assert all(page.select_one(link) for link in links)
        assert page.select_one("#decision-reject[checked]")
        assert page.select_one("#reasons-error")
        assert page.select_one("#comment-error")

    def test_no_decision_at_all_is_refused(
        self, moderator: Browser, submitted: Any
    ) -> None:
        _, case = submitted()
        page = moderator.refused(f"/moderation/{case['case_id']}", 409)
        assert page.select_one("#decision-error")

    def test_what_changed_meanwhile_is_refused_until_the_page_is_reloaded(
        self, moderator: Browser, submitted: Any
    ) -> None:
        dataset, case = submitted()
        address = f"/moderation/{case['case_id']}"
        moderator.post(f"{address}/assign")
        seen = case["case_version"]
        page = moderator.refused(address, 409, decision="approve", case_version=seen)
        assert page.select_one(f"#refusal a[href$='{address}']")
        hidden = page.select_one("[name=case_version]")
        assert hidden
        assert hidden["value"] == str(seen)
        assert stored(dataset)["state"] == "draft"
        fresh = moderator.get(address).select_one("[name=case_version]")
        assert fresh
        moderator.post(address, decision="approve", case_version=fresh["value"])

    def test_a_decided_case_offers_no_decision_and_refuses_one(
        self, moderator: Browser, submitted: Any
    ) -> None:
        _, case = submitted()
        address = f"/moderation/{case['case_id']}"
        moderator.post(address, decision="approve", case_version=case["case_version"])
        assert not moderator.get(address).select_one("[name=decision]")
        page = moderator.refused(
            address, 409, decision="approve", case_version=case["case_version"]
        )
        assert page.select_one("#refusal li")

    def test_a_case_is_taken_and_handed_over(
        self, app: Any, moderator: Browser, submitted: Any
    ) -> None:
        second = factories.User(fullname="Гук Марта Іванівна")
        Moderator.add(model.Session, second["id"], None)
        model.Session.commit()
        _, case = submitted()
        address = f"/moderation/{case['case_id']}"
        moderator.post(f"{address}/assign")
        assert moderator.user["fullname"] in text_of(
            moderator.get(address), ".opendata-ua-facts-line"
        )
        moderator.post(f"{address}/assign", user=second["name"])
        page = moderator.get(address)
        assert second["fullname"] in text_of(page, ".opendata-ua-facts-line")
        assert second["fullname"] in text_of(page, ".opendata-ua-history")

    def test_it_is_handed_to_nobody_who_does_not_moderate(
        self, moderator: Browser, submitted: Any, people: dict[str, dict[str, Any]]
    ) -> None:
        _, case = submitted()
        page = moderator.refused(
            f"/moderation/{case['case_id']}/assign",
            409,
            user=people["stranger"]["name"],
        )
        assert page.select_one("#refusal a[href='#assign-user']")
        assert page.select_one("#assign-user")

    @pytest.mark.parametrize(("who", "status"), [("stranger", 403), ("reader", 403)])
    def test_others_do_not_see_it(
        self,
        who: str,
        status: int,
        app: Any,
        submitted: Any,
        people: dict[str, dict[str, Any]],
    ) -> None:
        _, case = submitted()
        browser = Browser(app, people[who])
        browser.get(f"/moderation/{case['case_id']}", status=status)
        browser.post(
            f"/moderation/{case['case_id']}",
            status,
            decision="approve",
            case_version=case["case_version"],
        )

    def test_a_case_that_is_not_there_is_not_found(self, moderator: Browser) -> None:
        moderator.get(f"/moderation/{uuid.uuid4()}", status=404)

    def test_its_publisher_sees_it_without_the_decision(
        self, publisher: Browser, submitted: Any
    ) -> None:
        _, case = submitted()
        page = publisher.get(f"/moderation/{case['case_id']}")
        assert not page.select_one("[name=decision]")
        assert not page.select_one("#assign-user")


class TestDay:
    """Publication on a day: asked for, decided, changed, told."""

    LATER, SHOWN = "2099-01-31", "31.01.2099"

    @pytest.fixture
    def asked(self, publisher: Browser, create_draft: Any) -> tuple[Any, Any]:
        """Return dataset and case of a submission that names a day on the form."""
        dataset = create_draft(resources=FILES)
        answer = publisher.post(
            f"/dataset/{dataset['name']}/submit", publish_on=self.LATER
        )
        assert answer.headers["Location"].endswith(dataset["name"])
        past = call_action("opendata_ua_moderation_history", id=dataset["id"])
        case_id = past[-1]["case_id"]
        return dataset, call_action("opendata_ua_moderation_case_show", case_id=case_id)

    def decide(
        self, moderator: Browser, case: dict[str, Any], day: str, status: int = 302
    ) -> Any:
        return moderator.post(
            f"/moderation/{case['case_id']}",
            status,
            decision="approve",
            case_version=case["case_version"],
            publish_on=day,
        )

    def test_the_publisher_and_the_moderator_read_it(
        self, publisher: Browser, moderator: Browser, asked: tuple[Any, Any]
    ) -> None:
        dataset, case = asked
        for address in (f"/dataset/{dataset['name']}", "/my-work?state=submitted"):
            assert self.SHOWN in publisher.get(address).text
        page = moderator.get(f"/moderation/{case['case_id']}")
        day = page.select_one("input[name=publish_on]")
        assert day
        assert day["value"] == self.LATER
        assert self.SHOWN in page.select(".opendata-ua-facts-line")[0].text

    def test_an_approved_dataset_waits_for_it_and_says_so(
        self, publisher: Browser, moderator: Browser, asked: tuple[Any, Any]
    ) -> None:
        dataset, case = asked
        self.decide(moderator, case, self.LATER)
        assert stored(dataset)["state"] == "draft"
        letters = call_action("opendata_ua_outbox_list")
        kinds = [one["dedupe_key"].partition(":")[0] for one in letters]
        assert "moderation.approve_later" in kinds
        for address in (f"/dataset/{dataset['name']}", "/my-work?state=approved"):
            assert self.SHOWN in publisher.get(address).text

    def test_a_moderator_empties_it_and_readers_get_the_dataset_now(
        self, moderator: Browser, asked: tuple[Any, Any]
    ) -> None:
        _, case = asked
        self.decide(moderator, case, "")
        shown = call_action("opendata_ua_moderation_case_show", case_id=case["case_id"])
        assert shown["publish_on"] is None
        assert shown["state"] in ("approved", "applied")

    def test_it_is_changed_after_the_decision(
        self, moderator: Browser, asked: tuple[Any, Any]
    ) -> None:
        _, case = asked
        self.decide(moderator, case, self.LATER)
        address = f"/moderation/{case['case_id']}"
        page = moderator.get(address)
        form = page.select_one("form[action$='/plan']")
        assert form
        version = form.select_one("[name=case_version]")
        assert version
        sent = {"case_version": version["value"], "publish_on": "2000-01-01"}
        page = moderator.refused(f"{address}/plan", 409, **sent)
        assert page.select_one("#refusal a[href='#publish_on']")
        assert page.select_one("#publish_on-error")
        moderator.post(f"{address}/plan", **{**sent, "publish_on": "2099-02-01"})
        assert "01.02.2099" in moderator.get(address).text
        page = moderator.refused(f"{address}/plan", 409, **sent)
        assert page.select_one("#refusal .btn")  # stale: reload

    @pytest.mark.parametrize("day", ["2000-01-01", "завтра"])
    def test_a_day_that_is_none_is_refused_at_its_field(
        self,
        publisher: Browser,
        moderator: Browser,
        asked: tuple[Any, Any],
        create_draft: Any,
        day: str,
    ) -> None:
        draft = create_draft(resources=FILES)
        for page in (
            publisher.refused(
                f"/dataset/{draft['name']}/submit", 409, publish_on=day, comment=WORDS
            ),
            BeautifulSoup(
                self.decide(moderator, asked[1], day, 409).body, "html.parser"
            ),
        ):
            assert page.select_one("#refusal a[href='#publish_on']")
            field = page.select_one("input[name=publish_on]")
            assert field
            assert (field["value"], field["aria-invalid"]) == (day, "true")
        assert stored(draft)["opendata_ua_state"] == "draft"


class TestMany:
    def chosen(self, *cases: dict[str, Any]) -> list[str]:
        return [f"{case['case_id']}~{case['case_version']}" for case in cases]

    def test_the_chosen_rows_of_the_queue_come_to_one_form(
        self, moderator: Browser, submitted: Any
    ) -> None:
        for _ in range(2):
            submitted()
        queue = moderator.get("/moderation?all=1")
        marks = [str(box["value"]) for box in queue.select("[name=case][checked]")]
        assert len(marks) == 2
        query = "&".join(f"case={mark}" for mark in marks)
        page = moderator.get(f"/moderation/decide?{query}")
        assert {str(one["value"]) for one in page.select("input[name=case]")} == set(
            marks
        )

    def test_each_is_decided_apart_and_the_refused_say_why(
        self, moderator: Browser, submitted: Any
    ) -> None:
        (first, good), (second, changed) = submitted(), submitted()
        marks = self.chosen(good, changed)
        moderator.post(f"/moderation/{changed['case_id']}/assign")
        page = moderator.refused(
            "/moderation/decide", 200, case=marks, decision="approve"
        )
        rows = page.select("tbody tr")
        assert len(rows) == 2
        refused = page.select("tr.opendata-ua-overdue")
        assert len(refused) == 1
        assert refused[0].select_one(f"a[href$='/moderation/{changed['case_id']}']")
        assert stored(first)["state"] == "active"
        assert stored(second)["state"] == "draft"

    def test_a_form_without_reasons_decides_nothing(
        self, moderator: Browser, submitted: Any
    ) -> None:
        dataset, case = submitted()
        page = moderator.refused(
            "/moderation/decide", 409, case=self.chosen(case), decision="return"
        )
        assert page.select_one("#refusal a[href='#reasons']")
        assert page.select("input[name=case]")
        assert stored(dataset)["opendata_ua_state"] == "submitted"

    def test_what_no_longer_waits_is_told(
        self, moderator: Browser, submitted: Any
    ) -> None:
        _, case = submitted()
        mark = self.chosen(case)[0]
        moderator.post(
            f"/moderation/{case['case_id']}",
            decision="approve",
            case_version=case["case_version"],
        )
        page = moderator.get(f"/moderation/decide?case={mark}")
        assert page.select_one(".alert-warning")
        assert not page.select("input[name=case]")

    def test_nothing_chosen_leads_back_to_the_queue(
        self, app: Any, moderator: Browser
    ) -> None:
        answer = app.get(
            "/moderation/decide", headers=moderator.headers, follow_redirects=False
        )
        assert answer.status_code == 302
        assert answer.headers["Location"].endswith("/moderation")


class TestChecklist:
    def test_each_finding_leads_to_the_field_that_mends_it(
        self, publisher: Browser, create_draft: Any
    ) -> None:
        dataset = create_draft(update_frequency="", tag_string="")
        page = publisher.get(f"/dataset/{dataset['name']}/checklist")
        for code, field in (
            ("passport.update_frequency.missing", "field-update_frequency"),
            ("passport.tags.missing", "field-tag_string"),
            ("passport.url.missing", "field-upload"),
        ):
            link = page.select_one(f"[data-code='{code}'] a")
            assert link, code
            address, _, anchor = str(link["href"]).partition("#")
            assert anchor == field
            assert publisher.get(address).find(id=anchor), code

    def test_a_fault_of_a_file_leads_to_the_form_of_the_file(
        self, publisher: Browser, create_draft: Any
    ) -> None:
        dataset = create_draft(resources=[{**FILES[0], "data_actual_date": ""}])
        file = dataset["resources"][0]["id"]
        page = publisher.get(f"/dataset/{dataset['name']}/checklist")
        link = page.select_one("[data-code='passport.data_actual_date.missing'] a")
        assert link
        assert f"/resource/{file}/edit#" in str(link["href"])

    def test_a_submission_locks_and_a_withdrawal_unlocks(
        self, publisher: Browser, create_draft: Any
    ) -> None:
        dataset = create_draft(resources=FILES)
        address = f"/dataset/{dataset['name']}"
        publisher.post(f"{address}/submit", comment="Слово модератору")
        assert stored(dataset)["opendata_ua_state"] == "submitted"
        page = publisher.get(f"/en/dataset/edit/{dataset['name']}", status=403)
        assert LOCKED in page.get_text()
        publisher.post(f"{address}/withdraw")
        assert stored(dataset)["opendata_ua_state"] == "draft"
        publisher.get(f"/dataset/edit/{dataset['name']}")

    def test_what_stands_in_the_way_is_answered_all_at_once(
        self, publisher: Browser, create_draft: Any
    ) -> None:
        dataset = create_draft(
            update_frequency="", purpose_of_collecting_information=""
        )
        page = publisher.refused(
            f"/dataset/{dataset['name']}/submit", 409, comment="Слово"
        )
        assert page.select_one("#refusal")
        assert len(page.select(".opendata-ua-finding-blocking")) == 3
        assert text_of(page, "#comment") == "Слово"

    def test_a_second_submission_is_refused_in_words(
        self, publisher: Browser, submitted: Any
    ) -> None:
        dataset, _ = submitted()
        page = publisher.refused(f"/dataset/{dataset['name']}/submit", 409)
        assert page.select_one("#refusal li")

    @pytest.mark.parametrize("step", ["submit", "withdraw"])
    def test_strangers_learn_nothing_of_a_draft(
        self,
        step: str,
        app: Any,
        create_draft: Any,
        people: dict[str, dict[str, Any]],
    ) -> None:
        dataset = create_draft(resources=FILES)
        reader = Browser(app, people["reader"])
        reader.get(f"/dataset/{dataset['name']}/checklist", status=404)
        reader.post(f"/dataset/{dataset['name']}/{step}", 404)
        reader.post(f"/dataset/nemaie-takoho/{step}", 404)
        assert app.post(f"/dataset/{dataset['name']}/{step}").status_code == 403


class TestDatasetPage:
    def test_its_publishers_see_where_it_stands_and_what_is_next(
        self, publisher: Browser, create_draft: Any
    ) -> None:
        dataset = create_draft(resources=FILES)
        box = publisher.get(f"/dataset/{dataset['name']}").select_one(
            ".opendata-ua-stand"
        )
        assert box
        assert box.select_one(f"form[action$='/dataset/{dataset['name']}/submit']")

    def test_a_moderator_finds_the_case_from_it(
        self, moderator: Browser, submitted: Any
    ) -> None:
        dataset, case = submitted()
        page = moderator.get(f"/dataset/{dataset['name']}")
        assert page.select_one(
            f".opendata-ua-stand a[href$='/moderation/{case['case_id']}']"
        )

    def test_readers_see_no_box(
        self, app: Any, moderator: Browser, submitted: Any
    ) -> None:
        dataset, case = submitted()
        moderator.post(
            f"/moderation/{case['case_id']}",
            decision="approve",
            case_version=case["case_version"],
        )
        page = BeautifulSoup(
            app.get(f"/dataset/{dataset['name']}", status=200).body, "html.parser"
        )
        assert not page.select_one(".opendata-ua-stand")
        assert WORDS not in page.get_text()


class TestForms:
    def sent(self, page: BeautifulSoup) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        for field in page.select("#dataset-edit [name]"):
            chosen = field.select_one("option[selected]")
            if field.name == "textarea":
                fields[str(field["name"])] = field.get_text()
            elif field.name == "select":
                fields[str(field["name"])] = str(chosen["value"]) if chosen else ""
            elif field.name != "button":
                fields[str(field["name"])] = str(field.get("value", ""))
        return fields

    def test_a_draft_is_edited_as_any_dataset(
        self, publisher: Browser, create_draft: Any
    ) -> None:
        dataset = create_draft(resources=FILES)
        page = publisher.get(f"/dataset/edit/{dataset['name']}")
        assert not page.select_one(".stages")
        form = page.select_one("#dataset-edit")
        assert form
        assert not form["action"]
        buttons = [str(b["value"]) for b in form.select("button[name=save]")]
        assert buttons == ["", "check", "submit"]

    @pytest.mark.parametrize(
        ("button", "state", "page"),
        [
            ("", "draft", "/dataset/{name}"),
            ("check", "draft", "/dataset/{name}/checklist"),
            ("submit", "submitted", "/dataset/{name}"),
        ],
    )
    def test_each_button_saves_and_does_what_it_says(
        self, button: str, state: str, page: str, publisher: Browser, create_draft: Any
    ) -> None:
        dataset = create_draft(resources=FILES)
        address = f"/dataset/edit/{dataset['name']}"
        name = f"nova-adresa-{uuid.uuid4().hex[:6]}"
        fields = {**self.sent(publisher.get(address)), "title": "Нова", "name": name}
        answer = publisher.post(address, **fields, save=button)
        assert answer.headers["Location"].endswith(page.format(name=name))
        now = stored(dataset)
        assert now["title"] == "Нова"
        assert len(now["resources"]) == 1
        assert now["opendata_ua_state"] == state

    def test_a_form_with_a_fault_is_shown_again_as_a_form_of_a_draft(
        self, publisher: Browser, create_draft: Any
    ) -> None:
        dataset = create_draft(resources=FILES)
        address = f"/dataset/edit/{dataset['name']}"
        fields = {**self.sent(publisher.get(address)), "title": "д" * 255}
        page = publisher.refused(address, 200, **fields, save="submit")
        assert page.select_one(".error-block")
        assert not page.select_one(".stages")
        assert page.select_one("button[value=submit]")
        assert stored(dataset)["opendata_ua_state"] == "draft"

    def test_an_incomplete_draft_is_saved_and_its_checklist_shown(
        self, publisher: Browser, create_draft: Any
    ) -> None:
        dataset = create_draft(resources=FILES)
        address = f"/dataset/edit/{dataset['name']}"
        fields = {
            **self.sent(publisher.get(address)),
            "title": "Збережено",
            "update_frequency": "",
        }
        page = publisher.refused(address, 409, **fields, save="submit")
        assert page.select_one("[data-code='passport.update_frequency.missing']")
        assert stored(dataset)["title"] == "Збережено"

    def test_a_correction_of_a_moderator_leads_back_to_the_case(
        self, moderator: Browser, submitted: Any
    ) -> None:
        dataset, case = submitted()
        address = f"/dataset/edit/{dataset['name']}"
        page = moderator.get(address)
        assert [str(b["value"]) for b in page.select("button[name=save]")] == [""]
        fields = {**self.sent(page), "tag_string": "транспорт, зупинки, місто"}
        answer = moderator.post(address, **fields, save="")
        assert answer.headers["Location"].endswith(f"/moderation/{case['case_id']}")
        assert stored(dataset)["opendata_ua_state"] == "submitted"
        shown = moderator.get(f"/moderation/{case['case_id']}")
        assert text_of(shown, "[data-kind=correct] del") == "зупинки, транспорт"
        assert text_of(shown, "[data-kind=correct] ins").endswith("місто, транспорт")

    def test_the_button_that_unpublished_is_gone_and_does_nothing(
        self, moderator: Browser, publisher: Browser, submitted: Any
    ) -> None:
        dataset, case = submitted()
        moderator.post(
            f"/moderation/{case['case_id']}",
            decision="approve",
            case_version=case["case_version"],
        )
        address = f"/dataset/edit/{dataset['name']}"
        page = publisher.get(address)
        assert [str(b["value"]) for b in page.select("button[name=save]")] == [""]
        publisher.post(address, **self.sent(page), save="go-metadata-unpublish")
        assert stored(dataset)["state"] == "active"

    def test_the_last_step_of_a_new_dataset_leads_to_the_checklist(
        self, app: Any, publisher: Browser, create_draft: Any
    ) -> None:
        dataset = create_draft()
        address = f"/dataset/{dataset['name']}/resource/new"
        page = publisher.get(address)
        assert page.select_one("button[name=save][value=go-checklist]")
        assert not page.select_one("button[value=go-metadata]")
        answer = app.post(
            address,
            headers=publisher.headers,
            data={
                "id": "",
                "save": "go-checklist",
                "url": "",
                "url_type": "upload",
                "upload": (io.BytesIO(b"a\n1\n"), "stops.csv"),
                "data_actual_date": "2026-01-31",
            },
            content_type="multipart/form-data",
            follow_redirects=False,
        )
        checklist = f"/dataset/{dataset['name']}/checklist"
        assert answer.headers["Location"].endswith(checklist)
        now = stored(dataset)
        assert (now["state"], len(now["resources"])) == ("draft", 1)

    def test_finish_without_a_file_adds_none(
        self, publisher: Browser, create_draft: Any
    ) -> None:
        dataset = create_draft(resources=FILES)
        answer = publisher.post(
            f"/dataset/{dataset['name']}/resource/new",
            id="",
            save="go-checklist",
            url="",
            url_type="upload",
            data_actual_date="2026-01-31",
        )
        assert answer.headers["Location"].endswith("/checklist")
        assert len(stored(dataset)["resources"]) == 1


class TestWork:
    def listed(self, user: dict[str, Any], **fields: Any) -> dict[str, Any]:
        context: Any = {"user": user["name"], "ignore_auth": False}
        return call_action("opendata_ua_moderation_work_list", context, **fields)

    def test_it_holds_what_is_not_public_with_its_next_step(
        self, publisher: Browser, moderator: Browser, submitted: Any, create_draft: Any
    ) -> None:
        draft = create_draft(resources=FILES)
        waiting, _ = submitted()
        public, case = submitted()
        moderator.post(
            f"/moderation/{case['case_id']}",
            decision="approve",
            case_version=case["case_version"],
        )
        page = publisher.get("/my-work?state=draft")
        assert page.select_one(f"[data-name='{draft['name']}'] a[href$='/checklist']")
        page = publisher.get("/my-work?state=submitted")
        assert page.select_one(
            f"[data-name='{waiting['name']}'] form[action$='/withdraw']"
        )
        assert not publisher.get("/my-work").select_one(
            f"[data-name='{public['name']}']"
        )

    def test_its_states_are_those_of_the_domain(
        self,
        editor: dict[str, Any],
        moderator: Browser,
        submitted: Any,
        create_draft: Any,
    ) -> None:
        for private in (False, True):
            create_draft(private=private)
        for decision in ("return", "reject"):
            _, case = submitted()
            moderator.post(
                f"/moderation/{case['case_id']}",
                decision=decision,
                reasons=["other"],
                comment=WORDS,
                case_version=case["case_version"],
            )
        submitted()
        board = self.listed(editor, limit=200)
        cases = Case.latest(model.Session, [one["id"] for one in board["datasets"]])
        for one in board["datasets"]:
            package = model.Package.get(one["id"])
            assert package
            expected = public_state(
                package.state, package.private, cases.get(one["id"])
            )
            assert one["state"] == expected.value
        shown = {one["state"] for one in board["datasets"]} - {"approved"}
        assert shown == {"draft", "submitted", "returned", "rejected"}
        assert sum(board["counts"].values()) == len(board["datasets"])

    def test_pages_hold_each_dataset_once(
        self, editor: dict[str, Any], create_draft: Any
    ) -> None:
        for _ in range(3):
            create_draft()
        whole = [one["id"] for one in self.listed(editor, limit=200)["datasets"]]
        found, after = [], ""
        while True:
            page = self.listed(editor, limit=2, after=after)
            found += [one["id"] for one in page["datasets"]]
            if not page["next"]:
                break
            after = page["next"]
        assert found == whole

    def test_the_number_of_statements_does_not_grow(
        self, editor: dict[str, Any], create_draft: Any
    ) -> None:
        create_draft(resources=FILES)
        few = self.statements(editor)
        for _ in range(5):
            create_draft(resources=FILES)
        assert self.statements(editor) == few

    def statements(self, user: dict[str, Any]) -> int:
        counted: list[str] = []

        def count(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            counted.append(statement)

        event.listen(model.meta.engine, "before_cursor_execute", count)
        try:
            self.listed(user)
        finally:
            event.remove(model.meta.engine, "before_cursor_execute", count)
        return len(counted)

    def test_datasets_of_others_are_not_in_it(
        self, create_draft: Any, people: dict[str, dict[str, Any]]
    ) -> None:
        create_draft()
        assert self.listed(people["stranger"])["datasets"] == []

    def test_an_empty_board_says_so(
        self, app: Any, people: dict[str, dict[str, Any]]
    ) -> None:
        page = Browser(app, people["reader"]).get("/my-work")
        assert page.select_one(".empty")

    def test_nobody_without_an_account_has_one(self, app: Any) -> None:
        assert app.get("/my-work").status_code == 403

    def test_an_unknown_state_is_a_bad_request(self, publisher: Browser) -> None:
        publisher.get("/my-work?state=blue", status=400)


def test_every_form_carries_a_token(
    app: Any, moderator: Browser, publisher: Browser, submitted: Any, create_draft: Any
) -> None:
    _, case = submitted()
    dataset = create_draft(resources=FILES)
    for browser, address in (
        (moderator, f"/moderation/{case['case_id']}"),
        (moderator, f"/moderation/decide?case={case['case_id']}~1"),
        (publisher, f"/dataset/{dataset['name']}"),
        (publisher, f"/dataset/{dataset['name']}/checklist"),
        (publisher, "/my-work?state=submitted"),
    ):
        forms = browser.get(address).select("form[method=post]")
        assert forms
        for form in forms:
            assert form.find("input", {"name": re.compile("csrf")}), form
