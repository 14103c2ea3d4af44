"""Disks that are full. The small disk wants rights: `make prove` uses it."""

from __future__ import annotations

from pathlib import Path

from tests.faults import disk
from tests.faults.child import run


def test_a_limit_of_file_sizes_stops_a_write_in_its_middle(tmp_path: Path) -> None:
    path = tmp_path / "file"
    outcome = run(
        lambda: path.write_bytes(bytes(3000)), first=lambda: disk.limit_files(1000)
    )
    assert outcome.error is not None
    assert outcome.error.startswith("OSError: [Errno 27]")
    assert path.stat().st_size == 1000
