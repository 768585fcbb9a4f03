"""The gateway itself: takes texts, sends them on in its own time, and takes replies. No HTTP."""

from __future__ import annotations

import secrets
from functools import partial
from typing import TYPE_CHECKING, cast

from flask import current_app

from webapp.reference.texts import webhooks
from webapp.reference.texts.account import SERVICE_SENDER
from webapp.reference.texts.courier import Courier
from webapp.reference.texts.faults import TextFaultKind, TextFaultPlan
from webapp.reference.texts.messages import Direction, Status, Text, Told, is_name, is_phone
from webapp.reference.texts.optout import Wish, read_wish
from webapp.reference.texts.sending import Code, Refused
from webapp.reference.texts.textbox import TextBox

if TYPE_CHECKING:
    from flask import Flask

    from webapp.reference.clock import Clock
    from webapp.reference.texts.faults import TextFault
    from webapp.reference.texts.sending import Sending

_EXTENSION = "openslot-reference-texts"
_MOMENT_SECONDS = 0.05
"""Between one status and the next, the first included: the answer is there before the webhook."""


class Gateway:
    """One account's texts and faults. Every method may be called from any thread.

    ``inbound_url`` is where replies go; without one they are kept and nobody is told.
    """

    def __init__(self, clock: Clock, inbound_url: str | None = None) -> None:
        self.box = TextBox()
        self.faults = TextFaultPlan()
        self.inbound_url = inbound_url
        self._first_inbound_url = inbound_url
        self._clock = clock
        self._courier = Courier()

    @classmethod
    def of_this_app(cls) -> Gateway:
        return cast("Gateway", current_app.extensions[_EXTENSION])

    def serve_in(self, app: Flask) -> None:
        app.extensions[_EXTENSION] = self

    def accept(self, asked: Sending, fault: TextFault | None = None) -> Text:
        """Keep a text and begin to send it on; raises ``Refused`` for who opted out."""
        sender = asked.sender or SERVICE_SENDER
        now = self._clock.now()
        text = Text(
            sid=_new_sid(),
            to=asked.to,
            sender=sender,
            body=asked.body,
            status=Status.ACCEPTED if asked.service_sid else Status.QUEUED,
            received_at=now,
            updated_at=now,
            service_sid=asked.service_sid,
            callback_url=asked.callback_url,
        )
        if self.box.has_opted_out(text.to, text.list_keeper):
            raise Refused(Code.OPTED_OUT, f"{text.to} has opted out of texts from this sender.")
        self.box.put(text)
        self._courier.run(partial(self._carry, text, fault))
        return text

    def reply(self, *, phone: str, to: str, words: str) -> Text:
        """Take a text that a phone sends, and tell the site before returning.

        Raises ``ValueError`` where no phone could have sent it, or not to there.
        """
        if not is_phone(phone):
            raise ValueError(f"{phone!r} is no phone number")
        if is_name(to):
            raise ValueError("nobody can reply to a name: such texts go one way")
        if not words:
            raise ValueError("a reply needs words")
        before = self.box.find_last_sent(phone=phone, sender=to)
        now = self._clock.now()
        text = Text(
            sid=_new_sid(),
            to=to,
            sender=phone,
            body=words,
            status=Status.RECEIVED,
            received_at=now,
            updated_at=now,
            direction=Direction.IN,
            service_sid=before.service_sid if before else None,
            sent_at=now,
        )
        keeper = text.service_sid or to
        wish = read_wish(words)
        if wish is Wish.STOP:
            self.box.opt_out(phone, keeper)
        elif wish is Wish.START:
            self.box.opt_in(phone, keeper)
        self.box.put(text)
        if self.inbound_url is None:
            told = Told(text.status, silence="no address for replies is set")
        else:
            told = webhooks.tell_reply(text, self.inbound_url)
        self.box.note(text.sid, told)
        return self.box.find(text.sid) or text

    def reset(self) -> None:
        """Go back to how all began: no texts, nobody opted out, no faults, the first address."""
        self.faults.clear()
        self.box.empty()
        self.inbound_url = self._first_inbound_url

    def stop(self) -> None:
        """Let go what a fault holds up, and send nothing on any more."""
        self.faults.clear()
        self._courier.stop()

    def _carry(self, text: Text, fault: TextFault | None) -> None:
        """Take a text through its statuses; a reset on the way makes it stop."""
        for status in _list_steps(text, fault):
            if self._courier.pause(_MOMENT_SECONDS):
                return
            is_bad = status in {Status.UNDELIVERED, Status.FAILED}
            error_code = fault.error_code if fault and is_bad else None
            moved = self.box.move(text.sid, status, at=self._clock.now(), error_code=error_code)
            if moved is None:
                return
            told = None if _is_silent(fault) else webhooks.tell_status(moved)
            if told is not None:
                self.box.note(text.sid, told)


def _list_steps(text: Text, fault: TextFault | None) -> list[Status]:
    """Return the statuses that follow the first, which nobody is called back for.

    From Twilio's guide "Outbound message status in status callbacks".
    """
    first = [Status.QUEUED] if text.status is Status.ACCEPTED else []
    if fault is not None and fault.kind is TextFaultKind.FAILED:
        return [*first, Status.FAILED]
    if fault is not None and fault.kind is TextFaultKind.UNDELIVERED:
        return [*first, Status.SENT, Status.UNDELIVERED]
    return [*first, Status.SENT, Status.DELIVERED]


def _is_silent(fault: TextFault | None) -> bool:
    return fault is not None and fault.kind is TextFaultKind.SILENT


def _new_sid() -> str:
    return f"SM{secrets.token_hex(16)}"
