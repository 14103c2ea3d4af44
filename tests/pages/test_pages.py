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
    "queue": ("/moderation", "moderator", 200),
    "queue-chosen": ("/moderation?all=1", "moderator", 200),
    "queue-nothing": ("/moderation?overdue=1&organization=x", "moderator", 200),
    "queue-forbidden": ("/moderation", "publisher", 403),
    "queue-stranger": ("/moderation", None, 403),
    "decide-many": ("/moderation/decide?case={case_id}~1", "moderator", 200),
    "case": ("/moderation/{case_id}", "moderator", 200),
    "case-of-publisher": ("/moderation/{case_id}", "publisher", 200),
    "requests": ("/moderation/requests", "moderator", 200),
    "moderators": ("/moderation/moderators", "admin", 200),
    "observed": ("/moderation/observed", "admin", 200),
    "observed-forbidden": ("/moderation/observed", "moderator", 403),
    "moderators-forbidden": ("/moderation/moderators", "moderator", 403),
    "publication": ("{dataset}/publication", "publisher", 200),
    "preview-dead": ("/dataset/preview/nothing", None, 404),
    "correction": ("/dataset/edit/{submitted}", "moderator", 200),
    "my-work": ("/my-work", "publisher", 200),
    "my-work-nothing": ("/my-work", "member", 200),
    "dataset-draft": ("/dataset/{draft}", "publisher", 200),
    "dataset-submitted": ("/dataset/{submitted}", "publisher", 200),
    "dataset-returned": ("/dataset/{returned}", "publisher", 200),
    "dataset-to-decide": ("/dataset/{submitted}", "moderator", 200),
    "draft-edit": ("/dataset/edit/{draft}", "publisher", 200),
    "draft-file": ("/dataset/{draft}/resource/new", "publisher", 200),
    "draft-locked": ("/dataset/edit/{submitted}", "publisher", 403),
    "checklist": ("/dataset/{draft}/checklist", "publisher", 200),
    "proposals": ("/proposals", None, 200),
    "proposals-of-dataset": ("{dataset}/proposals", None, 200),
    "proposal-new": ("/proposals/new", None, 200),
    "proposal-about": ("/proposals/new?dataset={name}", None, 200),
    "proposal-board": ("/proposals/board", "moderator", 200),
    "proposal-board-held": ("/proposals/board?held=1&all=1", "moderator", 200),
    "proposal-board-hidden": ("/proposals/board?state=hidden", "moderator", 200),
    "proposal-board-publisher": ("/proposals/board", "publisher", 200),
    "proposal-board-stranger": ("/proposals/board", None, 403),
    "proposal-receipt-of-nothing": ("/proposals/receipt/x", None, 404),
    "proposal-confirm": ("/proposals/confirm/x", None, 200),
    "checklist-submitted": ("/dataset/{submitted}/checklist", "publisher", 200),
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
