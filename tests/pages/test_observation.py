"""What moderation would have stopped, at the browser of an administrator."""

from __future__ import annotations

import configparser
import os
from collections.abc import Callable, Iterator

import psycopg2
import pytest
from playwright.sync_api import BrowserContext, Page, expect

HERE = "/moderation/observed"
#: As many as stand on two pages; one of a dataset that was purged.
NOTE = """
INSERT INTO opendata_ua_observation (package_id, what, rule, organization_id, count)
SELECT p.id, 'update', rule, p.owner_org, 3
FROM (SELECT * FROM package WHERE state = 'active' ORDER BY id LIMIT 30) p,
    unnest(ARRAY['door.hidden', 'door.locked', 'format.forbidden']) rule
UNION ALL SELECT '0', 'delete', 'door.deleted', NULL, 1
"""
FORGET = "DELETE FROM opendata_ua_observation"


def _sql(statement: str) -> None:
    """Write into the database of the portal what no page would write."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(os.environ["OPENDATA_UA_PAGES_INI"], encoding="utf-8")
    connection = psycopg2.connect(parser["app:main"]["sqlalchemy.url"])
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        connection.close()


@pytest.fixture
def observed(site: str) -> Iterator[None]:
    """Have the portal look on for a while."""
    _sql(NOTE)
    yield
    _sql(FORGET)


@pytest.mark.usefixtures("observed")
@pytest.mark.parametrize("screen", ["desktop", "phone"])
@pytest.mark.parametrize("language", ["", "/en"])
def test_an_administrator_reads_it_page_by_page(
    site: str,
    screen: str,
    language: str,
    open_context: Callable[..., BrowserContext],
    assert_accessible: Callable[[Page], None],
    assert_no_sideways_scroll: Callable[[Page], None],
) -> None:
    context = open_context(screen, "admin", scripts=False)
    page = context.new_page()
    page.goto(f"{site}{language}{HERE}")
    expect(page.locator("tr[data-name]")).to_have_count(50)
    expect(page.locator("tr[data-name='0']")).to_have_count(1)
    assert_no_sideways_scroll(page)
    page.locator(".opendata-ua-pages a").click()
    expect(page.locator("tr[data-name]")).to_have_count(41)
    assert_no_sideways_scroll(page)
    page.locator("th a", has_text="door.locked").click()
    expect(page.locator("tr[data-name]")).to_have_count(30)
    context.close()
    with_scripts = open_context(screen, "admin")
    page = with_scripts.new_page()
    page.goto(f"{site}{language}{HERE}?rule=door.locked")
    assert_accessible(page)
    with_scripts.close()


@pytest.mark.usefixtures("observed")
def test_keyboard_reaches_the_file(
    site: str,
    open_context: Callable[..., BrowserContext],
    assert_keyboard_reachable: Callable[..., int],
) -> None:
    context = open_context(user="admin")
    page = context.new_page()
    page.goto(site + HERE)
    assert_keyboard_reachable(page, "a[href*='observed.csv']")
    context.close()
