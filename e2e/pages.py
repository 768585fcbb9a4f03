"""The pages of the journey, as a person finds their way on them: by role and by word."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar, Self

from playwright.sync_api import Frame, Locator, Page, expect

if TYPE_CHECKING:
    from e2e.practice import Named, Patient, Slot

View = Page | Frame
"""Where a page is shown: a tab, or a frame in a practice's own site."""


class Screen:
    """One page. ``heading`` is what its first words must be."""

    heading: ClassVar[str | re.Pattern[str]]

    def __init__(self, view: View) -> None:
        self.view = view

    def is_shown(self) -> Self:
        expect(self.view.get_by_role("heading", level=1)).to_have_text(self.heading)
        return self

    def has(self, *texts: str) -> Self:
        """Expect each of these words somewhere on the page."""
        for text in texts:
            expect(self.view.get_by_role("main")).to_contain_text(text)
        return self

    def has_not(self, *texts: str) -> Self:
        for text in texts:
            expect(self.view.get_by_role("main")).not_to_contain_text(text)
        return self

    def way(self, name: str | re.Pattern[str], *, exact: bool = False) -> Locator:
        """Find a way on: a link, or a button where the page carries what was typed."""
        main = self.view.get_by_role("main")
        link = main.get_by_role("link", name=name, exact=exact)
        return link.or_(main.get_by_role("button", name=name, exact=exact))

    def go_back(self) -> None:
        """Take the page's own way back, not the browser's."""
        self.way("Back", exact=True).click()


class Who(Screen):
    heading = "Who would you like to see?"

    def choose(self, person: Named) -> None:
        self.way(person.name).click()

    def choose_no_preference(self) -> None:
        self.way("No preference").click()


class Where(Screen):
    heading = "Where would you like to be seen?"

    def choose(self, room: Named) -> None:
        self.way(room.name).click()

    def choose_anywhere(self) -> None:
        self.way("Anywhere").click()


class Times(Screen):
    heading = "When would suit you?"

    @property
    def first_free(self) -> Locator:
        return self.way(re.compile("^Take it: "))

    def take_first(self) -> None:
        self.first_free.click()

    def open_day(self, slot: Slot) -> None:
        self.way(re.compile(f"^{slot.day}, ")).click()
        expect(self.view.get_by_role("heading", name=slot.day, exact=True)).to_be_visible()

    def choose(self, slot: Slot) -> None:
        self.way(slot.at, exact=True).click()

    def turn_on(self) -> None:
        self.way("Later weeks").click()


class Details(Screen):
    heading = "Your details"

    @property
    def name(self) -> Locator:
        return self.view.get_by_label("Your name")

    @property
    def phone(self) -> Locator:
        return self.view.get_by_label("Phone")

    @property
    def email(self) -> Locator:
        return self.view.get_by_label("Email")

    @property
    def reason(self) -> Locator:
        return self.view.get_by_label("What would you like help with?")

    @property
    def problems(self) -> Locator:
        return self.view.get_by_role("alert")

    def fill(self, patient: Patient) -> Self:
        self.name.fill(patient.name)
        self.phone.fill(patient.phone)
        self.email.fill(patient.email)
        self.reason.fill(patient.reason)
        return self

    def go_on(self) -> None:
        self.view.get_by_role("button", name="Continue", exact=True).click()

    def is_kept(self, patient: Patient) -> Self:
        """Expect everything to stand as it was typed."""
        self.is_shown()
        expect(self.name).to_have_value(patient.name)
        expect(self.phone).to_have_value(patient.phone)
        expect(self.email).to_have_value(patient.email)
        expect(self.reason).to_have_value(patient.reason)
        return self


class Check(Screen):
    heading = "Check and book"

    @property
    def button(self) -> Locator:
        return self.view.get_by_role("button", name=re.compile("^Book"))

    def book(self) -> None:
        self.button.click()

    def says(self, patient: Patient, slot: Slot) -> Self:
        """Expect all that will be sent, and nothing else of the kind."""
        self.is_shown()
        self.has(patient.name, patient.phone, patient.email, *patient.reason.split("\n"))
        return self.has(slot.day, slot.at, slot.staff.name, slot.room.name)

    def change(self, what: str) -> None:
        """Take the "Change" whose spoken name ends in ``what``, such as "your name"."""
        self.way(f"Change {what}", exact=True).click()


class Outcome(Screen):
    """The page after booking: booked, or the honest truth instead."""

    heading = "You’re booked"
    unknown = "We’re checking whether you’re booked"
    waiting = "Booking your appointment"
    nothing = "Nothing was booked"
    given_up = "You cancelled or moved this appointment"
    practice_rings = "The practice will ring you"

    def says(self, slot: Slot) -> Self:
        self.is_shown()
        return self.has(slot.when, slot.staff.name, slot.room.name)

    def is_unknown(self) -> Self:
        return self._is(self.unknown)

    def is_waiting(self) -> Self:
        return self._is(self.waiting)

    def is_nothing(self) -> Self:
        return self._is(self.nothing)

    def is_for_the_practice(self) -> Self:
        return self._is(self.practice_rings)

    def is_given_up(self) -> Self:
        return self._is(self.given_up)

    def open_own_page(self) -> None:
        """Go on to the booking's own page; from a frame, that is to leave it."""
        self.way("Change or cancel").click()

    def _is(self, heading: str) -> Self:
        expect(self.view.get_by_role("heading", level=1)).to_have_text(heading)
        return self


class Gone(Screen):
    heading = "That time has gone"

    @property
    def offers(self) -> Locator:
        main = self.view.get_by_role("main")
        return main.get_by_role("listitem")

    def choose(self, slot: Slot) -> None:
        self.way(f"{slot.when} {slot.staff.name}").click()

    def see_all(self) -> None:
        self.way("See all free times").click()


class Unavailable(Screen):
    heading = "Online booking is not available just now"


class Elsewhere(Screen):
    """Any other page, known by the heading that it is made with."""

    def __init__(self, view: View, heading: str) -> None:
        super().__init__(view)
        self._words = heading

    def is_shown(self) -> Self:
        expect(self.view.get_by_role("heading", level=1)).to_have_text(self._words)
        return self
