"""The ``[diary]`` table of a practice's file, one model for each system."""

from __future__ import annotations

import ipaddress
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, SecretStr, field_validator


class PhysiodiarySettings(BaseModel):
    """How to reach a Physiodiary diary (vendor's page "Using the API for online bookings")."""

    # A mistaken URL or key may hold a password: the error then shows none of it
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    system: Literal["physiodiary"]
    url: HttpUrl
    """The address that the vendor gave for this practice, such as
    ``https://api456.physiodiary.example:1234/api/request``."""
    api_key: SecretStr
    source_address: str | None = None
    """The registered IP, where this server has several."""
    proxy: Annotated[HttpUrl | None, Field(repr=False)] = None
    """The egress proxy that owns the registered IP, where there are several servers. May carry
    its user and password, and so is not shown."""
    connections: Annotated[int, Field(ge=1, le=32)] = 8
    """How many questions may be asked of the diary at once by one process."""

    @field_validator("url")
    @classmethod
    def _carries_no_password(cls, value: HttpUrl) -> HttpUrl:
        if value.username or value.password:
            raise ValueError("must not contain a user or a password: the key belongs in api_key")
        return value

    @field_validator("source_address")
    @classmethod
    def _is_an_address(cls, value: str | None) -> str | None:
        if value is not None:
            ipaddress.ip_address(value)
        return value

    @field_validator("api_key")
    @classmethod
    def _is_not_empty(cls, value: SecretStr) -> SecretStr:
        if not value.get_secret_value().strip():
            raise ValueError("must not be empty")
        return value


DiarySettings = PhysiodiarySettings
"""Grows into a union told apart by ``system`` as connectors are added."""
