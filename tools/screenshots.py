"""Take the pictures of the README from a running portal with the demo data.

Run it as ``python -m tools.screenshots http://127.0.0.1:5000``; it needs the extra
``test`` and Debian's Chromium. Pictures go to ``docs/images``.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

TARGET = Path(__file__).parent.parent / "docs" / "images"
CHROMIUM = "/usr/bin/chromium"
PUBLISHER = ("publisher", "opendata-ua-demo")  # a user of the demo data


@dataclass(frozen=True)
class Picture:
    """One picture: file name, address, screen, taken by a publisher or by a reader."""

    name: str
    path: str
    width: int = 1100
    height: int = 760
    signed_in: bool = False


PICTURES = (
    Picture("home", "/"),
    Picture("search", "/dataset/?q=садки"),
    Picture("dataset", "/dataset/likarski-zasoby"),
    Picture("passport", "/dataset/likarski-zasoby/passport"),
    Picture("form", "/dataset/new", signed_in=True),
    Picture("phone", "/", width=360, height=720),
)


def take(browser: Browser, site: str, picture: Picture) -> Path:
    """Write one picture and return its path."""
    context = browser.new_context(
        viewport={"width": picture.width, "height": picture.height},
        reduced_motion="reduce",
    )
    page = context.new_page()
    if picture.signed_in:
        page.goto(f"{site}/user/login")
        page.fill("#field-login", PUBLISHER[0])
        page.fill("#field-password", PUBLISHER[1])
        page.press("#field-password", "Enter")
        page.wait_for_url("**/dashboard/**")
    answer = page.goto(site + picture.path)
    if answer is None or not answer.ok:
        sys.exit(f"{site}{picture.path} does not answer: is the demo data loaded?")
    target = TARGET / f"{picture.name}.png"
    page.screenshot(path=target)
    context.close()
    return target


def main() -> None:
    """Take every picture from the portal named on the command line."""
    if len(sys.argv) != 2:
        sys.exit("Usage: python -m tools.screenshots http://127.0.0.1:5000")
    TARGET.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        for picture in PICTURES:
            written = take(browser, sys.argv[1].rstrip("/"), picture)
            size = written.stat().st_size // 1024
            print(f"{written.name}: {size} KB")  # noqa: T201  # a terminal program
        browser.close()


if __name__ == "__main__":
    main()
