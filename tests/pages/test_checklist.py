"""A publisher learns what a file is before anybody else: refusal, warning, word why."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

FLASH = b"FWS\x09" + bytes(256)
TEXT = "Пояснення до переліку лавок.\n".encode()
TABLE = "назва;місце\nЛавка;Парк\n".encode("cp1251")
WHY = "Інших даних немає."


@pytest.fixture(params=["desktop", "phone"])
def publisher(
    request: pytest.FixtureRequest, open_context: Callable[..., BrowserContext]
) -> Iterator[Page]:
    """Open a page for a publisher, without scripts."""
    context = open_context(request.param, "publisher", scripts=False)
    yield context.new_page()
    context.close()


def _new_draft(page: Page, site: str) -> str:
    """Make a draft without files; return the address of its checklist."""
    page.goto(f"{site}/dataset/new")
    page.fill("#field-title", f"Лавки {uuid.uuid4().hex[:6]}")
    page.fill("#field-notes", "Перелік лавок із номерами та місцями.")
    page.fill("#field-purpose_of_collecting_information", "Рішення ради № 1.")
    page.fill("#field-tag_string", "лавки")
    page.select_option("#field-update_frequency", "once a year")
    page.locator("#dataset-edit button[name=save]").last.click()
    page.wait_for_url("**/resource/new*")
    return page.url.replace("/resource/new", "/checklist")


def _send(page: Page, name: str, content: bytes) -> None:
    page.check("#field-url-type-upload")
    page.set_input_files(
        "#field-upload",
        [{"name": name, "mimeType": "application/octet-stream", "buffer": content}],
    )
    page.fill("#field-name", name)
    page.locator("button[value=go-checklist]").click()
    page.wait_for_load_state()  # axe measures colours: the styles have to be there


def test_a_file_is_refused_answered_for_and_copied(
    publisher: Page,
    site: str,
    assert_accessible: Callable[[Page], None],
    assert_no_sideways_scroll: Callable[[Page], None],
) -> None:
    page = publisher
    checklist = _new_draft(page, site)
    page.locator(".opendata-ua-policy summary").click()
    expect(page.locator(".opendata-ua-policy")).to_contain_text("CSV")

    _send(page, "мапа.swf", FLASH)
    expect(page.locator(".error-explanation")).to_contain_text("SWF")
    expect(page.locator(".error-explanation")).not_to_contain_text("forbidden_format")

    _send(page, "опис.txt", TEXT)
    warned = page.locator("[data-code='format.warned']")
    warned.locator("textarea").fill(WHY)
    assert_no_sideways_scroll(page)
    warned.locator("button[type=submit]").click()
    expect(page.locator("[data-code='format.warned']")).to_contain_text(WHY)

    page.goto(checklist.replace("/checklist", "/resource/new"))
    _send(page, "лавки.csv", TABLE)
    page.locator("[data-code='content.encoding'] .btn-primary").click()
    expect(page.locator("[data-code='content.encoding']")).to_have_count(0)

    page.locator("#submit button[type=submit]").click()
    expect(page.locator(".opendata-ua-stand")).to_be_visible()


def test_the_checklist_and_the_form_of_a_file_pass_axe(
    open_context: Callable[..., BrowserContext],
    site: str,
    assert_accessible: Callable[[Page], None],
) -> None:
    context = open_context("phone", "publisher")
    page = context.new_page()
    checklist = _new_draft(page, site)
    page.locator(".opendata-ua-policy summary").click()
    assert_accessible(page)
    _send(page, "мапа.swf", FLASH)
    assert_accessible(page)
    _send(page, "опис.txt", TEXT)
    assert_accessible(page)
    page.goto(
        checklist.replace("/checklist", "").replace("/dataset/", "/dataset/edit/")
    )
    expect(page.locator("details.opendata-ua-checklist")).to_be_visible()
    assert_accessible(page)
    context.close()
