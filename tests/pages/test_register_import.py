"""A publisher brings a register at the browser, on a telephone and without scripts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from .conftest import LANGUAGES

HEAD = "Назва;Частота оновлення;Посилання на файл\n"
GOOD = "Набір {mark};щомісяця;https://rada.example/{mark}.csv\n"
BAD = ";щомісяця;\nЩе один {mark};колись;десь\n"


def register(mark: str) -> dict[str, object]:
    """Return a file with a good row, one without a title, and one with warnings."""
    text = HEAD + (GOOD + BAD).format(mark=mark)
    return {
        "name": "реєстр.csv",
        "mimeType": "text/csv",
        "buffer": text.encode("cp1251"),
    }


@pytest.mark.parametrize(
    ("screen", "language"), [("phone", "uk"), ("desktop", "en"), ("desktop", "uk")]
)
def test_a_publisher_looks_first_and_then_makes_drafts(
    site: str,
    open_context: Callable[..., BrowserContext],
    assert_accessible: Callable[[Page], None],
    assert_no_sideways_scroll: Callable[[Page], None],
    screen: str,
    language: str,
) -> None:
    def check(page: Page) -> None:
        assert_accessible(page)
        assert_no_sideways_scroll(page)

    context = open_context(screen, "publisher")
    page = context.new_page()
    page.goto(f"{site}{LANGUAGES[language]}/datasets-register?organization=miska-rada")
    page.locator("a[href*='/datasets-register/import']").click()
    check(page)
    file: object = register(f"{screen} {language}")
    page.set_input_files("#import-upload", file)  # type: ignore[arg-type]  # a payload
    page.locator(".opendata-ua-desk form button").click()
    expect(page.locator("tr[data-outcome=created]")).to_have_count(2)
    expect(page.locator("tr[data-outcome=invalid]")).to_have_count(1)
    expect(page.locator("[data-code='register.title_missing']")).to_have_count(1)
    check(page)
    page.locator("[data-outcome=invalid] a").first.click()
    expect(page.locator("tr[data-outcome]")).to_have_count(1)
    with page.expect_download() as started:
        page.locator("a[href$='differences.csv']").click()
    assert started.value.suggested_filename == "differences.csv"
    page.locator(".opendata-ua-desk form button").click()
    expect(page.locator("tr[data-outcome=matched]")).to_have_count(2)
    check(page)
    page.locator("tr[data-outcome=matched] a").first.click()
    page.wait_for_url("**/dataset/**")
    context.close()


def test_a_file_that_is_no_register_is_refused_without_scripts(
    site: str,
    open_context: Callable[..., BrowserContext],
    assert_accessible: Callable[[Page], None],
) -> None:
    context = open_context("phone", "publisher", scripts=False)
    page = context.new_page()
    page.goto(f"{site}/datasets-register/import?organization=miska-rada")
    page.set_input_files(
        "#import-upload",
        {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"},
    )
    page.locator(".opendata-ua-desk form button").click()
    expect(page.locator("#import-error")).to_contain_text("CSV")
    context.close()
    context = open_context("phone", "publisher")
    page = context.new_page()
    page.goto(f"{site}/datasets-register/import")
    assert_accessible(page)
    context.close()


@pytest.mark.parametrize("user", [None, "member"])
def test_who_publishes_nothing_brings_nothing(
    site: str, open_context: Callable[..., BrowserContext], user: str | None
) -> None:
    context = open_context("desktop", user)
    page = context.new_page()
    answer = page.goto(f"{site}/datasets-register/import")
    assert answer
    assert answer.status == 403
    context.close()


def test_a_long_register_is_loaded_by_a_job_whose_progress_is_shown(
    site: str,
    open_context: Callable[..., BrowserContext],
    assert_accessible: Callable[[Page], None],
    assert_no_sideways_scroll: Callable[[Page], None],
) -> None:
    context = open_context("phone", "publisher")
    page = context.new_page()
    page.goto(f"{site}/datasets-register/import?organization=miska-rada")
    rows = "".join(f"Довгий реєстр {number}\n" for number in range(31))
    file = {
        "name": "r.csv",
        "mimeType": "text/csv",
        "buffer": ("Назва\n" + rows).encode(),
    }
    page.set_input_files("#import-upload", file)  # type: ignore[arg-type]  # a payload
    page.locator(".opendata-ua-desk form button").click()
    page.locator(".opendata-ua-desk form button").click()
    expect(page.locator("progress, tr[data-outcome=matched]").first).to_be_visible()
    assert_accessible(page)
    assert_no_sideways_scroll(page)
    context.close()
