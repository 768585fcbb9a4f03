"""Speaks HTTP with Updox: one POST a call, with the credentials in its body.

The calls are those of Updox's pages "API Method AppointmentsSync" and "PingWithAccountAuth" (a
call at account level: ``userId`` stays empty). A body is never logged: it holds the password.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from webapp.diaries.calling import Caller, Limits, Message
from webapp.diaries.errors import DiaryError
from webapp.diaries.transport import CallLimits
from webapp.sync.updox.answers import Answer, Verdict, read_answer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from webapp.practices.updox import UpdoxSettings

_HEADERS = {"Content-Type": "application/json"}
CALL_SECONDS = 25.0
"""The longest that one call takes."""
LIMITS = Limits(write=CallLimits(connect=3.05, read=20.0, total=CALL_SECONDS))


class Api:
    """One practice's account at Updox. Safe to share between threads.

    ``authorities`` names a file of certificate authorities to trust in place of the public ones.
    """

    def __init__(
        self, settings: UpdoxSettings, limits: Limits = LIMITS, *, authorities: str | None = None
    ) -> None:
        self._settings = settings
        self._limits = limits
        self._caller = Caller(settings, limits, authorities=authorities)

    @property
    def host(self) -> str:
        """Where Updox is, as ``host:port``: fit for a log."""
        return self._caller.host

    def sync(self, appointments: Sequence[Mapping[str, object]]) -> Answer:
        """Tell of appointments, and return what came of it; a call that failed is tried later."""
        return self._post(self._settings.sync_address, {"appointments": list(appointments)})

    def ping(self) -> Answer:
        """Ask whether the application and the account are accepted. Changes nothing."""
        return self._post(self._settings.ping_address, {})

    def _post(self, address: str, document: Mapping[str, object]) -> Answer:
        settings = self._settings
        auth = {
            "applicationId": settings.application_id,
            "applicationPassword": settings.application_password.get_secret_value(),
            "accountId": settings.account_id,
            "userId": "",
        }
        body = json.dumps({**document, "auth": auth}).encode("ascii")
        message = Message("POST", address, body, _HEADERS)
        try:
            deadline = time.monotonic() + self._limits.write.total
            reply = self._caller.write(message, deadline=deadline)
        except DiaryError as error:
            return Answer(Verdict.LATER, str(error))
        return read_answer(reply.status, reply.body)
