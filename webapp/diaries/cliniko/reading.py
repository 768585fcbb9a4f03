"""Reads lists page by page, weeks of available times, and single appointments."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from webapp.diaries.cliniko import listing, mapping, offering, orders, patients
from webapp.diaries.cliniko.answers import is_there
from webapp.diaries.errors import Unintelligible
from webapp.diaries.pace import Urgency
from webapp.diaries.repeating import ask_again

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date, datetime

    from webapp.diaries.calling import Limits, Reply
    from webapp.diaries.cliniko.api import Api
    from webapp.diaries.cliniko.listing import Business, Kind
    from webapp.diaries.cliniko.mapping import Entry
    from webapp.diaries.port import AppointmentType, Patient, Staff

_Answer = TypeVar("_Answer")

WINDOW_DAYS = 7
"""From a day to the sixth after it. The description has "cannot be more than 7 days" between the
two, the vendor's staff "6 days or less": this is right by both."""
_PAGE = ("per_page", "100")
"""The most that the vendor gives at once."""
_LONGEST_LIST = 50
"""Pages. A server whose last page leads to itself would send it for ever."""


class Reader:
    """Asks one account. Safe to share between threads.

    Every method repeats what failed in passing, until its ``deadline`` on the ``time.monotonic``
    scale, and raises a ReadFailed or NotAccepted.
    """

    def __init__(self, api: Api, limits: Limits) -> None:
        self._api = api
        self._limits = limits

    def businesses(self, deadline: float) -> tuple[Business, ...]:
        return listing.businesses(self._listed("businesses", deadline))

    def kinds(self, deadline: float) -> tuple[Kind, ...]:
        return listing.kinds(self._listed("appointment_types", deadline))

    def staff(self, deadline: float) -> tuple[Staff, ...]:
        return listing.staff(self._listed("practitioners", deadline))

    def staff_at(self, business: str, deadline: float) -> tuple[Staff, ...]:
        """Return who works in one business."""
        path = f"businesses/{mapping.identity(business)}/practitioners"
        return listing.staff(self._listed("practitioners", deadline, path=path))

    def types(self, staff: Sequence[Staff], deadline: float) -> tuple[AppointmentType, ...]:
        """Return the types that can be offered here, with who of ``staff`` offers each.

        A question a type or a person, whichever are fewer.
        """
        found = offering.types(self.kinds(deadline))
        if len(found) < len(staff):
            known = {one.id for one in staff}
            pairs = {
                (who, one.id) for one in found for who in known & self._who_offers(one, deadline)
            }
        else:
            pairs = {
                (person.id, one) for person in staff for one in self._offered_by(person, deadline)
            }
        return tuple(
            replace(one, staff_ids=frozenset(who for who, what in pairs if what == one.id))
            for one in found
        )

    def times(
        self,
        *,
        staff_id: str,
        room_id: str,
        type_id: str,
        first_day: date,
        days: int,
        urgency: Urgency,
        deadline: float,
    ) -> tuple[datetime, ...]:
        """Return the starts that are free on ``days`` days, in UTC; a question a week.

        Where the account offers nothing online the vendor answers 404: then there are none.
        """
        path = "/".join(
            f"{name}/{mapping.identity(one)}"
            for name, one in (
                ("businesses", room_id),
                ("practitioners", staff_id),
                ("appointment_types", type_id),
            )
        )
        found: list[datetime] = []
        for passed in range(0, days, WINDOW_DAYS):
            first = first_day + timedelta(days=passed)
            last = first + timedelta(days=min(WINDOW_DAYS, days - passed) - 1)
            query = [("from", first.isoformat()), ("to", last.isoformat()), _PAGE]
            address = self._api.address(f"{path}/available_times", query)
            for rows in self._pages("available_times", address, urgency, deadline):
                if rows is None:
                    return ()
                found += listing.starts(rows)
        return tuple(found)

    def overlapping(
        self, span: tuple[datetime, datetime], practitioner: str, *, deadline: float
    ) -> tuple[Entry, ...]:
        """Return a practitioner's appointments that share time with ``span``."""
        start, end = span
        return self._appointments(
            [
                f"practitioner_id:={mapping.identity(practitioner)}",
                f"starts_at:<{orders.written(end)}",
                f"ends_at:>{orders.written(start)}",
            ],
            deadline,
        )

    def beginning_at(self, start: datetime, *, deadline: float) -> tuple[Entry, ...]:
        """Return everybody's appointments that begin at one moment."""
        at = orders.written(start)
        return self._appointments([f"starts_at:>={at}", f"starts_at:<={at}"], deadline)

    def made_since(self, moment: datetime, *, deadline: float) -> tuple[Entry, ...]:
        """Return everybody's appointments that were made since a moment, whenever they begin."""
        return self._appointments([f"created_at:>={orders.written(moment)}"], deadline)

    def one(self, identity: str, *, deadline: float) -> Entry | None:
        """Return one appointment; None when there is none, or it does not stand any more."""
        address = self._api.address(f"individual_appointments/{mapping.identity(identity)}")

        def read(reply: Reply) -> Entry | None:
            found = mapping.entry(reply.body) if is_there(reply) else None
            return found if found is not None and found.stands else None

        return self._ask(address, read, Urgency.WRITING, deadline)

    def has_conflicts(self, identity: str, *, deadline: float) -> bool:
        """Say whether something else takes up the time of an appointment."""
        path = f"individual_appointments/{mapping.identity(identity)}/conflicts"

        def read(reply: Reply) -> bool:
            if not is_there(reply):
                raise Unintelligible("the diary does not show what it has just taken")
            return mapping.has_conflicts(reply.body)

        return self._ask(self._api.address(path), read, Urgency.FINISHING, deadline)

    def ids_of(self, patient: Patient, *, deadline: float) -> tuple[str, ...]:
        """Return the ids under which the account knows a patient, the earliest known first."""
        query = [*(("q[]", one) for one in orders.patient_search(patient)), _PAGE]
        address = self._api.address("patients", query)
        rows = self._rows("patients", address, Urgency.WRITING, deadline)
        return patients.patients_like(rows, patient)

    def _who_offers(self, kind: AppointmentType, deadline: float) -> set[str]:
        path = f"appointment_types/{mapping.identity(kind.id)}/practitioners"
        found = listing.staff(self._listed("practitioners", deadline, path=path))
        return {one.id for one in found}

    def _offered_by(self, person: Staff, deadline: float) -> set[str]:
        path = f"practitioners/{mapping.identity(person.id)}/appointment_types"
        found = listing.kinds(self._listed("appointment_types", deadline, path=path))
        return {one.type.id for one in found}

    def _appointments(self, filters: list[str], deadline: float) -> tuple[Entry, ...]:
        query = [*(("q[]", one) for one in filters), _PAGE]
        address = self._api.address("individual_appointments", query)
        rows = self._rows("individual_appointments", address, Urgency.WRITING, deadline)
        return mapping.entries(rows)

    def _listed(self, key: str, deadline: float, *, path: str = "") -> list[object]:
        address = self._api.address(path or key, [_PAGE])
        return self._rows(key, address, Urgency.READING, deadline)

    def _rows(self, key: str, address: str, urgency: Urgency, deadline: float) -> list[object]:
        found: list[object] = []
        for rows in self._pages(key, address, urgency, deadline):
            if rows is None:
                raise Unintelligible(f"the diary knows no such list of {key}")
            found += rows
        return found

    def _pages(
        self, key: str, address: str, urgency: Urgency, deadline: float
    ) -> Iterator[Sequence[object] | None]:
        """Read a list to its end; None in place of a page that is not there."""

        def read(reply: Reply) -> listing.Page | None:
            return listing.page(key, reply.body) if is_there(reply) else None

        for _ in range(_LONGEST_LIST):
            page = self._ask(address, read, urgency, deadline)
            yield None if page is None else page.rows
            if page is None or not page.next:
                return
            address = page.next
        raise Unintelligible("the diary's list has no end")

    def _ask(
        self, address: str, read: Callable[[Reply], _Answer], urgency: Urgency, deadline: float
    ) -> _Answer:
        def ask_once() -> _Answer:
            return read(self._api.get(address, urgency=urgency, deadline=deadline))

        return ask_again(ask_once, self._limits, deadline=deadline)
