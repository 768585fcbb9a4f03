"""What stands in a message that the site sent."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.reference_mail import Mail

_BUTTON = re.compile(r'<a href="(http[^"]+)"')
_FOLD = re.compile(r"\r?\n[ \t]")


def button_of(mail: Mail) -> str:
    """Return the address that the one button leads to; the text must name it as well."""
    assert mail.html is not None
    assert mail.text is not None
    (address,) = _BUTTON.findall(mail.html)
    assert unescape(address) in mail.text
    return unescape(address)


def event_of(mail: Mail) -> dict[str, str]:
    """Return the calendar file of a message, its lines by their names."""
    (file,) = mail.attachments
    assert file.type.startswith("text/calendar")
    assert file.name == "appointment.ics"
    return read_event(file.content.decode())


def read_event(text: str) -> dict[str, str]:
    """Return the lines of a calendar file by their names, ``DTSTART;TZID=…`` included."""
    calendar, begin, event = _FOLD.sub("", text).partition("BEGIN:VEVENT")
    assert begin, text
    lines = [*calendar.splitlines(), *event.partition("END:VEVENT")[0].splitlines()]
    return dict(line.split(":", 1) for line in lines if ":" in line)


def kind_of(mail: Mail) -> str:
    """Return the kind of promise that the message keeps, with which its identity begins."""
    return mail.message_id.lstrip(" <").partition(".")[0]
