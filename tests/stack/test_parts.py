"""The Makefile, Solr's pinned jars, the mail catcher and what a system lacks."""

from __future__ import annotations

import re
import smtplib
import subprocess
import sys
import time
from email.message import EmailMessage
from pathlib import Path

import pytest

from stack import mail, packages, processes, settings, solr, testing
from stack.cli import COMMANDS
from stack.layout import CHECKOUT, Layout
from stack.packages import Need
from stack.processes import Service
from stack.terminal import StackError


def test_make_help_lists_every_target() -> None:
    makefile = (CHECKOUT / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.M)
    assert phony
    printed = subprocess.run(
        ["make", "help"], cwd=CHECKOUT, capture_output=True, text=True, check=True
    ).stdout
    listed = re.findall(r"^  ([a-z]+) ", printed, re.M)
    assert sorted(listed) == sorted(phony[1].split())
    assert set(listed) - {"help"} == set(COMMANDS)


def test_a_wrong_series_is_one_sentence_and_a_bad_exit_code() -> None:
    done = subprocess.run(
        ["make", "up", "CKAN=1.0"], cwd=CHECKOUT, capture_output=True, text=True
    )
    assert done.returncode != 0
    assert "STOPPED: CKAN=1.0 is not offered" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_pinned_jars_hold_the_versions_of_the_pom() -> None:
    pom = (solr.FILES / "pom.xml").read_text()
    pinned = (solr.FILES / "jars.sha256").read_text()
    for artifact, version in re.findall(
        r"<artifactId>(solr-\w[\w-]*|lucene-\w[\w-]*)</artifactId>\s*"
        r"<version>\$\{(\w+)\.version}",
        pom,
    ):
        number = re.search(rf"<{version}\.version>(.*)</", pom)
        assert number
        assert f" {artifact}-{number[1]}.jar" in pinned


def test_a_jar_that_is_not_the_pinned_one_is_refused(tmp_path: Path) -> None:
    (tmp_path / "solr-core-9.8.1.jar").write_bytes(b"something else")
    with pytest.raises(StackError, match="differ from the pinned list"):
        solr.check(tmp_path)


def test_a_core_whose_schema_changes_loses_its_index(site: Layout) -> None:
    schema = {"schema.xml": b"<schema/>"}
    assert solr.configure(site, {"ckan": schema, "other": schema}) == {"ckan", "other"}
    for core in ("ckan", "other"):
        (solr.home(site) / core / "data").mkdir()  # as Solr does
    assert solr.configure(site, {"ckan": schema, "other": schema}) == set()
    changed = {"schema.xml": b"<schema/>", "words.txt": b"a, b"}
    assert solr.configure(site, {"ckan": changed, "other": schema}) == {"ckan"}
    assert not (solr.home(site) / "ckan" / "data").exists()
    assert (solr.home(site) / "other" / "data").exists()


def test_a_letter_is_caught_and_shown_as_it_was_sent(
    site: Layout, port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    catcher = Service(
        name="mail",
        command=[sys.executable, mail.PROGRAM, str(port), site.mail],
        cwd=Path("/"),
        port=port,
        ready=lambda: processes.port_taken(port),
    )
    processes.ensure(site, catcher)
    letter = EmailMessage()
    letter["Subject"], letter["To"] = "Набір повернуто", "koval@example.org"
    letter["From"] = "portal@example.org"
    letter.set_content("Доброго дня!\nПаспорт неповний.\n")
    letter.add_attachment("а,б\n", filename="перелік.csv", subtype="csv")
    with smtplib.SMTP("127.0.0.1", port) as link:
        link.send_message(letter)
    until = time.monotonic() + 5
    while not mail.letters(site) and time.monotonic() < until:
        time.sleep(0.05)
    mail.show(site)
    printed = capsys.readouterr().out
    for told in ("Subject: Набір повернуто", "Паспорт неповний.", "перелік.csv"):
        assert told in printed


def test_what_is_missing_is_told_with_its_packages(
    site: Layout, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Without apt-get on the PATH a person gets a list, and nothing is installed."""
    lacking = Need("a thing that is not there", lambda: False, ("its-package",))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StackError, match="a thing that is not there"):
        packages.ensure(site, [lacking])


def test_a_part_of_the_suite_that_does_not_exist_is_refused() -> None:
    with pytest.raises(StackError, match=r"ONLY=unit .* domain, house, integration"):
        testing.chosen("unit")


def test_long_proofs_are_found_by_name_and_one_can_be_picked(site: Layout) -> None:
    for name in ("stack/prove_life.py", "integration/prove_files.py", "test_a.py"):
        path = site.checkout / "tests" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    names = [path.name for path in testing.proofs(site, None)]
    assert names == ["prove_files.py", "prove_life.py"]
    assert [path.name for path in testing.proofs(site, "life")] == ["prove_life.py"]
    with pytest.raises(StackError, match=r"ONLY=lives .* files, life"):
        testing.proofs(site, "lives")


def test_the_stack_names_no_module_of_the_extension() -> None:
    """It may start commands and read file dates; it imports nothing of ours."""
    for path in (CHECKOUT / "stack").rglob("*.py"):
        assert not re.search(r"^\s*(from|import) ckanext", path.read_text(), re.M), path
    assert "opendata_ua" in settings.PLUGINS
