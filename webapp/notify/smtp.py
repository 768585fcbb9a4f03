"""Hands a message to a mail server, and says what to do when that does not take it."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Generator
    from email.message import EmailMessage

_SECONDS = 20.0
"""For each exchange with the server; far below an outbox claim's lease."""
_PERMANENT = 500
_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


class MailRefused(Exception):
    """The server will never take this message: a person must look. Holds its code alone."""


class MailNotSent(Exception):
    """The server could not be reached, or asked us to come again. Holds no address."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server, by its address: ``smtp``, ``smtp+starttls`` or ``smtps``."""

    url: str

    def send(self, message: EmailMessage) -> None:
        """Send one message. Raises MailRefused or MailNotSent.

        After MailNotSent the server may still have taken it: the message's id tells.
        """
        is_taken = False
        try:
            with self.connected() as connection:
                connection.send_message(message)
                is_taken = True
        except (smtplib.SMTPException, OSError) as error:
            # Once it is taken, how the server says goodbye is no reason to send it again.
            if not is_taken:
                raise _failure(error) from None

    @contextmanager
    def connected(self) -> Generator[smtplib.SMTP]:
        """Connect, secure and log in. Raises smtplib's errors and OSError."""
        parts = urlsplit(self.url)
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        # To read all public authorities takes longer than to send a letter: only who asks them does
        connection = (
            smtplib.SMTP_SSL(host, port, timeout=_SECONDS, context=ssl.create_default_context())
            if parts.scheme == "smtps"
            else smtplib.SMTP(host, port, timeout=_SECONDS)
        )
        with connection:
            if parts.scheme == "smtp+starttls":
                connection.starttls(context=ssl.create_default_context())
            if parts.username:
                connection.login(unquote(parts.username), unquote(parts.password or ""))
            yield connection


def _failure(error: smtplib.SMTPException | OSError) -> MailRefused | MailNotSent:
    match error:
        case smtplib.SMTPRecipientsRefused():
            codes = [code for code, _ in error.recipients.values()]
            return _by_code(max(codes, default=0), "recipient")
        case smtplib.SMTPAuthenticationError() | smtplib.SMTPConnectError():
            # That is about us, not about this message: it goes once an operator has mended it.
            return MailNotSent(f"{type(error).__name__} {error.smtp_code}")
        case smtplib.SMTPResponseException():
            return _by_code(error.smtp_code, type(error).__name__)
        case _:
            return MailNotSent(type(error).__name__)


def _by_code(code: int, what: str) -> MailRefused | MailNotSent:
    words = f"{what} {code}"
    return MailRefused(words) if code >= _PERMANENT else MailNotSent(words)
