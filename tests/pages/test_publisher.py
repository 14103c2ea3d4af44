"""Ways of a publisher: a dataset through the form, with mistakes and without."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

KEYWORDS = "лавки, об'єкти благоустрою"  # an apostrophe that will be mended
PURPOSE = "#field-purpose_of_collecting_information"
WAYS = {
    "scripts": ("desktop", True),
    "plain": ("desktop", False),
    "phone": ("phone", False),
}


@pytest.fixture(params=list(WAYS.values()), ids=list(WAYS))
def publisher(
    request: pytest.FixtureRequest, open_context: Callable[..., BrowserContext]
) -> Iterator[Page]:
    """Open a page for a signed-in publisher, with and without JavaScript."""
    screen, scripts = request.param
    context = open_context(screen, "publisher", scripts=scripts)
    yield context.new_page()
    context.close()


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Return a small CSV file."""
    path = tmp_path / "lavky.csv"
    path.write_text("identifier,title\nL-001,Лавка біля ратуші\n", encoding="utf-8")
    return path


def _fill(page: Page, title: str) -> None:
    page.fill("#field-title", title)
    page.fill("#field-notes", "Перелік лавок із номерами та місцями.")
    page.fill(
        "#field-purpose_of_collecting_information", "Рішення ради № 1 від 2026 р."
    )
    page.fill("#field-tag_string", KEYWORDS)
    page.select_option("#field-theme", "rehionalnyi-rozvytok")
    page.select_option("#field-update_frequency", "once a year")


def test_a_publisher_makes_a_dataset_through_the_form(
    publisher: Page, site: str, table: Path
) -> None:
    title = f"Лавки у скверах {uuid.uuid4().hex[:6]}"
    publisher.goto(f"{site}/dataset/new")
    _fill(publisher, title)
    publisher.locator("#dataset-edit button[name=save]").last.click()
    expect(publisher.locator(".alert-info")).to_contain_text("обʼєкти благоустрою")

    publisher.set_input_files("#field-upload", table)
    publisher.fill("#field-name", "Лавки")
    publisher.locator("button[value=go-checklist]").click()
    expect(publisher).to_have_url(re.compile("/checklist$"))
    expect(publisher.locator(".opendata-ua-finding-blocking")).to_have_count(0)
    publisher.goto(publisher.url.removesuffix("/checklist"))

    expect(publisher.get_by_role("heading", name=title).first).to_be_visible()
    passport = publisher.locator(".opendata-ua-passport-table")
    expect(passport.locator("[data-element=update_frequency]")).to_contain_text(
        "Щороку"
    )
    expect(passport.locator("[data-element=maintainer]")).to_contain_text("@")
    expect(passport.locator("[data-element=format]")).to_contain_text("CSV")
    with publisher.expect_download() as download:
        publisher.locator("a[href$='passport.docx']").click()
    assert download.value.suggested_filename.endswith("-passport.docx")


@pytest.mark.parametrize("screen", ["desktop", "phone"])
def test_a_form_with_mistakes_is_accessible_and_loses_nothing(
    screen: str,
    open_context: Callable[..., BrowserContext],
    assert_accessible: Callable[[Page], None],
    assert_no_sideways_scroll: Callable[[Page], None],
    site: str,
) -> None:
    context = open_context(screen, "publisher")
    page = context.new_page()
    page.goto(f"{site}/dataset/new")
    _fill(page, "д" * 255)
    page.fill("#field-maintainer_email", "не адреса")
    page.locator("#dataset-edit button[name=save]").last.click()

    for name in ("title", "maintainer_email"):
        group = page.locator(f".form-group:has(#field-{name})")
        expect(group.locator(".error-block")).to_be_visible()
    expect(page.locator("#field-title")).to_have_value("д" * 255)
    expect(page.locator("#field-tag_string")).to_have_value(
        "лавки, об'єкти благоустрою"
    )
    assert_accessible(page)
    assert_no_sideways_scroll(page)
    context.close()


def test_a_counter_counts_while_one_types(
    open_context: Callable[..., BrowserContext], site: str
) -> None:
    context = open_context("desktop", "publisher")
    page = context.new_page()
    page.goto(f"{site}/dataset/new")
    page.fill("#field-title", "Лавки")
    counter = page.locator("#field-title-counter")
    expect(counter).to_have_text("5 із 254 символів")
    page.fill("#field-title", "д" * 255)
    expect(counter).to_have_class("opendata-ua-counter opendata-ua-over")
    context.close()
