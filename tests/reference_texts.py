"""Reads the texts that the reference gateway took, replies as a phone, and spoils sending.

Through ``ReferenceDiary``: ``diary.texts``. Give the site ``OPENSLOT_SMS_URL=diary.sms_url``.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    Control = Callable[..., Any]

ACCOUNT_SID = "AC" + "0" * 32
AUTH_TOKEN = "demo-texts-token"
"""What the gateway lets in, and what it signs its webhooks with."""

PATIENT = "+447700900123"
PRACTICE = "+447700900456"
"""A phone and a practice's number to text it from; any others will do as well."""

_PATIENCE = 120.0
_LINK = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True)
class Told:
    """One webhook: of which status, and the HTTP status that the site answered with.

    ``answer`` is none where there was none, and ``silence`` then says why.
    """

    status: str
    answer: int | None
    silence: str


@dataclass(frozen=True, slots=True)
class Text:
    """One text as the gateway has it. ``sender`` and ``to`` are numbers as E.164 writes them."""

    to: str
    sender: str
    body: str
    status: str
    """Twilio's word: accepted, queued, sent, delivered, undelivered, failed; a reply: received."""
    sid: str
    received_at: datetime
    error_code: int | None
    service_sid: str | None
    status_callback: str | None
    encoding: str
    """GSM-7 or UCS-2."""
    characters: int
    segments: int
    told: tuple[Told, ...]

    @property
    def links(self) -> list[str]:
        """The addresses that a phone would let its owner tap."""
        return _LINK.findall(self.body)


class Texts:
    """The text gateway of one reference process."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def texts(self, to: str | None = None) -> list[Text]:
        """Return the texts that were sent, oldest first; to one number if given."""
        found = [_read(each) for each in self._control("GET", "texts")["texts"]]
        return [text for text in found if to in {None, text.to}]

    def replies(self) -> list[Text]:
        """Return the texts that came in from phones, oldest first."""
        return [_read(each) for each in self._control("GET", "texts")["replies"]]

    def wait_for(
        self, number: int, *, to: str | None = None, status: str | None = None
    ) -> list[Text]:
        """Wait until so many texts have come, or have come to that status; return them."""
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            texts = [text for text in self.texts(to) if status in {None, text.status}]
            if len(texts) >= number:
                return texts
        raise TimeoutError(f"fewer than {number} texts came")

    def wait_until_told(self, text: Text, status: str) -> Text:
        """Wait until the site was called back with that status, or could not be; return it."""
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            for now in self.texts():
                if now.sid == text.sid and any(told.status == status for told in now.told):
                    return now
        raise TimeoutError(f"nobody was told that the text was {status}")

    def reply(self, words: str, *, to: Text) -> Text:
        """Answer a text as its phone, and return the reply when the site has been told.

        Who was told, and what it answered, stands in the reply's ``told``. STOP and its like make
        the gateway refuse further texts from that sender until START. An ``HTTPError`` (400)
        where the text came from a name: nobody can reply to one.
        """
        return self.write(words, phone=to.to, to=to.sender)

    def write(self, words: str, *, phone: str = PATIENT, to: str = PRACTICE) -> Text:
        """Send a text from a phone that need not have got one; else as ``reply``."""
        body = {"from": phone, "to": to, "words": words}
        return _read(self._control("POST", "texts/reply", body)["reply"])

    def set_inbound_url(self, url: str | None) -> None:
        """Say where replies go, until the next reset; none: nobody is told of them."""
        self._control("POST", "texts/inbound-url", {"url": url})

    def empty(self) -> None:
        """Forget all texts, and who opted out."""
        self._control("DELETE", "texts")

    def fault(
        self,
        kind: Literal[
            "refuse",
            "tempfail",
            "ratelimit",
            "slow",
            "drop_before",
            "drop_after",
            "rubbish",
            "undelivered",
            "failed",
            "silent",
        ],
        *,
        doing: Literal["send", "look"] = "send",
        times: int | None = None,
        to: str | None = None,
        seconds: float = 60.0,
        error_code: int | None = None,
        is_kept: bool = True,
    ) -> None:
        """Add a fault; no ``times``: until cleared. ``to``: only for texts to this number.

        refuse: 400, 21211. tempfail: 500. ratelimit: 429, with ``seconds`` as Retry-After. slow:
        the answer takes ``seconds``, or until cleared. drop_before and drop_after: the line goes
        dead, and the text is not kept or is. rubbish: a web page for an answer. ``is_kept`` says
        whether a text with a slow or rubbish answer is kept all the same (as it is at once).
        undelivered (30003) and failed (30001), or ``error_code``: what becomes of it later.
        silent: it arrives, and nobody is called back. ``doing="look"`` strikes listing and
        fetching in place of sending.
        """
        self._control(
            "POST",
            "texts/fault",
            {
                "kind": kind,
                "doing": doing,
                "times": times,
                "to": to,
                "seconds": seconds,
                "errorCode": error_code,
                "isKept": is_kept,
            },
        )

    def wait_until_faults_hit(self) -> None:
        """Wait until each fault has struck as often as it was to: no sleeping."""
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            if not self._control("GET", "texts/fault")["faults"]:
                return
        raise TimeoutError("some fault never struck")

    def clear_faults(self) -> None:
        """Clear the faults, and let go the answers that they hold up."""
        self._control("DELETE", "texts/fault")

    def reset(self) -> None:
        """Go back to the start: no texts, nobody opted out, no faults, the first inbound URL."""
        self._control("POST", "texts/reset")


def make_sms_url(url: str) -> str:
    """Return the gateway's address, account and token in it, on the server at ``url``."""
    return url.replace("://", f"://{ACCOUNT_SID}:{AUTH_TOKEN}@") + "/sms/2010-04-01"


def _read(each: dict[str, Any]) -> Text:
    return Text(
        to=each["to"],
        sender=each["from"],
        body=each["body"],
        status=each["status"],
        sid=each["sid"],
        received_at=datetime.fromisoformat(each["receivedAt"]),
        error_code=each["errorCode"],
        service_sid=each["messagingServiceSid"],
        status_callback=each["statusCallback"],
        encoding=each["encoding"],
        characters=each["characters"],
        segments=each["segments"],
        told=tuple(Told(**told) for told in each["told"]),
    )
