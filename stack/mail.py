"""The mail catcher: whatever the portal sends lies as a file in one folder."""

from __future__ import annotations

import email
import email.policy
import smtplib
from email.message import EmailMessage
from pathlib import Path

from stack import processes
from stack.layout import Layout
from stack.processes import Service
from stack.terminal import say

NAME = "mail"
PROGRAM = Path(__file__).parent / "services" / "mail_catcher.py"


def service(site: Layout) -> Service:
    """Describe the running catcher."""
    site.mail.mkdir(parents=True, exist_ok=True)
    return Service(
        name=NAME,
        command=[site.program("python"), PROGRAM, str(site.mail_port), site.mail],
        cwd=site.mail,
        port=site.mail_port,
        ready=lambda: _answers(site),
        inputs=PROGRAM.read_text(),
    )


def _answers(site: Layout) -> bool:
    try:
        with smtplib.SMTP("127.0.0.1", site.mail_port, timeout=3) as link:
            return link.noop()[0] == 250
    except (OSError, smtplib.SMTPException):
        return False


def ensure(site: Layout) -> bool:
    """Have the catcher run; True when it was started."""
    return processes.ensure(site, service(site))


def stop(site: Layout) -> bool:
    """Stop the catcher."""
    return processes.stop(site, NAME)


def letters(site: Layout) -> list[EmailMessage]:
    """Return the letters, oldest first."""
    found = []
    for path in sorted(site.mail.glob("*.eml")):
        letter = email.message_from_bytes(
            path.read_bytes(), policy=email.policy.default
        )
        assert isinstance(letter, EmailMessage)  # noqa: S101 - the default policy's
        found.append(letter)
    return found


def show(site: Layout) -> None:
    """Print the letters as a person reads them."""
    caught = letters(site)
    for number, letter in enumerate(caught, 1):
        say(f"── {number} of {len(caught)} " + "─" * 60)
        for name in ("Date", "From", "To", "Cc", "Reply-To", "Subject"):
            if letter[name]:
                say(f"{name}: {letter[name]}")
        body = letter.get_body(("plain", "html"))
        say()
        say(str(body.get_content()).rstrip() if body else "(no text)")
        for part in letter.iter_attachments():
            say(f"[attached: {part.get_filename() or part.get_content_type()}]")
        say()
    say(f"{len(caught)} letter(s) in {site.mail}" if caught else "No letters yet.")
