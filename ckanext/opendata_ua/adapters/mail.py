"""Letters through CKAN's mailer, with what it lacks; the one honest place for mail.

The mailer makes the letter and knows the settings, and plugins that replace it go on
working. But it opens a connection without a time limit; on CKAN 2.12.0 STARTTLS takes
any certificate (CVE-2026-41132); ``quit()`` may raise after the letter was accepted,
which would mail it twice; its errors do not tell a refused recipient from a server that
is down; and it logs addresses. So for the time of one call, and for the calling thread
alone, the mailer meets a connection class of ours and its log lines are dropped.
"""

from __future__ import annotations

import contextlib
import logging
import re
import smtplib
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ckan.lib import mailer

from ckanext.opendata_ua.domain.delivery import (
    DeliveryError,
    Refused,
    Stage,
    Unreachable,
    verdict,
)

#: One letter at a time in a process: the mailer's name for smtplib is one for all.
_TURN = threading.Lock()
#: Status codes of RFC 3463 at the beginning of an answer; the rest may be personal.
_STATUS = re.compile(rb"\d\.\d{1,3}\.\d{1,3}\b")


@dataclass(frozen=True)
class Letter:
    """A letter to one person; ``id`` is the left and right side of its Message-ID."""

    id: str
    name: str
    address: str
    subject: str
    body: str


def send(letter: Letter, *, patience: float, trust: Path | None) -> None:
    """Send a letter and return once a server, or a plugin of CKAN, has accepted it.

    :param patience: seconds to wait for each answer of the server
    :param trust: file or folder with certificates of authorities to trust instead of
        the system's
    :raises Unreachable: nothing can be sent at the moment, or settings are wrong
    :raises Deferred: this letter cannot be sent now
    :raises Refused: this letter will never be accepted
    """
    talk = _Talk(patience, trust)
    headers = {"Message-ID": f"<{letter.id}>", "Auto-Submitted": "auto-generated"}
    try:
        with _talking(talk):
            mailer.mail_recipient(
                letter.name,
                letter.address,
                " ".join(letter.subject.split()),
                letter.body,
                headers=headers,
            )
    except Exception as error:  # what a plugin or the mailer raises is open-ended
        if not talk.accepted:
            raise _meaning(talk, error) from None  # its text may name the recipient


class _Talk:
    """One conversation with a server: what it needs, and how far it came."""

    def __init__(self, patience: float, trust: Path | None) -> None:
        self.patience = patience
        self.trust = trust
        self.stage: Stage | None = None  # None: no server was asked yet
        self.error: Exception | None = None
        self.accepted = False

    @contextlib.contextmanager
    def noting(self, stage: Stage) -> Iterator[None]:
        """Remember the stage, and an error as the library raised it."""
        self.stage = stage
        try:
            yield
        except Exception as error:
            self.error = self.error or error
            raise

    def certificates(self) -> ssl.SSLContext:
        """Return a context that verifies certificate and host name.

        :raises Unreachable: when the authorities to trust cannot be read
        """
        if self.trust is None:
            return ssl.create_default_context()
        if self.trust.is_dir():
            return ssl.create_default_context(capath=str(self.trust))
        try:
            return ssl.create_default_context(cafile=str(self.trust))
        except OSError as error:  # ssl.SSLError is one too
            raise Unreachable(f"No certificates can be read: {self.trust}") from error


def _connection(talk: _Talk) -> type[smtplib.SMTP]:
    """Return the class of connections of one conversation."""

    class Connection(smtplib.SMTP):
        def __init__(self, host: str = "", port: int = 0) -> None:
            with talk.noting(Stage.SERVER):
                super().__init__(host, port, timeout=talk.patience)

        def ehlo(self, *args: Any, **options: Any) -> Any:
            with talk.noting(Stage.SERVER):
                return super().ehlo(*args, **options)

        def starttls(self, *args: Any, **options: Any) -> Any:
            with talk.noting(Stage.SERVER):
                if talk.trust is not None or options.get("context") is None:
                    options["context"] = talk.certificates()
                return super().starttls(context=options["context"])

        def login(self, *args: Any, **options: Any) -> Any:
            with talk.noting(Stage.SERVER):
                return super().login(*args, **options)

        def sendmail(self, *args: Any, **options: Any) -> Any:
            with talk.noting(Stage.SERVER):
                answer = super().sendmail(*args, **options)
            talk.accepted = True
            return answer

        def mail(self, *args: Any, **options: Any) -> Any:
            with talk.noting(Stage.SENDER):
                return super().mail(*args, **options)

        def rcpt(self, *args: Any, **options: Any) -> Any:
            with talk.noting(Stage.RECIPIENT):
                return super().rcpt(*args, **options)

        def data(self, *args: Any, **options: Any) -> Any:
            with talk.noting(Stage.CONTENT):
                return super().data(*args, **options)

        def quit(self) -> Any:
            # the mailer says goodbye also after a failure, and whatever comes of it
            # must not hide what happened to the letter
            try:
                return super().quit()
            except (OSError, smtplib.SMTPException):
                self.close()
                return (smtplib.CRLF, b"")

    return Connection


class _Library:
    """What the mailer takes for ``smtplib``; other threads get the real one."""

    def __init__(self, talk: _Talk) -> None:
        self._ours = _connection(talk)
        self._thread = threading.get_ident()

    def __getattr__(self, name: str) -> Any:
        if name == "SMTP" and threading.get_ident() == self._thread:
            return self._ours
        return getattr(smtplib, name)


@contextlib.contextmanager
def _talking(talk: _Talk) -> Iterator[None]:
    thread = threading.get_ident()

    def of_others(record: logging.LogRecord) -> bool:
        return record.thread != thread

    with _TURN:
        mailer.log.addFilter(of_others)
        mailer.smtplib = _Library(talk)  # type: ignore[assignment] - stands for it
        try:
            yield
        finally:
            mailer.smtplib = smtplib
            mailer.log.removeFilter(of_others)


def _meaning(talk: _Talk, raised: Exception) -> DeliveryError:
    """Return what an error says about the letter, without anything personal."""
    error = talk.error or raised
    if isinstance(error, DeliveryError):
        return error
    if talk.stage is None:
        if isinstance(error, ValueError):  # no address, or no header, can be made of it
            return Refused("The letter cannot be written: check the address")
        return Unreachable(f"The mailer does not work: {type(error).__name__}")
    if isinstance(error, ssl.SSLError):
        return Unreachable("The mail server's certificate cannot be verified")
    code, answer = _reply(error)
    status = _STATUS.match(answer)
    said = " ".join(
        [str(code) if code else type(error).__name__]
        + ([status.group().decode()] if status else [])
    )
    return verdict(talk.stage, code)(f"The server refuses {talk.stage.value}: {said}")


def _reply(error: Exception) -> tuple[int | None, bytes]:
    """Return the server's code and words, None and nothing when it gave none."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        ((code, words),) = error.recipients.values()
        return code, words
    if isinstance(error, smtplib.SMTPResponseException):
        words = error.smtp_error
        return error.smtp_code, words if isinstance(words, bytes) else words.encode()
    return None, b""
