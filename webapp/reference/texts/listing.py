"""Looks texts up as Twilio's Messages resource does: filters, and pages from the newest on.

Filters are ``To``, ``From`` and the date of sending in GMT: ``DateSent`` on that day, ``DateSent>``
from that day on, ``DateSent<`` up to and including it. As Twilio has it, only the page's token
says where a page begins: ``Page`` is the caller's own count. Ours: a text that is not on its way
yet is filtered by when it came.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from webapp.reference.texts.sending import Code, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from webapp.reference.texts.messages import Text

_USUAL_PAGE, _LARGEST_PAGE = 50, 1000
_TOKEN = "PA"  # noqa: S105 - what a page's token begins with


@dataclass(frozen=True, slots=True)
class Page:
    """Some texts, newest first, and where the next and the previous page begin, if any."""

    texts: Sequence[Text]
    number: int
    size: int
    next_token: str | None
    previous_token: str | None

    @property
    def start(self) -> int:
        return self.number * self.size


def look_up(texts: Sequence[Text], query: Mapping[str, str]) -> Page:
    """Return the page that ``query`` asks for, of texts given oldest first.

    Raises ``Refused`` for a date or a number that cannot be read.
    """
    size = min(max(_read_number(query, "PageSize", _USUAL_PAGE), 1), _LARGEST_PAGE)
    wanted = _Filter.read(query)
    found = [text for text in reversed(texts) if wanted.lets_through(text)]
    start = _find_start(found, query.get("PageToken"))
    after = start + size
    return Page(
        texts=found[start:after],
        number=_read_number(query, "Page", 0),
        size=size,
        next_token=_TOKEN + found[after - 1].sid if after < len(found) else None,
        previous_token=_TOKEN + found[start - size - 1].sid if start > size else None,
    )


@dataclass(frozen=True, slots=True)
class _Filter:
    to: str | None
    sender: str | None
    on: date | None
    since: date | None
    until: date | None

    @classmethod
    def read(cls, query: Mapping[str, str]) -> _Filter:
        return cls(
            query.get("To") or None,
            query.get("From") or None,
            _read_day(query, "DateSent"),
            _read_day(query, "DateSent>"),
            _read_day(query, "DateSent<"),
        )

    def lets_through(self, text: Text) -> bool:
        day = (text.sent_at or text.received_at).astimezone(UTC).date()
        return (
            self.to in {None, text.to}
            and self.sender in {None, text.sender}
            and self.on in {None, day}
            and (self.since is None or day >= self.since)
            and (self.until is None or day <= self.until)
        )


def _find_start(found: Sequence[Text], token: str | None) -> int:
    if not token:
        return 0
    for place, text in enumerate(found):
        if _TOKEN + text.sid == token:
            return place + 1
    raise Refused(Code.UNREADABLE_PARAMETER, "PageToken is none that was handed out.")


def _read_day(query: Mapping[str, str], name: str) -> date | None:
    value = query.get(name)
    if not value:
        return None
    try:
        # Twilio's own libraries write a whole moment here, with a Z.
        return datetime.fromisoformat(value).date()
    except ValueError as error:
        raise Refused(Code.UNREADABLE_PARAMETER, f"{name} is no date.") from error


def _read_number(query: Mapping[str, str], name: str, otherwise: int) -> int:
    value = query.get(name)
    if not value:
        return otherwise
    if not (value.isascii() and value.isdigit()):
        raise Refused(Code.UNREADABLE_PARAMETER, f"{name} is no number.")
    return int(value)
