"""The worker: claims promises, keeps them one by one, and never dies of one."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
from contextlib import nullcontext
from typing import TYPE_CHECKING

from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError

from webapp.crashing import crash_point
from webapp.outbox.chores import Chores, without_text
from webapp.outbox.claiming import Claimed, claim_due, finish, park, postpone
from webapp.outbox.results import Park, TryLater

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from contextlib import AbstractContextManager

    from sqlalchemy.orm import Session

    from webapp.outbox.chores import Chore

    Handlers = Mapping[str, Callable[[Claimed], None]]

_log = logging.getLogger("openslot.outbox")
_LOOK_EVERY_SECONDS = 1.0
_AFTER_TROUBLE_SECONDS = 3.0


class Worker:
    """Keeps promises until told to stop. Any number may run, on any number of machines."""

    def __init__(
        self,
        new_session: Callable[[], Session],
        handlers: Handlers,
        *,
        context: Callable[[], AbstractContextManager[object]] = nullcontext,
        chores: Iterable[Chore] = (),
    ) -> None:
        """Work with these handlers; each is called inside a fresh ``context``.

        The chores are done inside one too.
        """
        self._chores = Chores(chores)
        self._new_session = new_session
        self._handlers = handlers
        self._context = context
        self._stop = threading.Event()
        self._name = f"{socket.gethostname()[:40]}:{os.getpid()}"

    def stop(self) -> None:
        """Ask the worker to end after what it has in hand."""
        self._stop.set()

    def run(self, threads: int = 1) -> None:
        """Work until stopped, in so many threads. A database that is away is waited for."""
        others = [
            threading.Thread(target=self._run, name=f"outbox-{at}") for at in range(1, threads)
        ]
        for one in others:
            one.start()
        self._run()
        for one in others:
            one.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                with self._context():
                    self._chores.do_what_is_due()
                kept = self.run_once()
            except SQLAlchemyError as error:
                _log.warning("the database is away: %s", type(error).__name__)
                self._stop.wait(_AFTER_TROUBLE_SECONDS)
                continue
            if not kept:
                self._stop.wait(_LOOK_EVERY_SECONDS)

    def run_once(self) -> int:
        """Keep what is due now; return how many promises were tried."""
        # Each claim has a name of its own, so that a lapsed one cannot write over the next.
        claim = f"{self._name}:{secrets.token_hex(4)}"
        claimed = claim_due(self._new_session, worker=claim, most=1)
        # One at a time: what waits in a list behind a slow call could outlive its claim.
        for one in claimed:
            self._keep(one)
        return len(claimed)

    def _keep(self, one: Claimed) -> None:
        crash_point("working: claimed")
        handler = self._handlers.get(one.kind)
        try:
            if handler is None:
                raise Park(f"nothing here knows the kind {one.kind}")
            with self._context():
                handler(one)
        except TryLater as error:
            _tell(one, "later", error.reason)
            postpone(self._new_session, one, error.reason, after_seconds=error.after_seconds)
        except Park as error:
            _tell(one, "parked", error.reason)
            park(self._new_session, one, error.reason)
        except (OperationalError, InterfaceError):
            # Nothing can be written down now: the claim lapses, and the promise stands.
            raise
        except Exception as error:  # noqa: BLE001 - said and mended below
            # The worker's edge: whatever a handler did not foresee must not stop the others. The
            # kind alone, since a text may repeat what a patient typed.
            _log.exception("a handler failed", exc_info=without_text(error))
            postpone(self._new_session, one, type(error).__name__, after_seconds=None)
        else:
            crash_point("working: kept")
            _tell(one, "done", None)
            finish(self._new_session, one)


def _tell(one: Claimed, came: str, reason: str | None) -> None:
    fields = {"practice": one.slug, "kind": one.kind, "id": one.id, "came": came}
    if reason:
        fields["reason"] = reason
    _log.info("promise", extra={"fields": fields})
