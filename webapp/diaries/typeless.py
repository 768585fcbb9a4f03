"""What a connector has to say about types and windows whose diary knows neither."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from webapp.diaries.port import AppointmentType


class Typeless:
    """Appointments are of one kind, and one call may ask about all of the days."""

    @property
    def window_days(self) -> int | None:
        """No limit."""
        return None

    def appointment_types(self) -> tuple[AppointmentType, ...]:
        """Return none. Nothing is asked."""
        return ()
