"""Every page our users walk: accessible, fits a telephone, asks no other site."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from .conftest import LANGUAGES, SCREENS, Visit

#: name → address (from the root of the portal), user or None, HTTP status
PAGES: dict[str, tuple[str, str | None, int]] = {
    "home": ("/", None, 200),
    "about": ("/about", None, 200),
    "catalogue": ("/dataset/", None, 200),
    "search": ("/dataset/?q=дані&sort=title_string+asc", None, 200),
    "search-filtered": ("/dataset/?organization=miska-rada", None, 200),
    "search-nothing": ("/dataset/?q=ъъъъъ", None, 200),
    "search-mended": ("/dataset/?q=укритя", None, 200),
    "dataset": ("{dataset}", None, 200),
    "passport": ("{dataset}/passport", None, 200),
    "activity": ("/dataset/activity/{name}", None, 200),
    "resource": ("{resource}", None, 200),
    "organizations": ("/organization/", None, 200),
    "organization": ("/organization/miska-rada", None, 200),
    "organization-about": ("/organization/about/miska-rada", None, 200),
    "not-found": ("/dataset/nemaie-takoho", None, 404),
    "sign-in": ("/user/login", None, 200),
    "password": ("/user/reset", None, 200),
    "my-datasets": ("/dashboard/datasets", "publisher", 200),
    "user": ("/user/publisher", "publisher", 200),
    "user-edit": ("/user/edit/publisher", "publisher", 200),
    "api-tokens": ("/user/publisher/api-tokens", "publisher", 200),
    "dataset-new": ("/dataset/new", "publisher", 200),
    "dataset-edit": ("/dataset/edit/{name}", "publisher", 200),
    "resources-edit": ("/dataset/resources/{name}", "publisher", 200),
    "resource-new": ("/dataset/{name}/resource/new", "publisher", 200),
    "resource-edit": ("{resource}/edit", "publisher", 200),
    "dataset-managed": ("{dataset}", "publisher", 200),
    "dataset-lacking": ("/dataset/orendari-zemli", "publisher", 200),
    "organization-edit": ("/organization/edit/miska-rada", "admin", 200),
    "catalogue-managed": ("/dataset/", "publisher", 200),
}


CASES = [
    pytest.param((path, user, screen, language), id=f"{name}-{screen}-{language}")
    for name, (path, user, _) in PAGES.items()
    for screen in SCREENS
    for language in LANGUAGES
]
every_page = pytest.mark.parametrize("visit", CASES, indirect=True, scope="module")


def _status(visit: Visit, request: pytest.FixtureRequest) -> int:
    name = request.node.callspec.id.rsplit("-", 2)[0]
    return PAGES[name][2]


@every_page
def test_page_answers_in_the_language_asked_for(
    visit: Visit, request: pytest.FixtureRequest
) -> None:
    assert visit.status == _status(visit, request)
    assert visit.page.get_attribute("html", "lang") == visit.language


@every_page
def test_axe_finds_no_violation(
    visit: Visit, assert_accessible: Callable[[Page], None]
) -> None:
    assert_accessible(visit.page)


@every_page
def test_page_does_not_scroll_sideways(
    visit: Visit, assert_no_sideways_scroll: Callable[[Page], None]
) -> None:
    assert_no_sideways_scroll(visit.page)


@every_page
def test_page_asks_no_other_site(visit: Visit, site: str) -> None:
    assert visit.hosts - {""} == {urlsplit(site).netloc}
