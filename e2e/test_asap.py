"""The ASAP list from end to end: joined, told by text, taken, lost, declined, and left again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from e2e.asap import (
    SOONER,
    End,
    Join,
    Joined,
    Offered,
    Place,
    cancel_at_desk,
    open_offer,
    read_text,
)
from e2e.journey import open_own_page
from e2e.modes import with_and_without_scripts
from e2e.own import Heading, MoveQuestion, Own
from e2e.pages import Details, Elsewhere, Times
from e2e.post import button_of
from e2e.practice import ANNA, BEA
from e2e.waiting import texts_from

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from e2e.waiting import Listing

_FAR = 300
"""A time many weeks after the first."""


@with_and_without_scripts
def test_from_the_list_to_an_earlier_appointment(
    page: Page, watched_listing: Listing, scripts: bool
):
    practice = watched_listing.practice
    patient, diary, sender = practice.patient, practice.diary, texts_from(practice.slug)
    sooner, next_best, *later = practice.free()
    has = later[_FAR]
    practice.take(sooner)
    watched_listing.put_on(BEA)
    own = open_own_page(page, practice, has, patient)
    own.way(SOONER).click()
    Join(page).is_shown().has(f"You have {has.when}").fill(patient).go_on()
    own.stands(has).has("You’re on the list for something sooner", "Any day", "Any time")
    watched_listing.wait_until_looked()
    cancel_at_desk(page, practice, sooner)
    links = [read_text(page, diary, sender=sender, to=one) for one in (patient, BEA)]
    offered = open_offer(page, links[0]).offers(sooner, has)
    offered.has_not(patient.phone, patient.email, "Whitcombe").take()
    offered.says(End.YOURS, sooner).has(f"your old appointment, {has.when}", sooner.room.name)
    assert page.url == links[0]
    offered.way("Change, cancel").click()
    own.stands(sooner).has_not("You’re on the list")
    assert practice.bookings()[0]["time"] == sooner.in_diary()["time"]
    told = [mail.subject for mail in practice.wait_for_mails(3, to=patient.email)]
    assert f"Your appointment is now {sooner.when}" in told
    lost = open_offer(page, links[1]).says(End.GONE, sooner).has("You still have")
    expect(lost.button).to_have_count(0)
    lost.choose(next_best)
    MoveQuestion(page).is_shown().has(next_best.when, next_best.staff.name).say_yes()
    own.is_shown().has(next_best.when, f"Hello {BEA.name.split()[0]}")
    assert [one["time"] for one in practice.bookings()[:2]] == [
        next_best.in_diary()["time"],
        sooner.in_diary()["time"],
    ]


def test_no_thanks_keeps_the_place_and_can_be_taken_back(page: Page, listing: Listing):
    waiting = listing.put_on()
    assert waiting.has is not None
    slot = listing.practice.first_free()
    offered = open_offer(page, listing.offer(waiting, slot))
    offered.decline()
    offered.says(End.DECLINED, slot, waiting.has).has("You stay on the list")
    page.reload()
    offered.says(End.DECLINED).undo()
    offered.offers(slot, waiting.has).take()
    offered.says(End.YOURS, slot)
    assert listing.practice.writes() == 1


def test_stop_telling_me_ends_it_and_leaves_the_appointment(page: Page, listing: Listing):
    waiting = listing.put_on()
    assert waiting.has is not None
    first, second, *_ = listing.practice.free()
    link, other = listing.offer(waiting, first), listing.offer(waiting, second)
    open_offer(page, link).stop()
    offered = Offered(page).says(End.STOPPED, waiting.has).has("You’re off the list")
    assert listing.count() == 0
    page.goto(other)
    expect(offered.button).to_have_count(0)
    offered.see_appointment()
    own = Own(page).stands(waiting.has)
    expect(own.way(SOONER)).to_be_visible()
    assert not listing.practice.writes()


def test_what_suits_is_changed_and_the_list_left_with_one_tap(page: Page, listing: Listing):
    waiting = listing.put_on()
    assert waiting.has is not None
    page.goto(waiting.own)
    own = Own(page).stands(waiting.has)
    own.way("Change what suits you").click()
    join = Join(page).is_shown()
    # Whoever has the link must not learn the number: an empty box means the known one.
    expect(join.phone).to_have_value("")
    for day in ("Saturday", "Sunday"):
        join.box("Which days suit you?", day).uncheck()
    join.box("How much notice do you need?", "At least a day").check()
    join.consent.check()
    join.save()
    own.stands(waiting.has).has("Monday to Friday", "At least a day")
    assert listing.count() == 1
    own.way("Leave the list").click()
    own.stands(waiting.has).has_not("You’re on the list")
    expect(own.way(SOONER)).to_be_visible()
    assert listing.count() == 0


@with_and_without_scripts
def test_somebody_for_whom_nothing_is_free_joins_and_leaves(
    page: Page, listing: Listing, scripts: bool
):
    practice = listing.practice
    practice.diary.fill(practice.slug)
    page.goto(practice.page("times", staff=ANNA.id, room="any"))
    Times(page).is_shown().way("Tell me if something comes up").click()
    join = Join(page).is_shown()
    join.box("Whom would you see?", f"Only {ANNA.name}").check()
    join.fill(practice.patient, is_stranger=True).button.dblclick()
    Joined(page).is_shown().has(_end_of(practice.patient.phone), practice.patient.email)
    (mail,) = practice.wait_for_mails(1, to=practice.patient.email)
    assert mail.subject == "You’re on the list for something sooner"
    assert listing.count() == 1
    Joined(page).open_own_page()
    place = Place(page).is_shown().has(_end_of(practice.patient.phone))
    assert page.url == button_of(mail)
    place.leave()
    place.is_left()
    assert listing.count() == 0


def test_who_has_no_appointment_takes_one(page: Page, listing: Listing):
    practice = listing.practice
    waiting = listing.put_on_without()
    taken, free, *_ = practice.free()
    link, other = listing.offer(waiting, taken), listing.offer(waiting, free)
    offered = open_offer(page, link).offers(taken).has_not("You have")
    offered.way(f"{free.when} with {free.staff.name}").click()
    offered.offers(free).has("Also on offer to you", taken.when)
    assert page.url == other
    offered.take()
    offered.says(End.YOURS, free).has("There’s nothing more to do")
    (booking,) = practice.bookings()
    assert (booking["name"], booking["desc"]) == (waiting.patient.name, "From the ASAP list")
    page.goto(link)
    offered.says(End.CHOSE_ANOTHER).has("you’re off the list")
    page.goto(waiting.place)
    Place(page).is_left()


def test_who_has_no_appointment_books_what_else_is_free(page: Page, listing: Listing):
    practice = listing.practice
    waiting = listing.put_on_without()
    slot, next_best, *_ = practice.free()
    link = listing.offer(waiting, slot)
    practice.take(slot)
    offered = open_offer(page, link)
    offered.take()
    offered.says(End.GONE, slot).choose(next_best)
    Details(page).is_shown().has(next_best.when)


def test_it_was_taken_and_is_cancelled_again(page: Page, listing: Listing):
    waiting = listing.put_on()
    slot = listing.practice.first_free()
    offered = open_offer(page, listing.offer(waiting, slot))
    link = page.url
    offered.take()
    offered.says(End.YOURS).way("Change, cancel").click()
    Own(page).cancel()
    Own(page).way("Yes, cancel it").click()
    Own(page).says(Heading.CANCEL_ASKED, slot)
    page.goto(link)
    offered.says(End.GIVEN_UP, slot).way("See how it stands").click()
    Own(page).says(Heading.CANCEL_ASKED, slot)


def test_an_address_that_was_mistyped_tells_nothing(page: Page, listing: Listing):
    waiting = listing.put_on()
    link = listing.offer(waiting, listing.practice.first_free())
    for address in (link, waiting.place, f"{waiting.own}/sooner"):
        head, token = address.removesuffix("/sooner").rsplit("/", 1)
        wrong = f"{head}/{'a' if token[0] != 'a' else 'b'}{token[1:]}"
        response = page.goto(address.replace(f"{head}/{token}", wrong))
        assert response is not None
        assert response.status == 404
        Elsewhere(page, "We can’t find that page").is_shown().has_not("Ada")


def _end_of(phone: str) -> str:
    return f"the number ending in {phone[-3:]}"
