"""The way of a proposal in a browser, and what hostile words do there: nothing."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Dialog, Locator, Page, expect

SCRIPT = "window.hostile=1"
#: Ways of getting a script, a form or a style past a page; {0} is the script.
HOSTILE = (
    "<script>{0}</script>",
    "<ScRiPt>{0}</sCrIpT>",
    "<script src=data:text/javascript,{0}></script>",
    "<img src=x onerror={0}>",
    '<img src="x" onerror="{0}">',
    "<img src=x onerror={0}//",
    "<svg onload={0}>",
    "<svg><script>{0}</script></svg>",
    "<svg/onload={0}>",
    "<body onload={0}>",
    "<iframe src=javascript:{0}></iframe>",
    '<iframe srcdoc="<script>parent.{0}</script>"></iframe>',
    "<object data=javascript:{0}></object>",
    "<embed src=javascript:{0}>",
    "<a href=javascript:{0} autofocus onfocus={0}>тут</a>",
    "<a href='jAvAsCrIpT:{0}'>тут</a>",
    "<input autofocus onfocus={0}>",
    "<select autofocus onfocus={0}></select>",
    "<textarea autofocus onfocus={0}></textarea>",
    "</textarea><script>{0}</script>",
    "</title><script>{0}</script>",
    "</style><script>{0}</script>",
    "</option></select><script>{0}</script>",
    '"><script>{0}</script>',
    "'><script>{0}</script>",
    '" onmouseover="{0}" x="',
    "' autofocus onfocus='{0}' x='",
    '" autofocus onfocus="{0}" x="',
    "`onerror={0}`",
    "--><script>{0}</script>",
    "]]><script>{0}</script>",
    "<!--<script>{0}</script>",
    "<details open ontoggle={0}>",
    "<video src=x onerror={0}>",
    "<audio src=x onerror={0}>",
    "<video><source onerror={0}></video>",
    "<marquee onstart={0}>",
    "<math><mi//xlink:href='javascript:{0}'>",
    "<meta http-equiv=refresh content='0;url=javascript:{0}'>",
    "<base href='javascript:{0}//'>",
    "<link rel=stylesheet href='javascript:{0}'>",
    "<style>@import 'javascript:{0}';</style>",
    "<style>*{{background:url(javascript:{0})}}</style>",
    "<div style='background:url(javascript:{0})'>",
    "<form action=javascript:{0}><button autofocus>тут</button></form>",
    "<button formaction=javascript:{0}>тут</button>",
    "<template><script>{0}</script></template>",
    "<noscript><p title='</noscript><script>{0}</script>'>",
    "<table background=javascript:{0}>",
    "<isindex type=image src=1 onerror={0}>",
    "{{{{ {0} }}}}",
    "{{% set x = {0} %}}",
    "${{{0}}}",
    "&lt;script&gt;{0}&lt;/script&gt;",
    "&#60;script&#62;{0}&#60;/script&#62;",
    "%3Cscript%3E{0}%3C/script%3E",
    "\\u003cscript\\u003e{0}\\u003c/script\\u003e",
    "[тут](javascript:{0})",
    '![тут](x"onerror="{0})',
    'https://x.example/"onmouseover="{0}',
    "https://x.example/<script>{0}</script>",
    "javascript:{0}",
    "data:text/html,<script>{0}</script>",
    "＜script＞{0}＜/script＞",
)


@pytest.fixture(scope="module")
def screener(open_context: Callable[..., BrowserContext]) -> Iterator[BrowserContext]:
    context = open_context(user="moderator")
    yield context
    context.close()


def _call(page: Page, action: str, data: dict[str, Any]) -> Any:
    """Call an action as the person at the browser, from a page of the portal."""
    token = page.locator("meta[name=_csrf_token]").get_attribute("content") or ""
    address = f"/api/3/action/opendata_ua_proposal_{action}"
    answer = page.request.post(
        f"{page.url.rstrip('/')}{address}", data=data, headers={"X-CSRFToken": token}
    )
    assert answer.ok, answer.text()
    return answer.json()["result"]


def _form(page: Page, site: str) -> str:
    answer = page.request.get(f"{site}/api/3/action/opendata_ua_proposal_form_show")
    return str(answer.json()["result"]["form"])


@pytest.mark.parametrize(
    ("screen", "scripts"), [("desktop", True), ("phone", False)], ids=["wide", "plain"]
)
def test_a_citizen_proposes_and_reads_the_answer(
    screen: str,
    scripts: bool,
    site: str,
    paths: dict[str, str],
    open_context: Callable[..., BrowserContext],
    screener: BrowserContext,
    assert_accessible: Callable[[Page], None],
    assert_no_sideways_scroll: Callable[[Page], None],
) -> None:
    def look(page: Page) -> None:
        assert_no_sideways_scroll(page)
        if scripts:  # axe is one itself
            assert_accessible(page)

    context = open_context(screen, scripts=scripts)
    page = context.new_page()
    page.goto(site + paths["dataset"])
    page.locator("summary", has_text="Запропонувати").click()
    look(page)
    page.fill("#field-text", "коротко")
    page.get_by_role("button", name="Надіслати").click()
    expect(page.locator("#refusal")).to_contain_text("щонайменше")
    look(page)
    words = f"Немає даних за березень, рядок {uuid.uuid4().hex}."
    page.fill("#field-text", words)
    page.fill("#field-email", "reader@example.org")
    page.get_by_role("button", name="Надіслати").click()
    page.wait_for_url("**/proposals/receipt/*")

    expect(page.locator("main, .main").first).to_contain_text(words)
    look(page)

    staff = screener.new_page()
    found = _on_board(staff, site, words)
    assert_accessible(staff)
    found.get_by_role("link").first.click()
    assert_accessible(staff)
    staff.get_by_role("button", name="Показати", exact=True).click()
    staff.locator("#answer-answer").fill("Додали: https://rada.example/berezen")
    staff.get_by_role("button", name="Надіслати відповідь").click()
    expect(staff.locator(".opendata-ua-reply")).to_contain_text("Додали")
    staff.select_option("#close-outcome", "refused")
    staff.get_by_role("button", name="Закрити").click()
    expect(staff.locator("#refusal")).to_contain_text("підставу")
    assert_accessible(staff)
    staff.select_option("#close-outcome", "fixed")
    staff.get_by_role("button", name="Закрити").click()
    expect(staff.get_by_text("Пропозицію закрито.")).to_be_visible()

    page.reload()
    expect(page.locator(".opendata-ua-reply a")).to_have_attribute(
        "rel", "ugc nofollow noopener"
    )
    page.goto(f"{site}{paths['dataset']}/proposals")
    expect(page.locator("article", has_text=words)).to_contain_text("Додали")
    look(page)
    context.close()
    staff.close()


def _on_board(staff: Page, site: str, words: str) -> Locator:
    """Find a proposal on whatever page of the board it waits.

    A robot fills in the form faster than people, so it may be among the held ones; on
    a busy machine the browser is slow enough for a person.
    """
    found = staff.locator("article", has_text=words)
    for part in ("", "?held=1"):
        staff.goto(f"{site}/proposals/board{part}")
        following = staff.get_by_role("link", name="Наступна сторінка")
        while not found.count() and following.count():
            with staff.expect_navigation():
                following.click()
        if found.count():
            break
    return found


def test_hostile_words_do_nothing(
    site: str, paths: dict[str, str], screener: BrowserContext
) -> None:
    assert len(HOSTILE) >= 60
    page = screener.new_page()
    page.goto(site)
    dialogs: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", dismiss)
    addresses = []
    for number, pattern in enumerate(HOSTILE):
        words = f"{pattern.format(SCRIPT)} {number:02} ворожі слова"
        sent = {
            "id": paths["name"],
            "kind": "error",
            "text": words,
            "name": words[:190],
        }
        made = _call(page, "create", {**sent, "form": _form(page, site)})
        one = {"proposal_id": made["proposal_id"]}
        shown = _call(page, "publish", {**one, "proposal_version": 1})
        seen = {**one, "proposal_version": shown["proposal_version"]}
        _call(page, "answer", {**seen, "answer": words})
        addresses += [made["receipt"], f"{site}/proposals/{made['proposal_id']}"]
    lists = [f"{site}/dataset/{paths['name']}/proposals", f"{site}/proposals"]
    for address in lists:
        page.goto(address)
        while True:
            _assert_harmless(page, dialogs)
            following = page.get_by_role("link", name="Наступна сторінка")
            if not following.count():
                break
            following.click()
    # the page of one proposal and its receipt show the words in the same snippet:
    # every tenth of them is enough to see that they do
    for address in addresses[::10]:
        page.goto(address)
        _assert_harmless(page, dialogs)
    page.close()


def _assert_harmless(page: Page, dialogs: list[str]) -> None:
    expect(page.locator("article, .opendata-ua-words").first).to_be_attached()
    assert page.evaluate("window.hostile") is None, page.url
    assert dialogs == []
    made = page.locator(
        ".opendata-ua-words :is(script, img, svg, iframe, form, style, input, object)"
    )
    assert made.count() == 0, page.url
