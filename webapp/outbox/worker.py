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
from webapp.outbox.claiming import Claimed, claim_due, claim_more, finish, park, postpone
from webapp.outbox.results import Park, TryLater
from webapp.outbox.together import Together

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from contextlib import AbstractContextManager

    from sqlalchemy.orm import Session

    from webapp.outbox.chores import Chore
    from webapp.outbox.results import Result

    Handler = Callable[[Claimed], None] | Together
    Handlers = Mapping[str, Handler]

_log = logging.getLogger("openslot.outbox")
_LOOK_EVERY_SECONDS = 1.0
_AFTER_TROUBLE_SECONDS = 3.0
_LEFT_OUT = TryLater("nothing was found out about it")


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
        # One at a time: what waits in a list behind a slow call could outlive its claim.
        return sum(self._keep(one) for one in claim_due(self._new_session, worker=claim, most=1))

    def _keep(self, first: Claimed) -> int:
        """Keep a promise, and others with it where its handler takes many; return how many."""
        crash_point("working: claimed")
        handler = self._handlers.get(first.kind)
        claimed = [first]
        if isinstance(handler, Together):
            claimed += claim_more(self._new_session, first, most=handler.most - 1)
        results = self._results(handler, claimed)
        if None in results.values():
            crash_point("working: kept")
        for one in claimed:
            self._settle(one, results.get(one.id, _LEFT_OUT))
        return len(claimed)

    def _results(self, handler: Handler | None, claimed: list[Claimed]) -> Mapping[int, Result]:
        result: Result = None
        try:
            if handler is None:
                raise Park(f"nothing here knows the kind {claimed[0].kind}")
            with self._context():
                if isinstance(handler, Together):
                    return handler.keep(claimed)
                handler(claimed[0])
        except (TryLater, Park) as error:
            result = error
        except (OperationalError, InterfaceError):
            # Nothing can be written down now: the claim lapses, and the promise stands.
            raise
        except Exception as error:  # noqa: BLE001 - said and mended below
            # The worker's edge: whatever a handler did not foresee must not stop the others. The
            # kind alone, since a text may repeat what a patient typed.
            _log.exception("a handler failed", exc_info=without_text(error))
            result = TryLater(type(error).__name__)
        return dict.fromkeys((one.id for one in claimed), result)

    def _settle(self, one: Claimed, result: Result) -> None:
        match result:
            case None:
                _tell(one, "done", None)
                finish(self._new_session, one)
            case TryLater():
                _tell(one, "later", result.reason)
                after = result.after_seconds
                postpone(self._new_session, one, result.reason, after_seconds=after)
            case Park():
                _tell(one, "parked", result.reason)
                park(self._new_session, one, result.reason)


def _tell(one: Claimed, came: str, reason: str | None) -> None:
    fields = {"practice": one.slug, "kind": one.kind, "id": one.id, "came": came}
    if reason:
        fields["reason"] = reason
    _log.info("promise", extra={"fields": fields})
