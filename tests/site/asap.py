"""Practices that keep an ASAP list, patients on it, and openings that are offered to them."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from tests.reference_process import ELM_TREE, HARBOUR
from tests.site.ground import ANNA, JAYNE, PATIENT, ROOM_1, ROOM_2, SIAN, free_slot
from tests.site.own import send_mail_through
from webapp import clock
from webapp.appointments.model import State
from webapp.asap.api.offering import offer_to_one
from webapp.asap.endings import Ending
from webapp.asap.model import Entry, Offer, Opening
from webapp.db.engine import sessions_of

if TYPE_CHECKING:
    import pytest

    from tests.page import Page
    from tests.reference_process import ReferenceDiary
    from tests.site.conftest import MakeSite
    from tests.site.ground import Site, Slot
    from webapp.appointments.model import Booking

SENDER = "+447700900800"
ADAS_PHONE = "+447700900123"
"""What Ada typed, in international form."""
BEN = {
    "name": "Ben Marlowe",
    "phone": "07700 900456",
    "email": "ben@marlowe.example",
    "reason": "Knee",
}
SOONER, LEAVE = "/sooner", "/leave"
"""Where the way to the list leads, and the way off it: what they are called may change."""
TAKE, DECLINE, UNDO, STOP = "/take", "/decline", "/undo", "/stop"
"""Where an offer's buttons lead."""
ITS_OWN_PAGE = "Change, cancel"
"""How the way on begins once what was offered is theirs."""
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
)
"""What a patient's browser says of itself."""
HEADINGS = {
    Ending.OFFERED: "earlier appointment",
    Ending.LOOKING: "checking whether",
    Ending.YOURS: "yours",
    Ending.GIVEN_UP: "have this one any more",
    Ending.PRACTICE_CHECKS: "practice will ring",
    Ending.IN_HAND: "just taking it",
    Ending.GONE: "has it",
    Ending.DECLINED: "no, thanks",
    Ending.STOPPED: "text you any more",
    Ending.CHOSE_ANOTHER: "took another",
    Ending.LEFT: "no longer on the list",
    Ending.NOT_SOONER: "as soon as this",
    Ending.EXPIRED: "over",
    Ending.WITHDRAWN: "took this one back",
}
"""Some words of each page's heading."""
FAR = 12
"""Ada's appointment is that one of Siân's free times; sooner ones are offered."""


def a_list(slug: str, **rules: object) -> str:
    """Return the table of a practice's file that makes it keep a list; texts at any hour."""
    table = {
        "enabled": True,
        "texts_from": SENDER,
        "texts_after": "00:00",
        "texts_before": "23:59",
        "clinic_num": {HARBOUR.slug: 4, ELM_TREE.slug: 5}.get(slug, 0),
        "developer_key": f"{slug}-developer",
        "customer_key": f"{slug}-customer",
    }
    lines = [f"{name} = {json.dumps(value)}" for name, value in (table | rules).items()]
    return "\n".join(["", "[asap]", *lines, ""])


def with_lists(make_site: MakeSite, *slugs: str, **rules: object) -> Site:
    """Make a site on which these practices keep a list: without any named, two of the three."""
    named = slugs or (HARBOUR.slug, ELM_TREE.slug)
    return make_site(more={slug: a_list(slug, **rules) for slug in named})


def send_all_through(monkeypatch: pytest.MonkeyPatch, diary: ReferenceDiary) -> None:
    """Let the sites that are made from now on send mail and texts to the diary's own process."""
    send_mail_through(monkeypatch, diary)
    monkeypatch.setenv("OPENSLOT_SMS_URL", diary.sms_url)


def join(page: Page, **answers: str | list[str]) -> Page:
    """Go from a page of the appointment to the form, agree to be texted, and send it."""
    return page.follow(SOONER).press(SOONER, {"consent": "y"} | answers)


def on_the_list(site: Site, *, at: int = FAR, **answers: str) -> Entry:
    """Book, and join the list for something sooner; Ada unless said otherwise."""
    return _booked_and_on_the_list(site, free_slot(site.diary, SIAN, ROOM_2, at=at), answers)


def ben_on_the_list(site: Site) -> Entry:
    """The same for Ben, whose appointment is with Anna."""
    return _booked_and_on_the_list(site, free_slot(site.diary, ANNA, ROOM_1, at=FAR), BEN)


def _booked_and_on_the_list(site: Site, slot: Slot, answers: dict[str, str]) -> Entry:
    assert join(site.book(slot, allow=200, **answers)).heading == "Your appointment"
    return entries(site)[-1]


def offer(site: Site, slot: Slot, *to: Entry) -> list[str]:
    """Offer a free slot to each of these; return the addresses of their pages."""
    practice = site.app.extensions["openslot_practices"][slot.slug]
    wall = datetime.strptime(f"{slot.date} {slot.time}", "%Y%m%d %H%M")  # noqa: DTZ007 - as the diary writes it
    start = clock.wall(wall.date(), wall.time(), practice.zone)
    with site.app.app_context():
        numbers = [
            offer_to_one(practice, room_id=str(slot.room_id), entry_id=one.id, start=start)
            for one in to
        ]
    return [address_of(site, number) for number in numbers]


def address_of(site: Site, number: int) -> str:
    """Return the address of an offer's page, by its number."""
    with sessions_of(site.app)() as session:
        found = session.get_one(Offer, number)
    return f"/a/{site.tokens.offer_of(slug=found.slug, nonce=found.nonce)}"


def entries(site: Site) -> list[Entry]:
    """Return all that were ever on a list, oldest first."""
    with sessions_of(site.app)() as session:
        return list(session.scalars(select(Entry).order_by(Entry.id)))


def offers(site: Site) -> list[Offer]:
    """Return all offers, oldest first."""
    with sessions_of(site.app)() as session:
        return list(session.scalars(select(Offer).order_by(Offer.id)))


def openings(site: Site) -> list[Opening]:
    """Return all openings, oldest first."""
    with sessions_of(site.app)() as session:
        return list(session.scalars(select(Opening).order_by(Opening.id)))


def without_an_appointment(site: Site) -> str:
    """Return the address of a page for somebody who has no appointment yet."""
    form = site.open(f"/{HARBOUR.slug}/times?staff={JAYNE}&room=any").follow("/asap")
    who = {one: PATIENT[one] for one in ("name", "phone", "email")}
    form.press("/asap/join", who, consent="y")
    return offer(site, free_slot(site.diary), *entries(site))[0]


def say_start(site: Site, row: Booking | Opening) -> str:
    """Return when an appointment or an opening begins, as pages say it."""
    zone = site.app.extensions["openslot_practices"][row.slug].zone
    return clock.say_moment(row.starts_at_utc.astimezone(zone))


def the_offer(site: Site) -> Offer:
    """Return the only offer there is, as it stands."""
    [found] = offers(site)
    return found


def assert_ends(site: Site, address: str, how: Ending, *buttons: str) -> Page:
    """Open a page twice: it says the same both times, and nothing has changed by that."""
    rows = site.dump()
    page = site.open(address)
    assert HEADINGS[how] in page.heading
    assert [one.href for one in page.buttons] == [address + one for one in buttons]
    assert site.open(address).text == page.text
    assert site.dump() == rows
    return page


def assert_stays(site: Site, page: Page, number: int = 0) -> None:
    """The page says which appointment they still have, and leads to it."""
    booking = site.bookings()[number]
    assert say_start(site, booking) in page.text
    assert page.has(site.own_page(booking))
    assert booking.state is State.CONFIRMED
    assert booking.release_asked_at_utc is None
