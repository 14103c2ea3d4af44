"""The proxy really cuts, hangs, refuses and delays, and heals."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from tests.faults.proxy import Proxy


class Echo:
    """A service that answers what it was asked, and remembers it."""

    def __init__(self) -> None:
        self.asked: list[bytes] = []
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def stop(self) -> None:
        if self.listening.fileno() >= 0:
            self.listening.shutdown(socket.SHUT_RDWR)
            self.listening.close()

    def _serve(self) -> None:
        while True:
            try:
                link, _ = self.listening.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(link,), daemon=True).start()

    def _talk(self, link: socket.socket) -> None:
        try:
            while data := link.recv(100):
                self.asked.append(data)
                link.sendall(data)
        except OSError:
            return


@pytest.fixture
def echo() -> Iterator[Echo]:
    service = Echo()
    yield service
    service.stop()


@pytest.fixture
def proxy(echo: Echo) -> Iterator[Proxy]:
    with Proxy(echo.port) as made:
        yield made


def connect(proxy: Proxy) -> socket.socket:
    return socket.create_connection(("127.0.0.1", proxy.port), 5)


def ask(link: socket.socket, words: bytes) -> bytes:
    link.sendall(words)
    return link.recv(100)


def test_it_passes_what_it_is_given(proxy: Proxy) -> None:
    with connect(proxy) as link:
        assert ask(link, b"SELECT 1") == b"SELECT 1"
        assert proxy.connections() == 1


def test_a_cut_resets_what_is_open_and_lets_new_ones_in(proxy: Proxy) -> None:
    with connect(proxy) as link:
        ask(link, b"one")
        proxy.cut()
        with pytest.raises(ConnectionResetError):
            ask(link, b"two")
    with connect(proxy) as link:
        assert ask(link, b"three") == b"three"


def test_a_service_that_is_stopped_refuses_until_it_is_started(proxy: Proxy) -> None:
    with connect(proxy) as link:
        ask(link, b"one")
        proxy.refuse()
        with pytest.raises(ConnectionResetError):
            ask(link, b"two")
    with pytest.raises(ConnectionRefusedError):
        connect(proxy)
    proxy.heal()
    with connect(proxy) as link:
        assert ask(link, b"three") == b"three"


def test_a_stuck_service_takes_bytes_and_answers_later(
    proxy: Proxy, echo: Echo
) -> None:
    with connect(proxy) as link:
        ask(link, b"one")
        proxy.hang()
        link.sendall(b"two")
        link.settimeout(0.05)
        with pytest.raises(TimeoutError):
            link.recv(100)
        assert echo.asked == [b"one"]
        proxy.heal()
        link.settimeout(5)
        assert link.recv(100) == b"two"


def test_a_service_hangs_from_a_piece_on_until_it_is_healed(
    proxy: Proxy, echo: Echo
) -> None:
    with connect(proxy) as link, connect(proxy) as other:
        proxy.hang_at("mark", nth=2)
        assert ask(link, b"mark 1") == b"mark 1"
        link.sendall(b"mark 2")
        link.settimeout(0.05)
        with pytest.raises(TimeoutError):
            link.recv(100)
        other.sendall(b"another")
        other.settimeout(0.05)
        with pytest.raises(TimeoutError):
            other.recv(100)
        assert echo.asked == [b"mark 1"]
        proxy.heal()
        link.settimeout(5)
        assert link.recv(100) == b"mark 2"


def test_a_delay_holds_question_and_answer(proxy: Proxy) -> None:
    with connect(proxy) as link:
        ask(link, b"one")
        proxy.delay(0.05)
        begun = time.monotonic()
        assert ask(link, b"two") == b"two"
        assert time.monotonic() - begun >= 0.1


@pytest.mark.parametrize("answered", [False, True])
def test_a_question_is_lost_or_only_its_answer(
    proxy: Proxy, echo: Echo, answered: bool
) -> None:
    with connect(proxy) as link:
        ask(link, b"BEGIN")
        proxy.cut_at("COMMIT", answered=answered, nth=2)
        assert ask(link, b"COMMIT 1") == b"COMMIT 1"
        with pytest.raises(ConnectionResetError):
            ask(link, b"COMMIT 2")
    assert (b"COMMIT 2" in echo.asked) is answered
    with connect(proxy) as link:
        assert ask(link, b"COMMIT 3") == b"COMMIT 3"


def test_a_service_that_is_down_is_down_behind_the_proxy(
    proxy: Proxy, echo: Echo
) -> None:
    echo.stop()
    # the proxy may find out before the connection to it is answered
    with pytest.raises(ConnectionResetError), connect(proxy) as link:
        ask(link, b"one")
