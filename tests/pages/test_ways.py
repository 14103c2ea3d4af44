"""Ways of a reader: without JavaScript, by keyboard, in two languages, on paper."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, expect

RESULT = ".dataset-heading a"
THEME = ".opendata-ua-themes a"


@pytest.fixture
def reader(open_context: Callable[..., BrowserContext]) -> Iterator[Page]:
    """Open a page for a reader with an ordinary screen and browser."""
    context = open_context()
    yield context.new_page()
    context.close()


@pytest.fixture(params=["desktop", "phone"])
def plain_reader(
    request: pytest.FixtureRequest, open_context: Callable[..., BrowserContext]
) -> Iterator[Page]:
    """Open a page for a reader whose browser runs no JavaScript."""
    context = open_context(request.param, scripts=False)
    yield context.new_page()
    context.close()


def _find(page: Page, site: str, title: str) -> None:
    page.goto(site + "/")
    page.fill("#field-main-search", title)
    page.press("#field-main-search", "Enter")


def test_reader_without_javascript_searches_opens_and_downloads(
    plain_reader: Page, site: str, paths: dict[str, str]
) -> None:
    _find(plain_reader, site, paths["title"])
    plain_reader.locator(RESULT).first.click()
    plain_reader.wait_for_url(f"**{paths['dataset']}")
    with plain_reader.expect_download() as download:
        plain_reader.locator(
            "main a[href*='/download/'], [role=main] a[href*='/download/']"
        ).first.click()
    assert download.value.suggested_filename


def test_reader_without_javascript_filters_and_sorts(
    plain_reader: Page, site: str
) -> None:
    plain_reader.goto(f"{site}/dataset/")
    plain_reader.select_option("#field-order-by", index=1)
    plain_reader.locator(".control-order-by button").click()
    plain_reader.wait_for_url("**sort=*")
    plain_reader.locator(".nav-facet a").first.click()
    chosen = plain_reader.locator(".nav-item.active a[aria-current]")
    expect(chosen).to_have_count(1)


def test_person_without_javascript_signs_in_and_out(
    plain_reader: Page, site: str
) -> None:
    plain_reader.goto(f"{site}/user/login")
    plain_reader.fill("#field-login", "publisher")
    plain_reader.fill("#field-password", "opendata-ua-demo")
    plain_reader.press("#field-password", "Enter")
    plain_reader.locator(".opendata-ua-account form button").click()
    plain_reader.goto(site + "/")
    expect(plain_reader.locator(".opendata-ua-account form")).to_have_count(0)


def test_first_stop_of_the_keyboard_skips_to_the_content(
    reader: Page, site: str
) -> None:
    reader.goto(f"{site}/dataset/")
    reader.keyboard.press("Tab")
    assert reader.evaluate("document.activeElement.getAttribute('href')") == "#content"
    reader.keyboard.press("Enter")
    reader.keyboard.press("Tab")
    assert reader.evaluate("!!document.activeElement.closest('#content')")


def test_keyboard_reaches_the_results_of_a_search(
    reader: Page, site: str, assert_keyboard_reachable: Callable[..., int]
) -> None:
    reader.goto(f"{site}/dataset/")
    assert_keyboard_reachable(reader, "a[href='#dataset-search-form']", 2)
    reader.keyboard.press("Enter")
    assert_keyboard_reachable(reader, RESULT, 10)


def test_keyboard_reaches_the_search_of_the_home_page_and_its_themes(
    reader: Page, site: str, assert_keyboard_reachable: Callable[..., int]
) -> None:
    reader.goto(site + "/")
    assert_keyboard_reachable(reader, "#field-main-search", 15)
    assert_keyboard_reachable(reader, THEME, 5)


def test_keyboard_reaches_the_files_of_a_dataset(
    reader: Page,
    site: str,
    paths: dict[str, str],
    assert_keyboard_reachable: Callable[..., int],
) -> None:
    reader.goto(site + paths["dataset"])
    assert_keyboard_reachable(reader, "a[href*='/download/']")


def test_filters_stay_on_the_page_of_a_telephone(
    open_context: Callable[..., BrowserContext], site: str
) -> None:
    context = open_context("phone")
    page = context.new_page()
    page.goto(f"{site}/dataset/")
    expect(page.locator(".nav-facet a").first).to_be_visible()
    expect(page.locator(".show-filters")).to_be_hidden()
    context.close()


def test_language_switch_keeps_the_page_and_its_query(reader: Page, site: str) -> None:
    reader.goto(f"{site}/dataset/?q=місто&sort=title_string+asc")
    reader.locator(".opendata-ua-bar a[lang=en]").click()
    reader.wait_for_url("**/en/**")
    here = urlsplit(reader.url)
    assert here.path == "/en/dataset/"
    assert "sort=title_string" in here.query
    assert reader.input_value("#field-giant-search") == "місто"


def test_theme_of_the_home_page_leads_to_as_many_datasets_as_it_says(
    reader: Page, site: str
) -> None:
    reader.goto(site + "/")
    theme = reader.locator(THEME).first
    said = re.findall(r"\d+", theme.inner_text())
    theme.click()
    heading = reader.locator(".search-form h1")
    expect(heading).to_be_visible()
    assert re.findall(r"\d+", heading.inner_text()) == said


def test_paper_shows_the_passport_without_the_frame_of_the_portal(
    reader: Page, site: str, paths: dict[str, str]
) -> None:
    reader.goto(f"{site}{paths['dataset']}/passport")
    reader.emulate_media(media="print")
    expect(reader.get_by_text(paths["title"]).first).to_be_visible()
    for frame in (".opendata-ua-bar", ".opendata-ua-nav", ".opendata-ua-footer"):
        expect(reader.locator(frame)).to_be_hidden()
