"""Signed, timed tokens in place of a session: nothing is stored, no cookie is needed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from flask import Flask, current_app
from itsdangerous import BadData, BadSignature, SignatureExpired, URLSafeTimedSerializer

if TYPE_CHECKING:
    from collections.abc import Mapping

_KEY = "openslot_tokens"
_LASTS_SECONDS = 2 * 60 * 60
_BYTES = 16


class TokenInvalid(Exception):
    """The token was not made here, or for another practice: start afresh."""


class TokenExpired(Exception):
    """The token was made here, too long ago. ``journey`` is the journey it spoke of."""

    def __init__(self, journey: str) -> None:
        super().__init__("expired")
        self.journey = journey


@dataclass(frozen=True, slots=True)
class Tokens:
    """Makes and reads the tokens of one deployment. ``lasts_seconds`` is a form's lifetime."""

    key: str
    lasts_seconds: int = _LASTS_SECONDS

    def new_journey(self) -> str:
        """Return a fresh journey's id: 128 bits, as text that fits a URL."""
        return secrets.token_urlsafe(_BYTES)

    def sign_journey(self, *, slug: str, journey: str) -> str:
        """Return the token that a form carries: this journey, at this practice, from now."""
        return self._serializer().dumps({"practice": slug, "journey": journey})

    def read_journey(self, token: str, *, slug: str) -> str:
        """Return the journey that a form's token speaks of.

        Raises TokenExpired (with the journey, so that a late form goes on instead of starting a
        second booking) and TokenInvalid.
        """
        try:
            content = self._serializer().loads(token, max_age=self.lasts_seconds)
        except SignatureExpired as error:
            # The signature holds: the journey inside is one of ours.
            content = self._serializer().loads(token)
            raise TokenExpired(self._journey(content, slug)) from error
        except (BadSignature, BadData, ValueError) as error:
            raise TokenInvalid("not ours") from error
        return self._journey(content, slug)

    def outcome_of(self, *, slug: str, journey: str) -> str:
        """Return the secret part of a journey's outcome page: 128 bits.

        Derived, not drawn: every submit of one journey leads to the same page, and only its
        hash needs to be stored.
        """
        return self._derive("outcome", slug, journey)

    def page_of(self, *, slug: str, journey: str) -> str:
        """Return the secret part of a booking's own page, where it can be changed: 128 bits.

        Another than the outcome's, which may be framed and acts on nothing. Derived, so that a
        worker can put it in a message without its being stored.
        """
        return self._derive("page", slug, journey)

    def entry_of(self, *, slug: str, journey: str) -> str:
        """Return the secret part of the page of somebody's place on the ASAP list: 128 bits."""
        return self._derive("asap entry", slug, journey)

    def offer_of(self, *, slug: str, nonce: str) -> str:
        """Return the secret part of an offer's page: 128 bits as 26 small letters and digits.

        It travels in a text message: phones end a link at a dash or a dot, and people read it
        out, so that no other sign stands in it.
        """
        bits = bytes.fromhex(self._derive("asap offer", slug, nonce))
        return base64.b32encode(bits).decode().rstrip("=").lower()

    def _derive(self, purpose: str, slug: str, journey: str) -> str:
        text = f"{purpose}\0{slug}\0{journey}".encode()
        return hmac.new(self.key.encode(), text, hashlib.sha256).hexdigest()[: _BYTES * 2]

    def _serializer(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self.key, salt="openslot journey")

    @staticmethod
    def _journey(content: object, slug: str) -> str:
        match content:
            case {"practice": str(practice), "journey": str(journey)} if practice == slug:
                return journey
            case _:
                raise TokenInvalid("for another practice")


def hash_of(token: str) -> str:
    """Return what is stored of a secret token: enough to find it, not to make it."""
    return hashlib.sha256(token.encode()).hexdigest()


def init_app(app: Flask, key: str) -> None:
    """Give the app its signing key."""
    app.extensions[_KEY] = Tokens(key)


def tokens_of(app: Flask) -> Tokens:
    """Return the tokens of an app that is being wired."""
    return cast("Mapping[str, Tokens]", app.extensions)[_KEY]


def current_tokens() -> Tokens:
    """Return the tokens of this deployment."""
    return cast("Mapping[str, Tokens]", current_app.extensions)[_KEY]
