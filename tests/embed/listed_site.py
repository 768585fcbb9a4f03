"""Fetches from a local server that plays a listed site."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.diaries.wire import Server
from webapp.embed.fetching import Fetched, Fetcher, FetchLimits, NotRead


def loopback(_host: str, _port: int) -> Sequence[str]:
    return ["127.0.0.1"]


def fetch(
    server: Server,
    path: str = "/book",
    *,
    limits: FetchLimits | None = None,
    host: str = "www.harbour.example",
    others: Sequence[str] = (),
) -> Fetched:
    """Fetch from a server that plays the listed site."""
    origin = f"http://{host}:{server.port}"
    fetcher = Fetcher(may_ask_itself=True, resolve=loopback, limits=limits or FetchLimits())
    return fetcher.fetch(origin + path, [origin, *others])


def refused(server: Server, *, limits: FetchLimits | None = None) -> str:
    with pytest.raises(NotRead) as caught:
        fetch(server, limits=limits)
    assert str(caught.value).endswith(".")
    return str(caught.value)
