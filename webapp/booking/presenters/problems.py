"""What is wrong with a form, as its summary lists it; and whom to call when it cannot wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext as _

if TYPE_CHECKING:
    from webapp.booking.forms import DetailsForm

_ASKED = ("name", "phone", "email", "reason")
_EMERGENCY = {
    "GB": "999",
    "IE": "112 or 999",
    "US": "911",
    "CA": "911",
    "AU": "000",
    "NZ": "111",
}
_ELSEWHERE = "112"
"""The number that works in the European Union and on mobile networks in most other countries."""


def problems(form: DetailsForm, trouble: str | None) -> list[tuple[str, str | None]]:
    """Return each problem's words and the id of the box that they are about, in page order."""
    found: list[tuple[str, str | None]] = [(trouble, None)] if trouble else []
    for name in ("token", "website"):
        found += [(str(text), None) for text in form.errors.get(name, ())]
    for name in _ASKED:
        found += [(str(text), name) for text in form[name].errors[:1]]
    return found


def change_words(notice_hours: float) -> str:
    """Say until when a booking may be changed online, from the notice that the practice wants."""
    if not notice_hours:
        return _("You can change or cancel it online afterwards.")
    hours = round(notice_hours)
    return _("You can change or cancel it online up to %(hours)s hours before.", hours=hours)


def emergency_number(country: str) -> str:
    """Return the number to call in an emergency, by the country's two letters."""
    return _EMERGENCY.get(country, _ELSEWHERE)
