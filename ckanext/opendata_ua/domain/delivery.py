"""What may become of a message, and what the answers of a mail server mean.

Reasons are kept in the database and written to logs: they name codes, never people.
"""

from __future__ import annotations

import enum


class DeliveryError(Exception):
    """Say why a message did not leave; the text holds nothing personal."""


class Unreachable(DeliveryError):
    """The whole channel does not work: every message waits, none is to blame."""


class Deferred(DeliveryError):
    """The recipient cannot be reached now: only their messages wait."""


class Refused(DeliveryError):
    """This message will never be taken: asking again would change nothing."""


class Stage(enum.Enum):
    """How far a conversation with a mail server has come."""

    SERVER = "the connection"  # greeting, STARTTLS, sign-in
    SENDER = "the sender"  # MAIL FROM
    RECIPIENT = "the recipient"  # RCPT TO
    CONTENT = "the letter"  # DATA


CLOSING = 421  # RFC 5321, 3.8: may come as the answer to anything
SIGN_IN_FIRST = 530  # RFC 4954, 6
TOO_BIG = 552  # RFC 1870, 6: answered to MAIL FROM when the size is told there


def verdict(stage: Stage, code: int | None) -> type[DeliveryError]:
    """Return what a mail server's answer means for the message (RFC 5321, 4.2.1).

    :param code: reply code, None when the connection broke or nothing came in time
    """
    if code in (CLOSING, SIGN_IN_FIRST) or stage is Stage.SERVER:
        return Unreachable
    if stage is Stage.SENDER:
        return Refused if code == TOO_BIG else Unreachable
    return Refused if code is not None and code >= 500 else Deferred
