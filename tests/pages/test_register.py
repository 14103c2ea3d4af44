"""The register of datasets in a browser: read, searched, taken, without scripts too."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page

from .conftest import LANGUAGES

CASES = [
    ("", None, "desktop", "uk"),
    ("", None, "phone", "uk"),
    ("", None, "phone", "en"),
    ("?organization=miska-rada&sort=title", "publisher", "phone", "uk"),
    ("?q=ъъъъъ", None, "desktop", "uk"),
]


@pytest.mark.parametrize(("query", "user", "screen", "language"), CASES)
def test_the_page_is_accessible_and_fits(
    site: str,
    open_context: Callable[..., BrowserContext],
    assert_accessible: Callable[[Page], None],
    assert_no_sideways_scroll: Callable[[Page], None],
    query: str,
    user: str | None,
    screen: str,
    language: str,
) -> None:
    context = open_context(screen, user)
    page = context.new_page()
    answer = page.goto(f"{site}{LANGUAGES[language]}/datasets-register{query}")
    assert answer
    assert answer.status == 200
    assert page.get_attribute("html", "lang") == language
    assert_accessible(page)
    assert_no_sideways_scroll(page)
    context.close()


def test_a_reader_without_scripts_finds_and_takes_the_register(
    site: str, open_context: Callable[..., BrowserContext]
) -> None:
    context = open_context("phone", scripts=False)
    page = context.new_page()
    page.goto(site)
    page.locator("footer a[href$='/datasets-register']").click()
    names = page.locator("[property='dct:identifier']")
    first = names.first.inner_text()
    page.fill("#register-q", first)
    page.locator(".opendata-ua-filters button").click()
    page.wait_for_url("**q=*")
    assert first in [one.inner_text() for one in names.all()]
    with page.expect_download() as started:
        page.locator(".opendata-ua-register-files a", has_text="CSV").first.click()
    assert started.value.suggested_filename == "Register-2019.csv"
    context.close()


def test_the_whole_register_is_a_document_for_print(
    site: str,
    open_context: Callable[..., BrowserContext],
    assert_accessible: Callable[[Page], None],
    assert_no_sideways_scroll: Callable[[Page], None],
) -> None:
    context = open_context("phone")
    page = context.new_page()
    page.goto(f"{site}/datasets-register.html")
    assert page.locator("tr[typeof~='dcat:Dataset']").count() > 1
    assert_accessible(page)
    assert_no_sideways_scroll(page)
    context.close()
