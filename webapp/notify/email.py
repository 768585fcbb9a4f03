"""One e-mail: the same words as text and as HTML, either readable by itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TYPE_CHECKING

from flask import render_template

from webapp import clock

if TYPE_CHECKING:
    from webapp.practices.model import Practice


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of what is so: "When", "Monday 23 November, 9:15am"."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Button:
    """Something to open, and its address."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class CalendarPart:
    """A calendar file for the message. ``method`` is PUBLISH or CANCEL (RFC 5546)."""

    content: bytes
    method: str


@dataclass(frozen=True, slots=True)
class Letter:
    """What a message says. Every text is plain; the HTML is made from the same words."""

    to: str
    subject: str
    heading: str
    paragraphs: tuple[str, ...]
    facts: tuple[Fact, ...] = ()
    after: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()
    calendar: CalendarPart | None = field(default=None, repr=False)


def compose(letter: Letter, practice: Practice, *, sender: str, message_id: str) -> EmailMessage:
    """Return the message: text, HTML, and the calendar file where there is one.

    ``message_id`` (its part before the @) is the promise's own, so that a message that is sent
    again after a crash can be known for the same. Replies go to the practice.
    """
    message = EmailMessage()
    address = sender or practice.email
    # A header is one line: a name that was written on two must not stop the mail.
    name = " ".join(practice.name.split())
    message["From"] = Address(name, addr_spec=address)
    message["To"] = letter.to
    message["Reply-To"] = Address(name, addr_spec=practice.email)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = f"<{message_id}@{address.rpartition('@')[2]}>"
    # So that no out-of-office reply goes back and forth.
    message["Auto-Submitted"] = "auto-generated"
    words = {"letter": letter, "practice": practice}
    message.set_content(render_template("email/letter.txt", **words))
    message.add_alternative(render_template("email/letter.html", **words), subtype="html")
    if letter.calendar is not None:
        message.add_attachment(
            letter.calendar.content,
            maintype="text",
            subtype="calendar",
            filename="appointment.ics",
            params={"method": letter.calendar.method, "charset": "utf-8"},
        )
    return message
