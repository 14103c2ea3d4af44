"""Memory of processes is measured; ports and settings of a server are its own."""

from __future__ import annotations

import os
from pathlib import Path

from tests.faults import server
from tests.faults.child import run

HELD = 50 << 20


def test_the_most_memory_a_process_held_is_known_and_can_be_forgotten() -> None:
    def work() -> list[int]:
        pid = os.getpid()
        server.forget_peak(pid)
        seen = [server.most_resident(pid)]
        held = bytearray(HELD)
        held[::4096] = b"!" * len(held[::4096])  # untouched pages are not resident
        del held
        seen.append(server.most_resident(pid))
        server.forget_peak(pid)
        return [*seen, server.most_resident(pid)]

    idle, peak, after = run(work).value
    assert peak - idle > HELD * 0.9
    assert after < peak - HELD * 0.9


def test_settings_are_changed_in_a_copy(tmp_path: Path) -> None:
    source, target = tmp_path / "a.ini", tmp_path / "b.ini"
    source.write_text(
        "[app:main]\nckan.site_url = http://a\n# smtp.server =\n[loggers]\n"
    )
    server.write_ini(source, target, {"ckan.site_url": "http://b", "new.option": "1 %"})
    assert target.read_text() == (
        "[app:main]\nckan.site_url = http://b\n# smtp.server =\n"
        "new.option = 1 %%\n[loggers]\n"
    )
