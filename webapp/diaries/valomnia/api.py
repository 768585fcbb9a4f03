"""Speaks HTTP with a Valomnia server: logs in, and again when the session has ended.

Addresses are those of "72 Appointments - Reference Documentation 2.1":
``BASE_URL/api/VERSION/appointments``, where VERSION is ``v1.0`` in its samples.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from webapp.diaries.calling import Caller, Limits, Message, Reply
from webapp.diaries.errors import NoAnswer, NotAccepted, NotReached, Unintelligible
from webapp.diaries.valomnia.answers import NOT_ACCEPTED, is_signed_out
from webapp.diaries.valomnia.login import Login

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from webapp.diaries.port import CallOrigin
    from webapp.diaries.settings import ValomniaSettings

_JSON = {"Content-Type": "application/json"}


class Api:
    """One practice's Valomnia. Safe to share between threads.

    ``authorities`` names a file of certificate authorities to trust in place of the public
    ones. Deadlines are on the ``time.monotonic`` scale.
    """

    def __init__(
        self, settings: ValomniaSettings, limits: Limits, *, authorities: str | None = None
    ) -> None:
        self._root = f"{str(settings.url).rstrip('/')}/api/v1.0/"
        self._caller = Caller(settings, limits, authorities=authorities)
        self._login = Login(self._caller, settings)

    @property
    def host(self) -> str:
        """Where the diary is, as ``host:port``: fit for a log."""
        return self._caller.host

    def address(self, path: str) -> str:
        """Return the whole address of ``path``, such as ``appointments/5``."""
        return self._root + path

    def get(self, path: str, query: Mapping[str, str], *, deadline: float) -> Reply:
        """Ask, over a kept connection.

        Raises NotReached, NoAnswer, Unintelligible or NotAccepted.
        """
        address = self.address(path) + (f"?{urlencode(query)}" if query else "")

        def ask(ticket: str) -> Reply:
            return self._caller.read(
                Message("GET", address, headers=_cookie(ticket)), deadline=deadline
            )

        return self._signed_in(ask, deadline)

    def send(
        self, method: str, path: str, document: Mapping[str, object] | None, *, deadline: float
    ) -> Reply:
        """Write, once, over a connection made for it.

        "Log in first" is a no: the same is then sent in a new session. Raises as ``get`` does,
        and NotReached also when there was no logging in: nothing was written then.
        """
        # ASCII alone: whatever encoding the diary believes in, a name arrives as it was typed
        body = None if document is None else json.dumps(document).encode("ascii")

        def write(ticket: str) -> Reply:
            headers = _cookie(ticket) | (_JSON if body is not None else {})
            message = Message(method, self.address(path), body, headers)
            return self._caller.write(message, deadline=deadline)

        return self._signed_in(write, deadline, is_write=True)

    def origin(self) -> CallOrigin:
        """Connect, to the proxy where there is one, and say nothing. Raises NotReached."""
        return self._caller.origin()

    def close(self) -> None:
        """Give back pooled connections."""
        self._caller.close()

    def _signed_in(
        self, call: Callable[[str], Reply], deadline: float, *, is_write: bool = False
    ) -> Reply:
        ticket = self._ticket(None, deadline, is_write=is_write)
        reply = call(ticket)
        if is_signed_out(reply):
            reply = call(self._ticket(ticket, deadline, is_write=is_write))
            if is_signed_out(reply):
                # Whoever may not write may still read
                if not is_write:
                    self._login.note_refusal()
                raise NotAccepted(NOT_ACCEPTED)
        return reply

    def _ticket(self, ended: str | None, deadline: float, *, is_write: bool) -> str:
        try:
            if ended is None:
                return self._login.ticket(deadline=deadline)
            return self._login.renew(ended, deadline=deadline)
        except (NoAnswer, Unintelligible) as exc:
            if is_write:
                # What was to be written never left
                raise NotReached(f"there was no logging in: {exc}") from exc
            raise


def _cookie(ticket: str) -> dict[str, str]:
    return {"Cookie": f"JSESSIONID={ticket}"}
