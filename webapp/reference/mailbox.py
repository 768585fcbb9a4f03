"""Keeps the mail that was caught, taken apart into what a person and a test look at."""

from __future__ import annotations

import email
import email.policy
import threading
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, cast

from flask import current_app

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from email.message import EmailMessage, MIMEPart

    from flask import Flask

    from webapp.reference.clock import Clock

_EXTENSION = "openslot-reference-mailbox"


class MailFaultKind(StrEnum):
    """A way for a mail server to fail."""

    REFUSE = "refuse"
    """550 for the recipient: for good."""
    TEMPFAIL = "tempfail"
    """451 for the recipient: come again later."""
    SLOW = "slow"
    """The answer to the message takes ``seconds``, or until the faults are cleared."""
    DROP = "drop"
    """The message comes in, and the line goes dead without an answer."""

    @property
    def is_for_the_recipient(self) -> bool:
        """Whether it strikes when the recipient is named, before there is a message."""
        return self in {MailFaultKind.REFUSE, MailFaultKind.TEMPFAIL}


@dataclass(slots=True)
class MailFault:
    """One thing to go wrong: for whose mail (none: anybody's), how often (none: until cleared)."""

    kind: MailFaultKind
    times: int | None = None
    to: str | None = None
    seconds: float = 60.0
    is_kept: bool = True
    """Whether a message that was slow or dropped lies in the inbox all the same."""
    cleared: threading.Event = field(default_factory=threading.Event)

    def wait(self) -> None:
        self.cleared.wait(self.seconds)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is not the message itself."""

    name: str
    type: str
    """Such as ``text/calendar``, and its parameters as they were sent."""
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """One message. ``sender`` and ``recipients`` are the envelope's, whatever the headers say."""

    number: int
    received_at: datetime
    sender: str
    recipients: tuple[str, ...]
    headers: tuple[tuple[str, str], ...]
    text: str | None
    html: str | None
    attachments: tuple[Attachment, ...]
    raw: bytes

    def header(self, name: str) -> str:
        """Return the first header of that name, decoded; empty where there is none."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


class Mailbox:
    """The inbox and its faults. Every method may be called from any thread."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._mails: list[Mail] = []
        self._caught = 0
        self._waiting: list[MailFault] = []
        self._hit: list[MailFault] = []

    @classmethod
    def of_this_app(cls) -> Mailbox | None:
        """Return the app's mailbox, where it has one."""
        return cast("Mailbox | None", current_app.extensions.get(_EXTENSION))

    def serve_in(self, app: Flask) -> None:
        app.extensions[_EXTENSION] = self

    def put(self, *, sender: str, recipients: Iterable[str], raw: bytes) -> None:
        """Add a message, as it came."""
        message = email.message_from_bytes(raw, policy=email.policy.default)
        text, html, attachments = _take_apart(message)
        with self._lock:
            self._caught += 1
            self._mails.append(
                Mail(
                    number=self._caught,
                    received_at=self._clock.now(),
                    sender=sender,
                    recipients=tuple(recipients),
                    headers=tuple((name, str(value)) for name, value in message.items()),
                    text=text,
                    html=html,
                    attachments=attachments,
                    raw=raw,
                )
            )

    def all(self) -> list[Mail]:
        """Return everything, oldest first."""
        with self._lock:
            return list(self._mails)

    def find(self, number: int) -> Mail | None:
        return next((mail for mail in self.all() if mail.number == number), None)

    def empty(self) -> None:
        with self._lock:
            self._mails.clear()

    def add_fault(self, fault: MailFault) -> None:
        with self._lock:
            self._waiting.append(fault)

    def faults(self) -> list[MailFault]:
        with self._lock:
            return list(self._waiting)

    def clear_faults(self) -> None:
        """Forget all faults and let go the messages that they hold up."""
        with self._lock:
            for fault in (*self._waiting, *self._hit):
                fault.cleared.set()
            self._waiting.clear()
            self._hit.clear()

    def hit(self, recipients: Iterable[str], *, for_the_recipient: bool) -> MailFault | None:
        """Return the earliest fault that strikes now, and count it."""
        named = set(recipients)
        with self._lock:
            for fault in self._waiting:
                if fault.kind.is_for_the_recipient != for_the_recipient:
                    continue
                if fault.to is None or fault.to in named:
                    self._count(fault)
                    return fault
        return None

    def _count(self, fault: MailFault) -> None:
        if fault not in self._hit:
            self._hit.append(fault)
        if fault.times is None:
            return
        fault.times -= 1
        if fault.times <= 0:
            self._waiting.remove(fault)


def _take_apart(
    message: EmailMessage,
) -> tuple[str | None, str | None, tuple[Attachment, ...]]:
    plain = message.get_body(preferencelist=("plain",))
    html = message.get_body(preferencelist=("html",))
    bodies = {id(part) for part in (plain, html) if part is not None}
    others = [
        part
        for part in message.walk()
        if not part.is_multipart() and id(part) not in bodies and _bytes_of(part)
    ]
    attachments = tuple(
        Attachment(
            name=part.get_filename() or f"part-{at}",
            type=str(part.get("Content-Type", "application/octet-stream")),
            content=_bytes_of(part),
        )
        for at, part in enumerate(others, start=1)
    )
    return (
        _text_of(plain) if plain is not None else None,
        _text_of(html) if html is not None else None,
        attachments,
    )


def _text_of(part: MIMEPart) -> str:
    try:
        return _bytes_of(part).decode(part.get_content_charset("utf-8"), errors="replace")
    except LookupError:
        return _bytes_of(part).decode("utf-8", errors="replace")


def _bytes_of(part: MIMEPart) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""
