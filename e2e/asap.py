"""The pages of the ASAP list, as a patient and the front desk find their way on them."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Self

from playwright.sync_api import Locator, expect

from e2e.pages import Screen
from e2e.practice import ADA

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from e2e.practice import Patient, Practice, Slot
    from tests.reference_process import ReferenceDiary

_WITHIN_MILLISECONDS = 90_000
"""A worker looks every five seconds; a machine with much else to do takes longer."""
SOONER = "Tell me about earlier times"
"""The way to the list, on the pages of an appointment."""


class Join(Screen):
    """What would suit a patient, and how to text them."""

    heading = "Tell me if something sooner comes up"

    @property
    def phone(self) -> Locator:
        return self.view.get_by_label("Mobile phone")

    @property
    def consent(self) -> Locator:
        return self.view.get_by_label("You may text me")

    @property
    def button(self) -> Locator:
        return self.view.get_by_role("button", name="Put me on the list", exact=True)

    @property
    def problems(self) -> Locator:
        return self.view.get_by_role("alert")

    def box(self, question: str, answer: str) -> Locator:
        """Find a box or a one-of-many under its question."""
        group = self.view.get_by_role("group", name=question)
        return group.get_by_label(answer, exact=True)

    def fill(self, patient: Patient = ADA, *, is_stranger: bool = False) -> Self:
        """Type what identifies the patient, where it is asked, and say yes to texts."""
        if is_stranger:
            self.view.get_by_label("Your name").fill(patient.name)
            self.view.get_by_label("Email").fill(patient.email)
        self.phone.fill(patient.phone)
        self.consent.check()
        return self

    def go_on(self) -> None:
        self.button.click()

    def save(self) -> None:
        self.view.get_by_role("button", name="Save", exact=True).click()


class Joined(Screen):
    """The end of joining without an appointment. It may stand in a practice's own site."""

    heading = "You’re on the list"

    def open_own_page(self) -> None:
        self.way("See or leave the list").click()


class Place(Screen):
    """The page of somebody's place on the list, which the e-mail leads to."""

    heading = "You’re on the list for something sooner"
    left: ClassVar[str] = "You’re not on the list"

    def leave(self) -> None:
        self.way("Leave the list").click()

    def is_left(self) -> Self:
        expect(self.view.get_by_role("heading", level=1)).to_have_text(self.left)
        return self


class End(StrEnum):
    """What the page behind the link in a text begins with, as the offer stands."""

    OFFERED = "An earlier appointment"
    UNREACHABLE = "We couldn’t reach the diary"
    REFUSED = "We couldn’t take it for you"
    LOOKING = "We’re checking whether it’s yours"
    YOURS = "It’s yours"
    GIVEN_UP = "You don’t have this one any more"
    PRACTICE_RINGS = "The practice will ring you"
    IN_HAND = "Somebody else is just taking it"
    GONE = "Somebody else has it"
    DECLINED = "You said no, thanks"
    STOPPED = "We won’t text you any more"
    CHOSE_ANOTHER = "You took another one"
    LEFT = "You’re no longer on the list"
    NOT_SOONER = "You have something as soon as this"
    EXPIRED = "This offer is over"
    WITHDRAWN = "The practice took this one back"
    WAITING = "You’ve asked for another time"
    HAVE_IT = "You have this one already"


class Offered(Screen):
    """The page behind the link in a text."""

    heading = End.OFFERED

    def offers(self, slot: Slot, has: Slot | None = None) -> Self:
        """Expect the slot, what the patient has, and the three buttons."""
        self.says(End.OFFERED, slot)
        if has is not None:
            self.has("You have", has.when)
        for button in (self.button, self.way("No, thanks"), self.way("Stop telling me")):
            expect(button).to_be_visible()
        return self

    def says(self, end: End, *slots: Slot) -> Self:
        expect(self.view.get_by_role("heading", level=1)).to_have_text(end)
        return self.has(*(slot.when for slot in slots))

    @property
    def button(self) -> Locator:
        return self.view.get_by_role("button", name=re.compile("^Take"))

    def take(self) -> None:
        self.button.click()

    def decline(self) -> None:
        self.way("No, thanks").click()

    def undo(self) -> None:
        self.way("Show me the offer again").click()

    def stop(self) -> None:
        self.way("Stop telling me").click()

    def choose(self, slot: Slot) -> None:
        """Take one of those that are free besides, as the page lists them."""
        self.way(f"{slot.when} {slot.staff.name}").click()

    def see_appointment(self) -> None:
        self.way("See your appointment").click()


def open_offer(view: Page, link: str) -> Offered:
    """Open the link in a text, on a phone."""
    view.set_viewport_size({"width": 360, "height": 640})
    view.goto(link)
    return Offered(view)


def cancel_at_desk(page: Page, practice: Practice, slot: Slot) -> None:
    """Press "Cancel" beside an appointment on the diary's own day sheet."""
    page.goto(f"{practice.diary.sheet_url(practice.slug)}?day={slot.start:%Y-%m-%d}")
    column = page.locator("section").filter(has=page.get_by_role("heading", name=slot.staff.name))
    button = column.get_by_role("button", name=f"at {slot.start.hour}:{slot.start:%M}")
    button.click()
    expect(button).to_have_count(0)


def read_text(page: Page, diary: ReferenceDiary, *, sender: str, to: Patient) -> str:
    """Wait in the inbox until a patient has a text from a practice; return the link in it."""
    page.goto(f"{diary.url}/inbox/texts/")
    phone = "+44" + to.phone.replace(" ", "").removeprefix("0")
    texts = page.get_by_role("listitem").filter(has_text=f"To {phone}")
    link = texts.filter(has_text=sender).get_by_role("link", name="/a/")
    expect(link).to_have_count(1, timeout=_WITHIN_MILLISECONDS)
    address = link.get_attribute("href")
    assert address is not None
    return address
