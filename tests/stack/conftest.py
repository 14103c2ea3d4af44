"""Fixtures of the stack's own tests: a stack of its own in a temporary folder."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from stack import processes
from stack.layout import Layout


@pytest.fixture
def port() -> int:
    """Return a port of the loopback address that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Layout]:
    """Return an empty stack; whatever a test leaves running in it is ended."""
    made = Layout(tmp_path, "2.11", "2.11.6", 5000)
    made.run.mkdir(parents=True)
    made.log.mkdir()
    yield made
    processes.end(processes.marked(made), signal.SIGKILL, 5)
