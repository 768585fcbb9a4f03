"""Reads what Updox answers, and judges by its code what is to be done next. Pure.

Updox answers HTTP 200 whatever came of it ("API Method AppointmentsSync"), so that its document
alone tells; booleans come as such or as text (the same page writes ``"true | false"``). The codes
are those of its pages "Error Codes" and "General Error Set". The shape of a ping's answer is on no
page that we have: it is taken to be the same, without ``statuses``.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import cast

from webapp.diaries.documents import read_object

OK = 2000
_HTTP_OK = 200
_SERVER_TROUBLE = range(5000, 6000)
_RETRY = "then flask --app wsgi outbox retry --parked"
_CREDENTIALS = (
    "Updox does not accept updox.application_id with updox.application_password ({code}): compare "
    f"both with its letter, {_RETRY}"
)
_ACCOUNT = (
    "Updox knows no active practice by updox.account_id ({code}): compare it with its letter, "
    f"{_RETRY}"
)
_USER = (
    "Updox asks for a user, whom this call does not name ({code}): have it let updox.account_id "
    f"sync appointments by itself, {_RETRY}"
)
_MENDS = {
    4010: _CREDENTIALS,
    4011: _ACCOUNT,
    4012: _USER,
    4013: _CREDENTIALS,
    4014: _CREDENTIALS,
    4110: _ACCOUNT,
    4131: _ACCOUNT,
}
"""What a person must mend before anything is taken, by code."""
_WORDS = ("date", "calendar", "location", "patient", "duration", "type")
"""What a refusal may be about. No more of its text is kept: it could repeat anything."""


class Verdict(enum.Enum):
    """What is to be done after an answer."""

    TAKEN = enum.auto()
    """The batch was taken; ``statuses`` say what of it."""
    LATER = enum.auto()
    """Nothing is certain: the same again, after a while. Telling twice does no harm."""
    MEND = enum.auto()
    """Nobody will be let in until a person has mended a setting."""
    REFUSED = enum.auto()
    """Something in it is wrong, or it is too much at once: fewer may be taken."""


@dataclass(frozen=True, slots=True)
class Status:
    """What Updox said of one appointment. ``about`` is one word of ours, or nothing."""

    is_taken: bool
    about: str = ""
    updox_id: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it was judged. ``reason`` is for operators, and holds no word of Updox's."""

    verdict: Verdict
    reason: str = ""
    statuses: dict[str, Status] = field(default_factory=dict[str, Status])
    """By the id that was told; of one that is not here nothing is known."""
    unnamed: tuple[Status, ...] = ()
    """Those without an id: so it has been seen to refuse what it could not read."""


def read_answer(http_status: int, body: bytes) -> Answer:
    """Judge an answer."""
    if http_status != _HTTP_OK:
        return Answer(
            Verdict.LATER, f"HTTP {http_status}: if it stays, check updox.url and updox.path"
        )
    document = read_object(body)
    code = _number(document.get("responseCode")) if document else None
    if document is None or code is None:
        return Answer(
            Verdict.LATER, "no answer of Updox's: if it stays, check updox.url and updox.path"
        )
    if code in _MENDS:
        return Answer(Verdict.MEND, _MENDS[code].format(code=code))
    if code in _SERVER_TROUBLE:
        return Answer(Verdict.LATER, f"Updox has trouble of its own ({code})")
    if code != OK:
        return Answer(Verdict.REFUSED, f"Updox answered {code}")
    if _truth(document.get("successful")) is not True:
        return Answer(Verdict.LATER, f"Updox answered {code}, and not that it was successful")
    named, unnamed = _statuses(document.get("statuses"))
    return Answer(Verdict.TAKEN, "", named, unnamed)


def _statuses(found: object) -> tuple[dict[str, Status], tuple[Status, ...]]:
    named: dict[str, Status] = {}
    unnamed: list[Status] = []
    for one in cast("list[object]", found) if isinstance(found, list) else []:
        if not isinstance(one, dict):
            continue
        entry = cast("dict[str, object]", one)
        status, key = _status(entry), _text(entry.get("id"))
        if status is None:
            continue
        if not key:
            unnamed.append(status)
        # Said twice, the worse of it counts
        elif key not in named or named[key].is_taken:
            named[key] = status
    return named, tuple(unnamed)


def _status(entry: dict[str, object]) -> Status | None:
    is_taken = _truth(entry.get("success"))
    if is_taken is None:
        return None
    if is_taken:
        return Status(is_taken=True, updox_id=_text(entry.get("updoxId"))[:64])
    words = _text(entry.get("message")).lower()
    return Status(is_taken=False, about=next((one for one in _WORDS if one in words), ""))


def _truth(value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(_text(value).strip().lower())


def _number(value: object) -> int | None:
    text = _text(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < len("100000") else None


def _text(value: object) -> str:
    is_plain = isinstance(value, str | int) and not isinstance(value, bool)
    return str(value) if is_plain else ""
