"""Every page of the ASAP list and every end of an offer: usable by everybody, and it fits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from e2e.asap import End, Join, Joined, Offered, Place, open_offer
from e2e.fit import PHONE, faults_of
from e2e.journey import book
from e2e.own import Heading, MoveQuestion, Own
from e2e.practice import ADA, Named, Patient
from webapp.asap.model import Condition, Ended
from webapp.asap.statuses import Response

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from playwright.sync_api import Page

    from e2e.waiting import Listing, Rows

    Opens = Callable[[Page, Listing], object]

_LONG = Named(1, "Wilhelmina Featherstonehaugh-Cholmondeley")
_ROOM = Named(11, "Hydrotherapy and Rehabilitation Suite 2")
_WORDS = {"error": 9, "fieldName": "phone", "message": "wrong"}


def _own_off_the_list(page: Page, listing: Listing) -> None:
    waiting = listing.put_on()
    listing.close()
    page.goto(waiting.own)
    Own(page).is_shown().has("Tell me about earlier times")


def _own_on_the_list(page: Page, listing: Listing) -> None:
    page.goto(listing.put_on().own)
    Own(page).is_shown().has("You’re on the list for something sooner")


def _join(page: Page, listing: Listing) -> None:
    page.goto(f"{listing.put_on().own}/sooner")
    Join(page).is_shown()


def _join_without(page: Page, listing: Listing) -> None:
    listing.practice.open(staff=[_LONG, Named(2, "Siân O'Brien")], rooms=[_ROOM])
    page.goto(listing.practice.page("times", staff=_LONG.id, room=_ROOM.id))
    page.goto(listing.practice.page("asap", staff=_LONG.id, room=_ROOM.id))
    Join(page).is_shown().has(f"Only {_LONG.name}")


def _join_with_errors(page: Page, listing: Listing) -> None:
    _join_without(page, listing)
    join = Join(page)
    join.phone.fill("12")
    ticked = page.locator("[type=checkbox], [type=radio]")
    ticked.evaluate_all("all => all.forEach(one => one.checked = false)")
    join.go_on()
    join.has("There is a problem", "Choose at least one day", "Choose how much notice you need")


def _joined(page: Page, listing: Listing) -> None:
    page.goto(f"{listing.put_on_without().place}/joined")
    Joined(page).is_shown()


def _place(page: Page, listing: Listing) -> None:
    page.goto(listing.put_on().place)
    Place(page).is_shown()


def _place_left(page: Page, listing: Listing) -> None:
    _place(page, listing)
    Place(page).leave()
    Place(page).is_left()


def _offered(page: Page, listing: Listing) -> None:
    listing.practice.open(staff=[_LONG], rooms=[_ROOM])
    first, *_, last = listing.practice.free(_LONG, _ROOM)[:300]
    link = listing.offer(listing.put_on(has=last), first)
    open_offer(page, link).offers(first, last)


def _offered_among_others(page: Page, listing: Listing) -> None:
    waiting = listing.put_on_without(Patient(name="Wilhelmina-Rosalind Featherstonehaugh"))
    first, second, *_ = listing.practice.free()
    listing.offer(waiting, second)
    open_offer(page, listing.offer(waiting, first)).offers(first).has("Also on offer", second.when)


def _after_a_yes(end: End, fault: str | None = None, *, errors: Sequence[object] = ()) -> Opens:
    """Say yes, with this trouble at the diary."""

    def opens(page: Page, listing: Listing) -> None:
        slot = listing.practice.first_free()
        offered = open_offer(page, listing.offer(listing.put_on(), slot))
        if fault is not None:
            listing.practice.fault(fault, errors=errors)
        offered.take()
        offered.says(end, slot)

    return opens


def _settled_as(end: End) -> Opens:
    def opens(page: Page, listing: Listing) -> None:
        _after_a_yes(End.LOOKING, "drop_after")(page, listing)
        listing.practice.let_time_pass()
        Offered(page).says(end)

    return opens


def _given_up(page: Page, listing: Listing) -> None:
    _after_a_yes(End.YOURS)(page, listing)
    link = page.url
    Offered(page).way("Change, cancel").click()
    Own(page).is_shown().cancel()
    Own(page).way("Yes, cancel it").click()
    page.goto(link)
    Offered(page).says(End.GIVEN_UP)


def _waiting(page: Page, listing: Listing) -> None:
    waiting = listing.put_on()
    slot, other, *_ = listing.practice.free()
    link = listing.offer(waiting, slot)
    query = listing.practice.page("change", other).removeprefix(listing.practice.home)
    page.goto(f"{waiting.own}/{query}")
    listing.practice.fault("drop_after")
    MoveQuestion(page).is_shown().say_yes()
    Own(page).says(Heading.LOOKING, other)
    open_offer(page, link).says(End.WAITING, slot)


def _have_it(page: Page, listing: Listing) -> None:
    slot = listing.practice.first_free()
    link = listing.offer(listing.put_on(), slot)
    book(page, listing.practice, slot, ADA)
    open_offer(page, link).says(End.HAVE_IT, slot)


def _opted_out(page: Page, listing: Listing, opens: Opens) -> None:
    listing.opt_out(ADA)
    opens(page, listing)
    Own(page).has("has answered STOP")


def _stands_as(end: End, change: Callable[[Rows], None]) -> Opens:
    """Open an offer that stands as a change to what is stored leaves it."""

    def opens(page: Page, listing: Listing) -> None:
        slot = listing.practice.first_free()
        link = listing.offer(listing.put_on(), slot)
        with listing.rows(link) as rows:
            change(rows)
        open_offer(page, link).says(end)

    return opens


def _gone(rows: Rows) -> None:
    rows.opening.condition, rows.opening.live_key = Condition.GONE, None


def _in_hand(rows: Rows) -> None:
    rows.opening.claimed_by_id = rows.offer.id + 1


def _stopped(rows: Rows) -> None:
    rows.offer.response = Response.DECLINED_STOP_COMM
    _ended(rows, Ended.STOPPED)


def _chose_another(rows: Rows) -> None:
    rows.offer.response = Response.CHOSE_DIFFERENT_SLOT
    _ended(rows, Ended.TAKEN)


def _left(rows: Rows) -> None:
    _ended(rows, Ended.LEFT)


def _not_sooner(rows: Rows) -> None:
    assert rows.appointment is not None
    rows.appointment.starts_at_utc = rows.opening.starts_at_utc - timedelta(hours=2)


def _expired(rows: Rows) -> None:
    rows.opening.starts_at_utc = datetime.now(UTC) - timedelta(minutes=5)


def _withdrawn(rows: Rows) -> None:
    rows.opening.condition = Condition.WITHDRAWN


def _declined(rows: Rows) -> None:
    rows.offer.response = Response.DECLINED


def _ended(rows: Rows, why: Ended) -> None:
    rows.entry.ended, rows.entry.ended_at_utc = why, datetime.now(UTC)


PAGES: dict[str, Opens] = {
    "own, off the list": _own_off_the_list,
    "own, on the list": _own_on_the_list,
    "join": _join,
    "join without": _join_without,
    "join with errors": _join_with_errors,
    "joined": _joined,
    "place": _place,
    "place left": _place_left,
    "offered": _offered,
    "offered among others": _offered_among_others,
    "unreachable": _after_a_yes(End.UNREACHABLE, "refuse"),
    "refused": _after_a_yes(End.REFUSED, "field_errors", errors=[_WORDS]),
    "looking": _after_a_yes(End.LOOKING, "drop_after"),
    "practice rings": _settled_as(End.PRACTICE_RINGS),
    "yours": _after_a_yes(End.YOURS),
    "given up": _given_up,
    "in hand": _stands_as(End.IN_HAND, _in_hand),
    "gone": _stands_as(End.GONE, _gone),
    "declined": _stands_as(End.DECLINED, _declined),
    "stopped": _stands_as(End.STOPPED, _stopped),
    "chose another": _stands_as(End.CHOSE_ANOTHER, _chose_another),
    "left": _stands_as(End.LEFT, _left),
    "not sooner": _stands_as(End.NOT_SOONER, _not_sooner),
    "expired": _stands_as(End.EXPIRED, _expired),
    "withdrawn": _stands_as(End.WITHDRAWN, _withdrawn),
    "waiting": _waiting,
    "have it": _have_it,
    "own, opted out": lambda page, listing: _opted_out(page, listing, _own_on_the_list),
    "place, opted out": lambda page, listing: _opted_out(page, listing, _place),
}


@pytest.mark.parametrize("name", PAGES)
def test_everybody_can_use_it(page: Page, listing: Listing, name: str):
    PAGES[name](page, listing)
    faults = faults_of(page)
    assert not faults, "\n".join(faults)


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_what_is_on_offer_is_taken_without_scrolling(page: Page, listing: Listing):
    slot = listing.practice.first_free()
    offered = open_offer(page, listing.offer(listing.put_on(), slot)).offers(slot)
    box = offered.button.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= PHONE[1]
