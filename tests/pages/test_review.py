"""The way of a dataset from a draft to its readers: a publisher and a moderator."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import BrowserContext, Page, expect

WAYS = {
    "scripts": ("desktop", True),
    "plain": ("desktop", False),
    "phone": ("phone", False),
}
WORDS = "Назвіть рішення ради, яким затверджено перелік."
WAITING = re.compile(r"/dataset/[^/]+$")


@dataclass
class Review:
    """The two people of a review, each with a page of their own."""

    publisher: Page
    moderator: Page
    site: str


@pytest.fixture(params=list(WAYS.values()), ids=list(WAYS))
def review(
    request: pytest.FixtureRequest,
    site: str,
    open_context: Callable[..., BrowserContext],
) -> Iterator[Review]:
    """Open a page for a publisher and one for a moderator."""
    screen, scripts = request.param
    contexts = [
        open_context(screen, user, scripts=scripts)
        for user in ("publisher", "moderator")
    ]
    pages = [context.new_page() for context in contexts]
    yield Review(pages[0], pages[1], site)
    for context in contexts:
        context.close()


def _submit_new(review: Review) -> str:
    """Make a dataset with a link to data, submit it, and return its title."""
    page, title = review.publisher, f"Лавки у дворах {uuid.uuid4().hex[:6]}"
    page.goto(f"{review.site}/dataset/new")
    page.fill("#field-title", title)
    page.fill("#field-notes", "Перелік лавок із номерами та місцями.")
    page.fill("#field-purpose_of_collecting_information", "Рішення ради № 1.")
    page.fill("#field-tag_string", "лавки")
    page.select_option("#field-update_frequency", "once a year")
    page.locator("#dataset-edit button[name=save]").last.click()
    page.check("#field-url-type-link")
    page.fill("#field-url", "https://rada.example/lavky.csv")
    page.fill("#field-name", "Лавки")
    page.fill("#field-format", "CSV")
    page.locator("button[value=go-checklist]").click()
    page.locator("#submit button[type=submit]").click()
    expect(page.locator(".opendata-ua-stand")).to_contain_text("Чекає на модератора")
    return title


def _open_case(review: Review, title: str) -> None:
    page = review.moderator
    page.goto(f"{review.site}/moderation")
    page.get_by_role("link", name=title, exact=True).click()


def test_a_dataset_is_returned_mended_and_published(
    review: Review, open_context: Callable[..., BrowserContext]
) -> None:
    title = _submit_new(review)
    page = review.moderator
    _open_case(review, title)
    page.check("#decision-return")
    page.locator(".opendata-ua-panel button[type=submit]").click()
    expect(page.locator("#reasons-error")).to_be_visible()
    page.check("#reason-passport_incomplete")
    page.fill("#comment", WORDS)
    page.locator(".opendata-ua-panel button[type=submit]").click()
    expect(page.locator(".alert-success")).to_contain_text(title)

    page = review.publisher
    page.goto(f"{review.site}/my-work?state=returned")
    mine = page.locator(".opendata-ua-work > li", has_text=title)
    expect(mine).to_contain_text(WORDS)
    mine.locator("a.btn-secondary").click()
    page.fill("#field-purpose_of_collecting_information", "Рішення ради № 2.")
    page.locator("button[value=submit]").click()
    expect(page).to_have_url(WAITING)
    address = page.url

    page = review.moderator
    _open_case(review, title)
    expect(page.locator(".opendata-ua-history")).to_contain_text(WORDS)
    page.check("#decision-approve")
    page.locator(".opendata-ua-panel button[type=submit]").click()
    expect(page.locator(".alert-success")).to_contain_text(title)

    reader = open_context()
    answer = reader.new_page().goto(address)
    assert answer
    assert answer.status == 200
    reader.close()


def test_many_are_decided_by_one_form(review: Review) -> None:
    titles = [_submit_new(review), _submit_new(review)]
    page = review.moderator
    page.goto(f"{review.site}/moderation")
    for title in titles:
        page.locator("tr", has_text=title).locator("input[name=case]").check()
    page.locator("form .opendata-ua-actions button[type=submit]").click()
    page.check("#decision-approve")
    page.locator(".opendata-ua-desk form button[type=submit]").click()
    for title in titles:
        row = page.locator("tbody tr", has_text=title)
        expect(row).to_contain_text("оприлюднено")


@pytest.mark.parametrize("screen", ["desktop", "phone"])
def test_refusals_are_accessible(
    screen: str,
    site: str,
    hidden: dict[str, str],
    open_context: Callable[..., BrowserContext],
    assert_accessible: Callable[[Page], None],
    assert_no_sideways_scroll: Callable[[Page], None],
) -> None:
    context = open_context(screen, "moderator")
    page = context.new_page()
    for address, button in (
        (f"/moderation/{hidden['case_id']}", ".opendata-ua-panel button"),
        (f"/moderation/decide?case={hidden['case_id']}~1", ".form-actions button"),
    ):
        page.goto(site + address)
        page.check("#decision-reject")
        page.locator(button).last.click()
        expect(page.locator("#refusal a")).to_have_count(2)
        page.wait_for_load_state()
        assert_accessible(page)
        assert_no_sideways_scroll(page)
    context.close()


def test_keyboard_reaches_the_cases_and_the_decision(
    site: str,
    hidden: dict[str, str],
    open_context: Callable[..., BrowserContext],
    assert_keyboard_reachable: Callable[..., int],
) -> None:
    context = open_context(user="moderator")
    page = context.new_page()
    page.goto(f"{site}/moderation")
    assert_keyboard_reachable(page, "[data-case] th a")
    page.goto(f"{site}/moderation/{hidden['case_id']}")
    assert_keyboard_reachable(page, "a[href='#case-decision']")
    page.keyboard.press("Enter")
    assert_keyboard_reachable(page, "[name=decision]", 3)
    context.close()
