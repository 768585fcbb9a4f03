"""A letter with everything that one can have, and a message taken apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import html5lib

from tests.practices.examples import practice
from tests.web.sites import settings_for
from webapp.app import create_app
from webapp.notify.email import Button, CalendarPart, Fact, Letter, compose

if TYPE_CHECKING:
    from email.message import EmailMessage
    from pathlib import Path

    from flask import Flask

    from webapp.practices.model import Practice

HARBOUR = practice()
LINK = "https://book.example/harbour/booking/0123456789abcdef?a=1&b=2"
LETTER = Letter(
    to="ada@whitcombe.example",
    subject="You’re booked: Monday 23 November, 9:15am",
    heading="You’re booked",
    paragraphs=("Hello Zoë & <b>Ada</b>,", "Your appointment is in our diary."),
    facts=(Fact("When", "Monday 23 November, 9:15am"), Fact("With", "Siân O'Brien")),
    after=("The attached file adds it to your calendar.",),
    buttons=(Button("Change or cancel", LINK), Button("See free times", "https://x.example/")),
    calendar=CalendarPart(b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "PUBLISH"),
)


def outside_a_request(folder: Path) -> Flask:
    """Return the whole app, over a folder of its own."""
    return create_app(settings_for(folder))


def composed(
    letter: Letter = LETTER,
    where: Practice = HARBOUR,
    *,
    sender: str = "bookings@book.example",
    message_id: str = "patient-booked.7.abc",
) -> EmailMessage:
    return compose(letter, where, sender=sender, message_id=message_id)


@dataclass(frozen=True)
class Parts:
    """``html`` is what stands on the page; ``links`` where it leads."""

    text: str
    html: str
    source: str
    links: tuple[str, ...]
    attachments: tuple[EmailMessage, ...]


def parts_of(message: EmailMessage) -> Parts:
    """Take a message apart as a mail program does."""
    # As it arrives, not as it was made.
    plain: Any = message.get_body(preferencelist=("plain",))
    html: Any = message.get_body(preferencelist=("html",))
    source: str = html.get_content()
    root: Any = html5lib.parse(source, namespaceHTMLElements=False)
    body = next(root.iter("body"))
    return Parts(
        text=plain.get_content(),
        html=" ".join("".join(body.itertext()).split()),
        source=source,
        links=tuple(one.get("href") for one in root.iter("a")),
        attachments=tuple(message.iter_attachments()),  # pyright: ignore[reportArgumentType]
    )
