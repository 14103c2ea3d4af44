"""Write the table of docs/formats.md from the rules of formats.

python tools/formats.py           write the table into the page
python tools/formats.py --check   change nothing, fail when it is not current
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from ckanext.opendata_ua.domain import clauses, formats
from ckanext.opendata_ua.domain.format_check import (
    DEFAULT,
    FAULTS,
    Rule,
    Verdict,
    why_machine_readable,
)

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "formats.md"
#: Between these two lines of the page stands what is written here.
BEGIN = "<!-- Written by tools/formats.py: change the data, then run it. -->"
END = "<!-- The end of what tools/formats.py writes. -->"
_TITLES = {
    Verdict.RECOMMENDED: "Recommended",
    Verdict.ALLOWED: "Allowed",
    Verdict.WARNED: "Warned of",
    Verdict.FORBIDDEN: "Forbidden",
}


def table(translate: Callable[[str], str] = str) -> str:
    """Return the rules and the faults as Markdown."""
    parts = [line for verdict in Verdict for line in _of_verdict(verdict, translate)]
    return "\n".join([*parts, *_faults(translate)])


def _of_verdict(verdict: Verdict, translate: Callable[[str], str]) -> Iterator[str]:
    yield f"### {_TITLES[verdict]}\n"
    good = verdict in (Verdict.RECOMMENDED, Verdict.ALLOWED)
    last = "why it counts as machine-readable" if good else "why, and what to do"
    yield f"| format | endings | open | {last} | by | source |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for name, rule in DEFAULT.items():
        if rule.verdict is verdict:
            yield _row(name, rule, translate)
    yield ""


def _row(name: str, rule: Rule, translate: Callable[[str], str]) -> str:
    known = formats.FORMATS[name]
    why = why_machine_readable(name)
    words = translate(why) if why and not rule.reason else ""
    if rule.reason:
        values = {"format": name, "instead": ", ".join(rule.instead)}
        reason, step = translate(rule.reason), translate(rule.next_step)
        words = f"{reason.format(**values)} {step.format(**values)}"
    endings = ", ".join(f"`{one}`" for one in known.extensions)
    cells = (
        *(f"`{name}`", endings, known.open, words),
        *(clauses.translated(rule.clause, "en"), known.source),
    )
    return "| " + " | ".join(cell or "–" for cell in cells) + " |"


def _faults(translate: Callable[[str], str]) -> Iterator[str]:
    yield "### Faults of the bytes\n"
    yield "| code | severity | what is said | what to do |"
    yield "| --- | --- | --- | --- |"
    for code, kind in FAULTS.items():
        words = f"{translate(kind.message)} | {translate(kind.next_step)}"
        yield f"| `content.{code}` | {kind.severity.value} | {words} |"


def page() -> str:
    """Return the page with the table as it has to be."""
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{table()}\n\n{END}{after}"


def main() -> int:
    """Write the table, or compare it; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="change nothing")
    text = page()
    if not parser.parse_args().check:
        PAGE.write_text(text, encoding="utf-8")
        return 0
    if PAGE.read_text(encoding="utf-8") == text:
        return 0
    sys.stderr.write("docs/formats.md is not current: run python tools/formats.py\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
