"""The page of formats says what the rules say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def test_the_table_of_the_page_is_written_from_the_data() -> None:
    tool = ROOT / "tools" / "formats.py"
    checked = subprocess.run(
        [sys.executable, str(tool), "--check"], capture_output=True, text=True
    )
    assert checked.returncode == 0, checked.stderr
