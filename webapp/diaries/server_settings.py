"""What the ``[diary]`` tables of all systems have in common: where the server is, and the way."""

from __future__ import annotations

import ipaddress
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, field_validator


class ServerSettings(BaseModel):
    """How to reach a diary's server, whatever it speaks."""

    # A mistaken URL or key may hold a password: the error then shows none of it
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    url: HttpUrl
    source_address: str | None = None
    """The registered IP, where this server has several."""
    proxy: Annotated[HttpUrl | None, Field(repr=False)] = None
    """The egress proxy that owns the registered IP, where there are several servers. May carry
    its user and password, and so is not shown."""
    connections: Annotated[int, Field(ge=1, le=32)] = 8
    """How many questions may be asked of the diary at once by one process."""

    @field_validator("source_address")
    @classmethod
    def _is_an_address(cls, value: str | None) -> str | None:
        if value is not None:
            ipaddress.ip_address(value)
        return value


def is_this_machine(host: str) -> bool:
    """Say whether a host is this machine itself, so that what is sent crosses no network."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def is_private(host: str) -> bool:
    """Say whether a host is an address on a private network."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_private
    except ValueError:
        return False
