"""Reads the reference process's inbox, and spoils the delivery of mail, from a test.

Through ``ReferenceDiary``: ``diary.mails()`` and ``diary.inbox``.
"""

from __future__ import annotations

import base64
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    Control = Callable[..., Any]

_PATIENCE = 120.0


@dataclass(frozen=True, slots=True)
class Attachment:
    """``type`` is the whole header: ``text/calendar; method=REQUEST; charset="utf-8"``."""

    name: str
    type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """One message as it was caught, decoded. ``sender`` and ``to`` are the envelope's."""

    number: int
    sender: str
    to: tuple[str, ...]
    subject: str
    message_id: str
    text: str | None
    html: str | None
    headers: tuple[tuple[str, str], ...]
    attachments: tuple[Attachment, ...]

    def header(self, name: str) -> str | None:
        """Return the first header of that name, whatever its capitals."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


class Inbox:
    """The inbox of one reference process."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def mails(self, to: str | None = None) -> list[Mail]:
        """Return the messages, oldest first; of one recipient if given."""
        found = [_read(each) for each in self._control("GET", "inbox")["mails"]]
        return [mail for mail in found if to is None or to in mail.to]

    def wait_for(self, number: int, *, to: str | None = None) -> list[Mail]:
        """Wait until so many messages have come; return them."""
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            mails = self.mails(to)
            if len(mails) >= number:
                return mails
        raise TimeoutError(f"fewer than {number} messages came")

    def empty(self) -> None:
        self._control("DELETE", "inbox")

    def fault(
        self,
        kind: Literal["refuse", "tempfail", "slow", "drop"],
        *,
        times: int | None = None,
        to: str | None = None,
        seconds: float = 60.0,
        is_kept: bool = True,
    ) -> None:
        """Add a fault; no ``times``: until cleared. ``to``: only for this recipient's mail.

        refuse: 550, and tempfail: 451, both for the recipient. slow: the answer to the message
        takes ``seconds``, or until cleared. drop: the line goes dead in place of that answer.
        ``is_kept`` says whether a slow or dropped message lies in the inbox all the same.
        """
        self._control(
            "POST",
            "inbox/fault",
            {"kind": kind, "times": times, "to": to, "seconds": seconds, "isKept": is_kept},
        )

    def wait_until_faults_hit(self) -> None:
        """Wait until each fault has struck as often as it was to: no sleeping."""
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            if not self._control("GET", "inbox/fault")["faults"]:
                return
        raise TimeoutError("some fault never struck")

    def clear_faults(self) -> None:
        """Clear the faults, and let go the messages that they hold up."""
        self._control("DELETE", "inbox/fault")

    def reset(self) -> None:
        self.clear_faults()
        self.empty()


def _read(each: dict[str, Any]) -> Mail:
    return Mail(
        number=each["number"],
        sender=each["from"],
        to=tuple(each["to"]),
        subject=each["subject"],
        message_id=each["messageId"],
        text=each["text"],
        html=each["html"],
        headers=tuple((name, value) for name, value in each["headers"]),
        attachments=tuple(
            Attachment(one["name"], one["type"], base64.b64decode(one["base64"]))
            for one in each["attachments"]
        ),
    )
