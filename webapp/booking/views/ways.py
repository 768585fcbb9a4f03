"""The way through the times when an appointment is being changed: every step stays on its page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from typing_extensions import override

from webapp.appointments.addresses import Step
from webapp.booking.steps import Route

if TYPE_CHECKING:
    from webapp.appointments.choice import Choice


@dataclass(frozen=True, slots=True)
class ChangeRoute(Route):
    """Leads from a booking's own page, at ``page``, to another time and back."""

    page: str = ""

    @override
    def url(self, step: Step, choice: Choice) -> str:
        return f"{self.page}/change{choice.query()}"
