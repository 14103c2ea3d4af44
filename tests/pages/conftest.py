"""Page tests: a real browser walks a running portal that holds the demo data.

``OPENDATA_UA_PAGES_URL`` names the portal (``make test`` sets it), and
``OPENDATA_UA_CHROMIUM`` another browser than Debian's. Only
test_checklist.py, test_observation.py, test_publication.py, test_publisher.py,
test_register_import.py and test_review.py write to the portal, and ``make test`` puts
it back to the demo data before every run.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    StorageState,
    expect,
    sync_playwright,
)

PASSWORD = "opendata-ua-demo"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
SCREENS = {"desktop": (1280, 900), "phone": (360, 740)}
LANGUAGES = {"uk": "", "en": "/en"}

#: How long a page may take on a busy machine, in milliseconds.
TIMEOUT = 20_000

#: Tab stops before the goal that a person may be asked to pass.
PATIENCE = 40


@dataclass
class Visit:
    """One page as one reader sees it, with the hosts that the browser asked."""

    page: Page
    status: int
    language: str
    hosts: set[str] = field(default_factory=set)


@pytest.fixture(scope="session")
def site() -> str:
    """Return the address of the portal under test, without a slash at the end."""
    address = os.environ.get("OPENDATA_UA_PAGES_URL", "")
    if not address:
        pytest.exit("Set OPENDATA_UA_PAGES_URL, or run the tests by `make test`", 4)
    return address.rstrip("/")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start one browser for all tests."""
    expect.set_options(timeout=TIMEOUT)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=os.environ.get("OPENDATA_UA_CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def paths(site: str) -> dict[str, str]:
    """Return addresses that depend on the data, from one published dataset."""
    query = {"fq": "organization:miska-rada", "rows": 50}
    address = f"{site}/api/3/action/package_search?{urlencode(query)}"
    with urlopen(address) as answer:
        found = json.load(answer)["result"]["results"]
    for dataset in found:
        for resource in dataset["resources"]:
            if resource["url_type"] == "upload":
                address = f"/dataset/{dataset['name']}"
                return {
                    "name": dataset["name"],
                    "title": dataset["title"],
                    "dataset": address,
                    "resource": f"{address}/resource/{resource['id']}",
                }
    pytest.exit("miska-rada has no dataset with a file: load the demo data", 4)


@pytest.fixture(scope="session")
def signed_in(browser: Browser, site: str) -> Callable[[str], StorageState]:
    """Return a function that signs a demo user in once and gives the cookies."""
    known: dict[str, StorageState] = {}

    def sign_in(user: str) -> StorageState:
        if user not in known:
            context = browser.new_context()
            page = context.new_page()
            page.goto(f"{site}/user/login")
            page.fill("#field-login", user)
            page.fill("#field-password", PASSWORD)
            page.press("#field-password", "Enter")
            page.wait_for_url(f"{site}/**/dashboard/**", timeout=TIMEOUT)
            assert page.locator(".opendata-ua-account form").count(), page.url
            known[user] = context.storage_state()
            context.close()
        return known[user]

    return sign_in


@pytest.fixture(scope="session")
def open_context(
    browser: Browser, signed_in: Callable[[str], StorageState]
) -> Callable[..., BrowserContext]:
    """Return a function that opens a fresh reader: screen, user, scripts or not."""

    def build(
        screen: str = "desktop", user: str | None = None, scripts: bool = True
    ) -> BrowserContext:
        width, height = SCREENS[screen]
        context = browser.new_context(
            viewport={"width": width, "height": height},
            java_script_enabled=scripts,
            reduced_motion="reduce",
            storage_state=signed_in(user) if user else None,
        )
        context.set_default_timeout(TIMEOUT)
        return context

    return build


@pytest.fixture(scope="session")
def hidden(site: str, open_context: Callable[..., BrowserContext]) -> dict[str, str]:
    """Return what is not public in the demo: datasets by state, and one case.

    Their names are taken from the board of the publisher and the moderator's queue.
    """
    board, desk = open_context(user="publisher"), open_context(user="moderator")
    page, found = board.new_page(), {}
    for state in ("draft", "submitted", "returned"):
        page.goto(f"{site}/my-work?state={state}")
        dataset = page.locator("[data-name]").first
        if not dataset.count():
            pytest.exit(f"The publisher has no {state} dataset: load the demo data", 4)
        found[state] = dataset.get_attribute("data-name") or ""
    queue = desk.new_page()
    queue.goto(f"{site}/moderation?organization=miska-rada")  # of the publisher
    found["case_id"] = (
        queue.locator("[data-case]").first.get_attribute("data-case") or ""
    )
    for context in (board, desk):
        context.close()
    return found


@pytest.fixture(scope="module")
def visit(
    request: pytest.FixtureRequest,
    site: str,
    paths: dict[str, str],
    hidden: dict[str, str],
    open_context: Callable[..., BrowserContext],
) -> Iterator[Visit]:
    """Open one page once for all tests of a module.

    The parameter is a tuple of address, user, screen and language.
    """
    path, user, screen, language = request.param
    context = open_context(screen, user)
    page = context.new_page()
    hosts: set[str] = set()
    page.on("request", lambda asked: hosts.add(urlsplit(asked.url).netloc))
    answer = page.goto(
        site + LANGUAGES[language] + path.format(**paths, **hidden), wait_until="load"
    )
    assert answer is not None
    page.wait_for_timeout(150)  # scripts of the core rebuild selects after loading
    yield Visit(page, answer.status, language, hosts)
    context.close()


@pytest.fixture(scope="session")
def assert_accessible() -> Callable[[Page], None]:
    """Return a check: axe finds no fault against WCAG 2.1 A and AA."""

    def check(page: Page) -> None:
        page.wait_for_load_state()
        options = {"runOnly": WCAG, "resultTypes": ["violations"]}
        results = Axe().run(page, options=options)
        assert not results.violations_count, results.generate_report()

    return check


@pytest.fixture(scope="session")
def assert_no_sideways_scroll() -> Callable[[Page], None]:
    """Return a check: nothing on the page is wider than the screen."""

    def check(page: Page) -> None:
        page.wait_for_load_state()
        wide: list[Any] = page.evaluate(WIDER_THAN_SCREEN)
        assert not wide, f"wider than the screen: {wide}"

    return check


@pytest.fixture(scope="session")
def assert_keyboard_reachable() -> Callable[..., int]:
    """Return a check: Tab alone reaches a selector, and focus is seen at each stop.

    It gives the number of the stop at which the goal had focus.
    """

    def check(page: Page, selector: str, patience: int = PATIENCE) -> int:
        trail: list[str] = []
        for stop in range(1, patience + 1):
            page.keyboard.press("Tab")
            here: dict[str, Any] = page.evaluate(FOCUS, selector)
            trail.append(here["name"])
            assert here["seen"], f"focus cannot be seen at {here['name']}"
            if here["there"]:
                return stop
        raise AssertionError(f"{selector} is not reached: {trail}")

    return check


WIDER_THAN_SCREEN = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll('body *')]
    .filter(e => e.getBoundingClientRect().right > width + 1)
    .map(e => e.tagName + '.' + e.className + ' ' +
              Math.round(e.getBoundingClientRect().right) + ' ' +
              (e.textContent || '').trim().slice(0, 40))
    .slice(0, 8);
}"""

FOCUS = """selector => {
  const e = document.activeElement;
  const style = getComputedStyle(e);
  const box = e.getBoundingClientRect();
  const ring = (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0)
    || style.boxShadow !== 'none' || e.tagName === 'IFRAME';
  return {
    name: e.tagName + ' ' + (e.textContent || e.name || e.id || '').trim().slice(0, 30),
    seen: e === document.body || (ring && box.right > 0 && box.width > 0),
    there: e.matches(selector),
  };
}"""
