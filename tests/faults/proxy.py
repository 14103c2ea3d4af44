"""A TCP proxy between CKAN and a service that can cut, hang, delay and refuse.

It is a process of its own (`proxy.py HOST PORT`), for the process that holds it forks,
and a fork of a process with threads is no fair test. Commands come on its standard
input, one line of JSON each, and are answered by a line.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any

CHUNK = 1 << 16


class Proxy:
    """The proxy as a proof holds it; a context manager."""

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__, host, str(port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.port = int(self._answer())

    def _answer(self) -> str:
        assert self._process.stdout is not None
        answer = self._process.stdout.readline().strip()
        if not answer:
            raise RuntimeError("The proxy has ended")
        return answer

    def _do(self, command: str, **options: Any) -> str:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": command, **options}) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def heal(self) -> None:
        """Let everything through, at once."""
        self._do("heal")

    def cut(self) -> None:
        """Reset every connection; new ones are welcome."""
        self._do("cut")

    def refuse(self) -> None:
        """Reset every connection and refuse new ones: the service is stopped."""
        self._do("refuse")

    def hang(self) -> None:
        """Take connections and bytes, pass nothing on: the service is stuck."""
        self._do("hang")

    def hang_at(self, token: str, *, nth: int = 1) -> None:
        """Hang from the nth piece with a token on; the service does not see it."""
        self._do("hang_at", token=token, nth=nth)

    def delay(self, seconds: float) -> None:
        """Pass on each piece of bytes some seconds late, either way."""
        self._do("delay", seconds=seconds)

    def cut_at(self, token: str, *, answered: bool, nth: int = 1) -> None:
        """Reset the connection whose client sends the nth piece with a token.

        :param answered: False: the service never sees that piece. True: the service
            does its work and answers, and only the answer is lost
        """
        self._do("cut_at", token=token, answered=answered, nth=nth)

    def connections(self) -> int:
        """Return how many connections are open."""
        return int(self._do("connections"))

    def close(self) -> None:
        """End the proxy."""
        self._process.communicate()

    def __enter__(self) -> Proxy:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


@dataclass
class _Trap:
    token: bytes
    answered: bool
    left: int
    hangs: bool = False


class _Link:
    """One connection of a client, and ours to the service."""

    def __init__(self, client: asyncio.StreamWriter) -> None:
        self.client = client
        self.service: asyncio.StreamWriter | None = None
        self.answer_is_lost = False

    def reset(self) -> None:
        for side in (self.client, self.service):
            if side is None:
                continue
            link = side.get_extra_info("socket")
            if link is not None and link.fileno() >= 0:
                hard = struct.pack("ii", 1, 0)  # RST in place of a polite end
                link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, hard)
            side.transport.abort()


class _Server:
    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self.own_port = 0
        self.listening: asyncio.Server | None = None
        self.links: set[_Link] = set()
        self.open = asyncio.Event()
        self.open.set()
        self.seconds = 0.0
        self.trap: _Trap | None = None

    async def listen(self) -> None:
        if self.listening is None:
            self.listening = await asyncio.start_server(
                self.accept, "127.0.0.1", self.own_port
            )
            self.own_port = self.listening.sockets[0].getsockname()[1]

    async def accept(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        link = _Link(writer)
        self.links.add(link)
        try:
            await self.open.wait()
            answers, link.service = await asyncio.open_connection(self.host, self.port)
            await asyncio.gather(
                self.pump(reader, link.service, lambda data: self.asked(link, data)),
                self.pump(answers, writer, lambda data: self.answered(link)),
            )
        except (OSError, asyncio.CancelledError):
            pass  # an end is an end, polite or not
        finally:
            link.reset()
            self.links.discard(link)

    async def pump(
        self,
        source: asyncio.StreamReader,
        target: asyncio.StreamWriter,
        let: Callable[[bytes], bool],
    ) -> None:
        while data := await source.read(CHUNK):
            if self.seconds:
                await asyncio.sleep(self.seconds)
            await self.open.wait()
            if not let(data):
                raise ConnectionResetError
            await self.open.wait()  # that piece may have been the one to hang at
            target.write(data)
            await target.drain()
        if target.can_write_eof():
            target.write_eof()

    def asked(self, link: _Link, data: bytes) -> bool:
        """Tell whether a piece from the client may pass."""
        trap = self.trap
        if trap is None or trap.token not in data:
            return True
        trap.left -= 1
        if trap.left:
            return True
        self.trap = None
        if trap.hangs:
            self.open.clear()
            return True
        link.answer_is_lost = trap.answered
        return trap.answered

    def answered(self, link: _Link) -> bool:
        """Tell whether a piece from the service may pass."""
        return not link.answer_is_lost

    async def do(self, do: str, **options: Any) -> object:
        if do == "connections":
            return len(self.links)
        if do == "cut":
            self.reset()
        elif do == "hang":
            self.open.clear()
        elif do == "delay":
            self.seconds = options["seconds"]
        elif do == "cut_at":
            token = options["token"].encode()
            self.trap = _Trap(token, options["answered"], options["nth"])
        elif do == "hang_at":
            token = options["token"].encode()
            self.trap = _Trap(token, False, options["nth"], hangs=True)
        elif do == "refuse" and self.listening is not None:
            self.listening.close()
            self.listening = None
            self.reset()
        elif do == "heal":
            self.seconds, self.trap = 0.0, None
            self.open.set()
            await self.listen()
        return "done"

    def reset(self) -> None:
        for link in list(self.links):
            link.reset()
            self.links.discard(link)


async def _serve(host: str, port: int) -> None:
    server = _Server(host, port)
    await server.listen()
    sys.stdout.write(f"{server.own_port}\n")
    sys.stdout.flush()
    commands = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(commands), sys.stdin
    )
    while command := await commands.readline():
        sys.stdout.write(f"{await server.do(**json.loads(command))}\n")
        sys.stdout.flush()
    server.reset()


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1], int(sys.argv[2])))
