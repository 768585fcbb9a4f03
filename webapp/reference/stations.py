"""The practices of one process, each with its own truth, faults, calls and key."""

from __future__ import annotations

import hmac
import threading
from typing import TYPE_CHECKING, cast

from flask import abort, current_app

from webapp.reference.calls import CallLog
from webapp.reference.cliniko.account import Account as ClinikoAccount
from webapp.reference.faults import FaultPlan
from webapp.reference.opendental.office import Office
from webapp.reference.practice import Practice
from webapp.reference.updox.account import Account as UpdoxAccount
from webapp.reference.valomnia.records import Records
from webapp.reference.valomnia.sessions import Sessions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flask import Flask

    from webapp.reference.clock import Clock
    from webapp.reference.plan import Plan

_EXTENSION = "openslot-reference-stations"


class Station:
    """A practice as it stands behind its address.

    A reset replaces it whole, so that a call still held up by a fault acts on the old one and
    never spoils the next test.
    """

    def __init__(self, plan: Plan, clock: Clock) -> None:
        self.practice = Practice(plan, clock)
        self.faults = FaultPlan()
        self.calls = CallLog()
        self.allowed_addresses = plan.allowed_addresses
        self.received: dict[int, Mapping[str, object]] = {}
        """Booking number to the request as it came, without the key."""
        self.appointments = Records(self.practice)
        self.sessions = Sessions(plan.key)
        self.office = Office(self.practice)
        self.cliniko = ClinikoAccount(self.practice)
        self.updox = UpdoxAccount(plan)

    def lets_in(self, *, key: object, address: str) -> bool:
        """The key is bound to the address that the practice registered: both, or neither."""
        return (
            isinstance(key, str)
            and hmac.compare_digest(key.encode(errors="replace"), self.practice.plan.key.encode())
            and address in self.allowed_addresses
        )


class Stations:
    """Looks practices up by slug. Every method may be called from any thread."""

    def __init__(self, plans: Iterable[Plan], clock: Clock) -> None:
        self.clock = clock
        self._lock = threading.Lock()
        self._by_slug = {plan.slug: Station(plan, clock) for plan in plans}

    @classmethod
    def of_this_app(cls) -> Stations:
        return cast("Stations", current_app.extensions[_EXTENSION])

    def serve_in(self, app: Flask) -> None:
        app.extensions[_EXTENSION] = self

    def find(self, slug: str) -> Station | None:
        with self._lock:
            return self._by_slug.get(slug)

    def get(self, slug: str) -> Station:
        """Return the practice, or end the request with 404."""
        return self.find(slug) or abort(404)

    def all(self) -> list[Station]:
        with self._lock:
            return list(self._by_slug.values())

    def open(self, plan: Plan) -> Station:
        """Start a practice, in place of any that has its slug."""
        station = Station(plan, self.clock)
        with self._lock:
            before = self._by_slug.get(plan.slug)
            self._by_slug[plan.slug] = station
        if before:
            before.faults.clear()
        return station

    def close(self, slug: str) -> bool:
        with self._lock:
            station = self._by_slug.pop(slug, None)
        if station:
            station.faults.clear()
        return station is not None
