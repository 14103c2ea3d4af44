"""An SMTP server that writes letters into a folder: mail_catcher.py PORT FOLDER."""

from __future__ import annotations

import asyncio
import itertools
import sys
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

_number = itertools.count()


class Folder:
    """The handler that aiosmtpd calls with each letter."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Write one letter; it appears under its name only when it is whole."""
        content = envelope.content or b""
        whole = content if isinstance(content, bytes) else content.encode()
        name = f"{time.time_ns()}-{next(_number):06d}.eml"
        part = self.folder / f".{name}"
        part.write_bytes(whole)
        part.replace(self.folder / name)
        return "250 kept"


async def main(port: int, folder: Path) -> None:
    """Listen until somebody ends the process."""
    folder.mkdir(parents=True, exist_ok=True)
    handler = Folder(folder)
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(handler, enable_SMTPUTF8=True, hostname="localhost"),
        "127.0.0.1",
        port,
    )
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), Path(sys.argv[2])))
