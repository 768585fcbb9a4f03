"""Hands a text message to a gateway that speaks Twilio's Messages API.

Facts are from Twilio's public documentation of the Messages resource, of its error codes and of
"Validating requests".
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import requests
from pydantic import BaseModel, ConfigDict, ValidationError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

_CONNECT_SECONDS, _READ_SECONDS = 5.0, 15.0
"""Together far below an outbox claim's lease."""
_UNSUBSCRIBED = 21610
_BAD_NUMBERS = frozenset({21211, 21214, 21217, 21265, 21612, 21614, 63033})
_ABOUT_US = frozenset({401, 403, 429})
"""Our keys, or our pace: the text goes once that is mended."""
_SERVER_ERROR = 500
_PAGE = 50


_Shape = TypeVar("_Shape", bound=BaseModel)


class TextNotSent(Exception):
    """The gateway has not taken it, and may later: try again. Holds no number and no word."""


class TextUnanswered(Exception):
    """It was handed over and no answer came: it may have been taken. Look before repeating."""


class Refusal(StrEnum):
    """Why a gateway will never take a text."""

    UNSUBSCRIBED = "unsubscribed"
    """The number has said STOP to this sender."""
    BAD_NUMBER = "bad number"
    OTHER = "other"
    """About us, or about the text: a person must look."""


class TextRefused(Exception):
    """The gateway will never take this text. Holds its code alone."""

    def __init__(self, why: Refusal, code: int) -> None:
        super().__init__(f"{why.value}: {code}")
        self.why = why
        self.code = code


@dataclass(frozen=True, slots=True)
class Text:
    """One text. ``to`` is in international form; ``sender`` a number or a messaging service.

    ``receipts_to`` is where the gateway tells what became of it.
    """

    to: str = field(repr=False)
    sender: str
    body: str = field(repr=False)
    receipts_to: str = field(repr=False)


class _Message(BaseModel):
    model_config = ConfigDict(extra="ignore")

    sid: str
    body: str = ""


class _Listing(BaseModel):
    model_config = ConfigDict(extra="ignore")

    messages: tuple[_Message, ...]


class _Fault(BaseModel):
    model_config = ConfigDict(extra="ignore")

    code: int = 0


class TextGateway:
    """A gateway by its address, ``https://ACCOUNT:TOKEN@host/path``. Safe to share."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._account = unquote(parts.username or "")
        self._token = unquote(parts.password or "")
        host = parts.netloc.rpartition("@")[2]
        base = urlunsplit((parts.scheme, host, parts.path.rstrip("/"), "", ""))
        self._messages = f"{base}/Accounts/{quote(self._account, safe='')}/Messages.json"

    def send(self, text: Text) -> str:
        """Hand over a text, once, and return the gateway's own number of it.

        Raises TextRefused, TextNotSent, and TextUnanswered.
        """
        service = "MessagingServiceSid" if text.sender.startswith("MG") else "From"
        form = {
            "To": text.to,
            service: text.sender,
            "Body": text.body,
            "StatusCallback": text.receipts_to,
        }
        try:
            answer = requests.post(
                self._messages,
                data=form,
                auth=(self._account, self._token),
                timeout=(_CONNECT_SECONDS, _READ_SECONDS),
                allow_redirects=False,
            )
        except (requests.ConnectTimeout, requests.exceptions.SSLError) as error:
            raise TextNotSent(type(error).__name__) from None
        except requests.RequestException as error:
            if _never_left(error):
                raise TextNotSent(type(error).__name__) from None
            raise TextUnanswered(type(error).__name__) from None
        if answer.ok:
            return _read(_Message, answer).sid
        raise _failure(answer)

    def look_up(self, text: Text, *, since: date) -> str | None:
        """Return the gateway's number of this very text if it has it from ``since`` on, or None.

        Raises TextNotSent where that cannot be found out.
        """
        try:
            answer = requests.get(
                self._messages,
                params={"To": text.to, "DateSent>": since.isoformat(), "PageSize": str(_PAGE)},
                auth=(self._account, self._token),
                timeout=(_CONNECT_SECONDS, _READ_SECONDS),
                allow_redirects=False,
            )
            if not answer.ok:
                raise TextNotSent(f"looking it up: {answer.status_code}")
            found = _read(_Listing, answer).messages
        except (requests.RequestException, TextUnanswered) as error:
            raise TextNotSent(f"looking it up: {type(error).__name__}") from None
        return next((one.sid for one in found if one.body == text.body), None)

    def is_signed(self, signature: str, url: str, form: Mapping[str, str]) -> bool:
        """Say whether the gateway itself sent this form to this address of ours.

        Twilio signs the whole address followed by each field's name and value, in the order of
        the names, with HMAC-SHA1 by the account's token.
        """
        text = url + "".join(f"{name}{form[name]}" for name in sorted(form))
        right = hmac.new(self._token.encode(), text.encode(), hashlib.sha1).digest()
        return hmac.compare_digest(base64.b64encode(right), signature.encode())


def _never_left(error: requests.RequestException) -> bool:
    """Say whether the connection was never made, so that nothing can have been taken."""
    return "NewConnectionError" in repr(error) or "NameResolutionError" in repr(error)


def _failure(answer: requests.Response) -> TextRefused | TextNotSent | TextUnanswered:
    status = answer.status_code
    if status in _ABOUT_US:
        return TextNotSent(f"{status}")
    if status >= _SERVER_ERROR:
        # It may have been taken before that went wrong.
        return TextUnanswered(f"{status}")
    try:
        code = _Fault.model_validate_json(answer.content).code
    except ValidationError:
        code = 0
    if code == _UNSUBSCRIBED:
        return TextRefused(Refusal.UNSUBSCRIBED, code)
    if code in _BAD_NUMBERS:
        return TextRefused(Refusal.BAD_NUMBER, code)
    return TextRefused(Refusal.OTHER, code or status)


def _read(shape: type[_Shape], answer: requests.Response) -> _Shape:
    try:
        return shape.model_validate_json(answer.content)
    except ValidationError:
        raise TextUnanswered("unintelligible") from None
