"""The pages of a booking that was made: its own, and those that cancel or change it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Self

from playwright.sync_api import Locator, expect

from e2e.pages import Screen, Times

if TYPE_CHECKING:
    from e2e.practice import Slot


class Heading(StrEnum):
    """What the page of a booking begins with, as the booking stands."""

    STANDS = "Your appointment"
    LOOKING = "We’re checking whether you’re booked"
    PRACTICE_RINGS = "The practice will ring you"
    NOT_BOOKED = "Nothing was booked"
    CANCEL_ASKED = "We have your request to cancel"
    CANCELLED = "Your appointment is cancelled"
    MOVED = "This appointment has moved"
    PAST = "This appointment has passed"


class Own(Screen):
    """The booking's own page."""

    heading = Heading.STANDS

    def stands(self, slot: Slot) -> Self:
        """Expect the appointment, and that it may be changed and cancelled."""
        self.says(Heading.STANDS, slot)
        for way in ("Change the time", "Cancel it"):
            expect(self.way(way)).to_be_visible()
        return self

    def says(self, heading: Heading, slot: Slot) -> Self:
        expect(self.view.get_by_role("heading", level=1)).to_have_text(heading)
        return self.has(slot.when, slot.staff.name)

    def change(self) -> None:
        self.way("Change the time").click()

    def cancel(self) -> None:
        self.way("Cancel it").click()

    def see_new_one(self) -> None:
        self.way("See your new appointment").click()

    def see_old_one(self) -> None:
        self.has("that one is still yours").way("See it").click()


class CancelQuestion(Screen):
    heading = "Cancel this appointment?"

    @property
    def button(self) -> Locator:
        return self.way("Yes, cancel it")

    def say_yes(self) -> None:
        self.button.click()

    def say_no(self) -> None:
        self.way("No, keep it").click()


class OtherTimes(Times):
    heading = "When would suit you better?"


class MoveQuestion(Screen):
    heading = "Move your appointment?"

    @property
    def button(self) -> Locator:
        return self.way("Move it")

    def says(self, old: Slot, new: Slot) -> Self:
        self.is_shown()
        return self.has(old.when, old.staff.name, new.when, new.staff.name, new.room.name)

    def say_yes(self) -> None:
        self.button.click()

    def choose_another(self) -> None:
        self.way("Choose another time").click()

    def keep_old(self) -> None:
        self.way("Keep the old one").click()
