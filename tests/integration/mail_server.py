"""A mail server of one proof: takes letters, and misbehaves when it is told to."""

from __future__ import annotations

import email
import email.policy
import ssl
import threading
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.faults.server import free_port


class MailServer:
    """An SMTP server in a thread of the test; ``letters`` is what it accepted.

    ``answers`` holds what it says instead of "250", by command: a line, or one of
    ``HANG`` (says nothing), ``DROP`` (breaks the connection).
    """

    HANG, DROP = "(hang)", "(drop)"

    def __init__(self, certificate: ssl.SSLContext | None = None) -> None:
        self.letters: list[EmailMessage] = []
        self.connections = 0
        self.answers: dict[str, str] = {}
        self.refused: dict[str, str] = {}  # by address of a recipient
        self.accepted = threading.Event()
        self._gone = False
        self._controller = Controller(
            _Handler(self),
            hostname="127.0.0.1",
            port=free_port(),
            tls_context=certificate,
            server_hostname="localhost",
        )

    def __enter__(self) -> MailServer:
        self._controller.start()
        self.port = self._controller.port
        return self

    def __exit__(self, *error: object) -> None:
        self._controller.stop(no_assert=True)

    @property
    def ids(self) -> list[str]:
        """Return the ids of the letters, in the order in which they came."""
        return [str(letter["Message-ID"]) for letter in self.letters]


class _Handler:
    def __init__(self, proof: MailServer) -> None:
        self._proof = proof

    async def _say(self, server: SMTP, command: str, usual: str) -> str:
        said = self._proof.answers.get(command, usual)
        if said == MailServer.DROP:
            server.transport.abort()  # type: ignore[union-attr] - it is connected
            return "421 gone"
        if said == MailServer.HANG:
            await server.loop.create_future()
        return said

    async def handle_EHLO(
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        self._proof.connections += session.ssl is None
        session.host_name = hostname
        said = await self._say(server, "EHLO", "")
        return [said] if said else responses

    async def handle_MAIL(
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        envelope.mail_from = address
        return await self._say(server, "MAIL", "250 OK")

    async def handle_RCPT(
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        refusal = self._proof.refused.get(address)
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return await self._say(server, "RCPT", "250 OK")

    async def handle_DATA(
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        said = await self._say(server, "DATA", "250 kept")
        if said.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            letter = email.message_from_bytes(content, policy=email.policy.default)
            assert isinstance(letter, EmailMessage)
            self._proof.letters.append(letter)
        return said

    async def handle_QUIT(
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        return await self._say(server, "QUIT", "221 Bye")
