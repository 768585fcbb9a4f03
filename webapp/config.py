"""Typed settings from the environment, checked at start."""

from __future__ import annotations

import ipaddress
import os
import secrets
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import URL

_DEMO = Path(__file__).parent / "practices" / "demo"
_SHORTEST_SECRET = 32
_MAKE = "make one with python -c 'import secrets; print(secrets.token_hex(32))'"
_OR_DEVELOP = (
    "and give every process the same (or set OPENSLOT_MODE=development on your own machine)"
)


class SettingsError(Exception):
    """A setting is wrong. The text is one sentence a mistake, with where it is and the mend."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


class Mode(StrEnum):
    """Whether patients use it. Production is the default: nothing unsafe happens by omission."""

    PRODUCTION = "production"
    DEVELOPMENT = "development"


class Switch(StrEnum):
    """Something that is on or off."""

    ON = "on"
    OFF = "off"


class Settings(BaseSettings):
    """What a deployment decides, each as ``OPENSLOT_`` and the field's name in capitals."""

    model_config = SettingsConfigDict(
        env_prefix="OPENSLOT_", env_ignore_empty=True, frozen=True, extra="ignore"
    )

    mode: Mode = Mode.PRODUCTION
    practices: Path = _DEMO
    """Folder of TOML files, one a practice; the bundled demo without it."""
    instance: Path = Path("instance")
    """Folder for what the site keeps: the SQLite file, and the development key."""
    database_url: str = ""
    redis_url: str = ""
    secret_key: SecretStr = SecretStr("")
    base_url: str = ""
    """How links in messages and calendar files begin, such as ``https://book.example``."""
    smtp_url: SecretStr = SecretStr("")
    """Where mail goes: ``smtp://``, ``smtp+starttls://`` or ``smtps://user:password@host:port``."""
    mail_from: str = ""
    """The address that mail comes from; each practice's own without it."""
    sms_url: SecretStr = SecretStr("")
    """Where texts go: a gateway that speaks Twilio's Messages API, with account and token, such
    as ``https://ACCOUNT:TOKEN@api.twilio.com/2010-04-01``."""
    metrics_token: SecretStr = SecretStr("")
    """What a scraper of ``/metrics`` must present; without it only this machine may ask."""
    rate_limits: Switch = Switch.ON
    trusted_proxies: Annotated[int, Field(ge=0, le=5)] = 0
    """How many reverse proxies of our own stand in front and set X-Forwarded-For and -Proto."""

    @field_validator("base_url")
    @classmethod
    def _has_no_slash_at_its_end(cls, value: str) -> str:
        if value and not value.startswith(("https://", "http://")):
            raise ValueError("must begin with https:// or http://")
        return value.rstrip("/")

    @field_validator("smtp_url")
    @classmethod
    def _is_a_mail_server(cls, value: SecretStr) -> SecretStr:
        text = value.get_secret_value()
        if text and urlsplit(text).scheme not in {"smtp", "smtp+starttls", "smtps"}:
            raise ValueError("must begin with smtp://, smtp+starttls:// or smtps://")
        return value

    @field_validator("sms_url")
    @classmethod
    def _is_a_text_gateway(cls, value: SecretStr) -> SecretStr:
        text = value.get_secret_value()
        if not text:
            return value
        parts = urlsplit(text)
        if parts.scheme != "https" and not is_here(parts.hostname or ""):
            raise ValueError("must begin with https://")
        if not (parts.hostname and parts.username and parts.password):
            raise ValueError("must hold account, token and host: https://ACCOUNT:TOKEN@host/path")
        return value

    @property
    def links_begin(self) -> str:
        """How links in messages begin.

        Raises SettingsError in production without OPENSLOT_BASE_URL.
        """
        if not self.base_url and self.mode is Mode.PRODUCTION:
            raise SettingsError(
                [
                    (
                        "OPENSLOT_BASE_URL is not set: links in messages begin with it; give the "
                        "site's address, such as https://book.example."
                    )
                ]
            )
        return self.base_url or "http://127.0.0.1:8700"

    @property
    def mail_server(self) -> str:
        """Where mail goes, or nothing in development.

        Raises SettingsError in production without OPENSLOT_SMTP_URL: a practice must hear of
        trouble, and a patient of what was promised.
        """
        url = self.smtp_url.get_secret_value()
        if not url and self.mode is Mode.PRODUCTION:
            raise SettingsError(
                [
                    (
                        "OPENSLOT_SMTP_URL is not set: patients and practices are told by e-mail; "
                        "give a mail server, such as smtp+starttls://user:password@mail.example:587."
                    )
                ]
            )
        return url

    @property
    def uses_the_demo(self) -> bool:
        return self.practices == _DEMO

    def database(self) -> str:
        """Return the database's URL: by default a SQLite file in the instance folder."""
        if self.database_url:
            return self.database_url
        self.instance.mkdir(parents=True, exist_ok=True)
        path = str((self.instance / "openslot.sqlite").resolve())
        return URL.create("sqlite", database=path).render_as_string()

    def signing_key(self) -> str:
        """Return the key that signs tokens.

        In development one is made and kept in the instance folder. Raises SettingsError in
        production without a key, or with one that is too short to be a secret.
        """
        key = self.secret_key.get_secret_value()
        if key:
            if len(key) < _SHORTEST_SECRET and self.mode is Mode.PRODUCTION:
                raise SettingsError(
                    [f"OPENSLOT_SECRET_KEY is shorter than {_SHORTEST_SECRET} characters: {_MAKE}."]
                )
            return key
        if self.mode is Mode.PRODUCTION:
            raise SettingsError([f"OPENSLOT_SECRET_KEY is not set: {_MAKE}, {_OR_DEVELOP}."])
        return _kept_key(self.instance / "secret_key")


def is_here(host: str) -> bool:
    """Say whether a host is this machine: what is said to it, nobody else can hear."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _kept_key(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        # Written whole, then named unless another was quicker: processes that start together
        # agree on one key, and none reads it half written.
        with NamedTemporaryFile("w", dir=path.parent) as file, suppress(FileExistsError):
            file.write(secrets.token_hex(32))
            file.flush()
            os.link(file.name, path)
    return path.read_text().strip()


def read_settings() -> Settings:
    """Read the settings from the environment. Raises SettingsError, a sentence a mistake."""
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError(
            [
                f"OPENSLOT_{str(one['loc'][0]).upper()} is wrong: {_words_of(one['msg'])}."
                for one in error.errors()
            ]
        ) from error


def _words_of(message: str) -> str:
    words = message.removeprefix("Value error, ")
    return words[0].lower() + words[1:]


def read_secret(text: str) -> str:
    """Return the secret that ``env:NAME`` or ``file:PATH`` stands for, or the text itself.

    Raises ValueError in words that follow a setting's name, without the secret.
    """
    kind, colon, where = text.partition(":")
    if not colon:
        return text
    if kind == "env":
        value = os.environ.get(where)
        if value is None:
            raise ValueError(f"names the environment variable {where}, which is not set")
        return value
    if kind == "file":
        try:
            return Path(where).read_text().strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ValueError(f"names the file {where}, which cannot be read") from error
    return text
