"""Before the extension goes: what it keeps is exported, what would change is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ckan.tests import factories
from ckan.tests.helpers import call_action
from click.testing import CliRunner

from ckanext.opendata_ua.cli.leave import leave
from ckanext.opendata_ua.model import metadata

pytestmark = pytest.mark.usefixtures("portal")

LINK = {
    "url": "https://rada.example/z.csv",
    "name": "Зупинки",
    "format": "CSV",
    "data_actual_date": "2026-01-31",
}


def export(folder: Path, *options: str) -> Any:
    return CliRunner().invoke(leave, ["--output", str(folder), *options])


def rows(folder: Path, table: str) -> list[dict[str, Any]]:
    lines = (folder / f"opendata_ua_{table}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in lines.splitlines()]


def test_pending_reviews_and_their_history_are_exported(
    create_draft: Any, editor: dict[str, Any], tmp_path: Path
) -> None:
    dataset = create_draft(resources=[LINK])
    context: Any = {"user": editor["name"], "ignore_auth": False}
    call_action("opendata_ua_moderation_submit", context, id=dataset["id"])
    result = export(tmp_path / "kept")
    assert result.exit_code == 0, result.output
    assert f"submitted\t{dataset['name']}" in result.output
    cases = {one["package_id"]: one for one in rows(tmp_path / "kept", "case")}
    assert cases[dataset["id"]]["state"] == "submitted"
    history = rows(tmp_path / "kept", "case_event")
    assert "submit" in [
        one["kind"] for one in history if one["package_id"] == dataset["id"]
    ]


def test_every_table_is_exported_for_its_owner_only(tmp_path: Path) -> None:
    export(tmp_path / "kept")
    export(tmp_path / "kept")  # may be repeated
    written = {path.stem for path in (tmp_path / "kept").iterdir()}
    assert written == set(metadata.tables)
    assert (tmp_path / "kept").stat().st_mode & 0o777 == 0o700
    modes = {path.stat().st_mode & 0o777 for path in (tmp_path / "kept").iterdir()}
    assert modes == {0o600}


def test_files_of_suspended_datasets_do_not_open_unnoticed(
    create: Any, tmp_path: Path
) -> None:
    dataset = create(resources=[LINK])
    context: Any = {"user": factories.Sysadmin()["name"], "ignore_auth": False}
    call_action(
        "opendata_ua_publication_suspend",
        context,
        id=dataset["id"],
        reason="Перевірка",
    )
    refused = export(tmp_path)
    assert refused.exit_code == 1
    assert f"suspended\t{dataset['name']}" in refused.output
    assert export(tmp_path, "--anyway").exit_code == 0
    call_action(
        "opendata_ua_publication_resume", context, id=dataset["id"], reason="Можна"
    )
    assert export(tmp_path).exit_code == 0


def test_it_is_for_administrators(editor: dict[str, Any]) -> None:
    with pytest.raises(Exception, match="take the extension off"):
        call_action(
            "opendata_ua_leave_show", {"user": editor["name"], "ignore_auth": False}
        )
