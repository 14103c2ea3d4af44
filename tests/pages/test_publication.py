"""After publication: asked, suspended, shown by a link, resumed, ended; who moderates.

Each way is walked on one screen in one language, and every page on it is looked at.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from .conftest import LANGUAGES

#: Screen, language, whether scripts run, and which dataset is taken: each way its own.
WAYS = {
    "desktop-uk": ("desktop", "uk", True, -1),
    "phone-en": ("phone", "en", False, -2),
}
WHY = "У файлі помилкові адреси."
PANEL = "section:has(> #{step})"


@dataclass
class Walk:
    """The people who meet at one public dataset, and the check of what they see."""

    publisher: Page
    moderator: Page
    reader: Page
    start: str  # of every address: the portal and the language
    name: str  # of the dataset
    check: Callable[[Page], None]

    def open(self, page: Page, path: str, status: int = 200) -> None:
        """Open a page and look whether everybody can use it."""
        answer = page.goto(self.start + path)
        assert answer
        assert answer.status == status, path
        self.check(page)

    def send(self, page: Page, step: str, **typed: str) -> None:
        """Fill in and send the form of one step, and look at what comes of it."""
        panel = page.locator(PANEL.format(step=step))
        for name, value in typed.items():
            panel.locator(f"[name={name}]").fill(value)
        panel.locator("button[type=submit]").first.click()
        self.check(page)


@pytest.fixture(params=list(WAYS.values()), ids=list(WAYS))
def walk(
    request: pytest.FixtureRequest,
    site: str,
    paths: dict[str, str],
    open_context: Callable[..., BrowserContext],
    assert_accessible: Callable[[Page], None],
    assert_no_sideways_scroll: Callable[[Page], None],
) -> Iterator[Walk]:
    """Bring a publisher, a moderator and a reader to a public dataset."""
    screen, language, scripts, which = request.param
    plain = [
        open_context(screen, user, scripts=scripts)
        for user in ("publisher", "moderator", None)
    ]
    pages = [context.new_page() for context in plain]

    def check(page: Page) -> None:
        page.wait_for_load_state()  # styles too: a click waits for the document only
        assert page.get_attribute("html", "lang") == language
        # axe is a script itself: without scripts only the width is looked at
        if scripts:
            assert_accessible(page)
        assert_no_sideways_scroll(page)

    start = site + LANGUAGES[language]
    publisher, moderator, reader = pages
    name = _public(site, which, paths["name"])
    yield Walk(publisher, moderator, reader, start, name, check)
    for context in plain:
        context.close()


def _public(site: str, which: int, apart: str) -> str:
    """Return the name of a public dataset with files, from the end of the catalogue.

    :param apart: name of a dataset that other tests look at
    """
    query = {"fq": "organization:miska-rada", "sort": "name asc", "rows": 100}
    with urlopen(f"{site}/api/3/action/package_search?{urlencode(query)}") as answer:
        found = json.load(answer)["result"]["results"]
    names = [str(one["name"]) for one in found if one["resources"]]
    return [name for name in names if name != apart][which]


def test_a_dataset_is_suspended_resumed_and_ended(walk: Walk) -> None:
    dataset, steps = f"/dataset/{walk.name}", f"/dataset/{walk.name}/publication"
    walk.open(walk.reader, dataset)
    file = walk.reader.locator(".opendata-ua-file-title").first.get_attribute("href")
    assert file
    file = file.removeprefix("/en")

    walk.open(walk.publisher, steps)
    walk.send(walk.publisher, "suspend")
    expect(walk.publisher.locator("#suspend-reason-error")).to_be_visible()
    walk.send(walk.publisher, "suspend", reason=WHY)
    expect(walk.publisher.locator(".alert-success")).to_be_visible()

    walk.open(walk.moderator, "/moderation/requests")
    mine = walk.moderator.locator(".opendata-ua-panel", has_text=WHY)
    mine.locator("a.btn").first.click()
    expect(walk.moderator.locator("#decline")).to_be_visible()
    walk.check(walk.moderator)
    walk.send(walk.moderator, "suspend", reason=WHY, until="2000-01-01")
    expect(walk.moderator.locator("#suspend-until-error")).to_be_visible()
    walk.send(walk.moderator, "suspend", reason=WHY, until="2099-01-31")
    expect(walk.moderator.locator(".opendata-ua-desk")).to_contain_text("31.01.2099")
    walk.open(walk.reader, dataset)
    expect(walk.reader.locator(".opendata-ua-words").first).to_have_text(WHY)
    walk.open(walk.reader, file, 403)
    expect(walk.reader.locator(".opendata-ua-words")).to_have_text(WHY)

    walk.open(walk.moderator, steps)
    walk.send(walk.moderator, "resume", reason="Адреси виправлено.")
    walk.open(walk.reader, file)

    walk.send(walk.moderator, "withdraw", reason=WHY)
    expect(walk.moderator.locator("#withdraw-confirmed-error")).to_be_visible()
    walk.moderator.check("#withdraw-confirmed")
    walk.send(walk.moderator, "withdraw")
    walk.open(walk.reader, dataset, 410)
    expect(walk.reader.locator(".opendata-ua-words")).to_have_text(WHY)
    walk.open(walk.reader, file, 410)
    walk.open(walk.publisher, dataset)
    walk.open(walk.moderator, "/moderation/requests")


def test_a_link_shows_a_draft_until_it_is_revoked(
    walk: Walk, hidden: dict[str, str]
) -> None:
    steps = f"/dataset/{hidden['draft']}/publication"
    walk.open(walk.publisher, steps)
    walk.send(walk.publisher, "links", days="3")
    address = walk.publisher.input_value("#link")
    path = address[address.index("/dataset/preview/") :]
    walk.open(walk.reader, path)
    revoke = walk.publisher.locator("#links ~ ul button[type=submit]").first
    revoke.click()
    expect(walk.publisher.locator(".alert-success")).to_be_visible()
    walk.open(walk.reader, path, 404)


def test_an_administrator_names_a_moderator(
    walk: Walk, open_context: Callable[..., BrowserContext]
) -> None:
    context = open_context("desktop" if "/en" not in walk.start else "phone", "admin")
    page = context.new_page()
    walk.open(page, "/moderation/moderators")
    page.fill("#moderator-user", "nemaie-takoi")
    page.select_option("#moderator-organization", "miska-rada")
    page.locator(".opendata-ua-panel button[type=submit]").click()
    expect(page.locator("#moderator-user-error")).to_be_visible()
    walk.check(page)
    page.fill("#moderator-user", "publisher2")
    page.locator(".opendata-ua-panel button[type=submit]").click()
    row = page.locator("[data-organization=miska-rada] [data-user=publisher2]")
    expect(row).to_be_visible()
    walk.check(page)
    row.locator("button").click()
    expect(row).to_have_count(0)
    context.close()


def test_keyboard_reaches_the_steps_the_moderators_and_the_rows_of_a_file(
    site: str,
    paths: dict[str, str],
    hidden: dict[str, str],
    open_context: Callable[..., BrowserContext],
    assert_keyboard_reachable: Callable[..., int],
) -> None:
    context = open_context(user="admin")
    page = context.new_page()
    page.goto(f"{site}{paths['dataset']}/publication")
    assert_keyboard_reachable(page, "#suspend-reason")
    assert_keyboard_reachable(page, "#withdraw-confirmed", 10)
    page.goto(f"{site}/moderation/moderators")
    assert_keyboard_reachable(page, "#moderator-user")
    page.goto(f"{site}/moderation/{hidden['case_id']}")
    assert_keyboard_reachable(page, ".opendata-ua-scroll, .opendata-ua-lines", 60)
    context.close()
