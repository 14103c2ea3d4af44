"""Folders, ports and names: what a person may ask for, and what they are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from stack import layout
from stack.layout import Layout
from stack.terminal import StackError


def test_each_series_has_ports_of_its_own() -> None:
    old = Layout(layout.CHECKOUT, "2.11", *layout.RELEASES["2.11"])
    new = Layout(layout.CHECKOUT, "2.12", *layout.RELEASES["2.12"])
    ports = {
        site: {
            site.port,
            site.postgres_port,
            site.redis_port,
            site.solr_port,
            site.mail_port,
            site.pages_port,
        }
        for site in (old, new)
    }
    assert all(len(own) == layout.PORTS_PER_STACK for own in ports.values())
    assert not ports[old] & ports[new]


def test_a_series_that_is_not_offered_is_refused() -> None:
    with pytest.raises(StackError, match=r"CKAN=2.10 is not offered.*CKAN=2.11"):
        layout.layout("2.10", None)


@pytest.mark.parametrize("port", ["http", "80", "65530", "-1"])
def test_a_wrong_port_is_refused(port: str) -> None:
    with pytest.raises(StackError, match=f"PORT={port}"):
        layout.layout("2.11", port)


def test_the_port_of_the_last_set_up_is_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layout, "CHECKOUT", tmp_path)
    layout.remember_port(layout.layout("2.12", "6200"))
    assert layout.layout("2.12", None).port == 6200
    assert layout.layout("2.12", "6300").port == 6300
    assert layout.layout("2.11", None).port == 5000


def test_a_copy_of_a_checkout_is_another_checkout(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    before = Layout(first, "2.11", "2.11.6", 5000).mark
    first.rename(second)
    first.mkdir()
    after = Layout(first, "2.11", "2.11.6", 5000).mark
    assert before != after


def test_a_secret_is_made_once_and_kept_private(site: Layout) -> None:
    secret = site.secret("session")
    assert len(secret) >= 32
    assert site.secret("session") == secret != site.secret("csrf")
    assert (site.home / "secrets" / "session").stat().st_mode & 0o077 == 0
