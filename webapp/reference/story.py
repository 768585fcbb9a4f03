"""Puts two made-up patients on the first demo practice's ASAP list, as they would themselves.

Their appointments lie weeks ahead, so that whatever the desk cancels before then is sooner. Only
the site's own pages are used, the way a browser without scripts would.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from typing import TYPE_CHECKING

import requests

if TYPE_CHECKING:
    from datetime import date

_LIMIT_SECONDS = 20
_PILL = re.compile(r'class="pill"[^>]*?href="([^"]+)"', re.DOTALL)
_TOKEN = re.compile(r'name="token"\s+value="([^"]+)"')
_SOONER = re.compile(r'href="([^"]+/sooner)"')
_FIRST_DAY_AHEAD, _LAST_DAY_AHEAD = 45, 80


class StoryUntold(Exception):
    """The site did not do what the story needs; it runs all the same."""


@dataclass(frozen=True, slots=True)
class MadeUp:
    """A patient who does not exist, with a number and an address that nobody has."""

    name: str
    phone: str
    email: str


PATIENTS = (
    MadeUp("Ada Whitcombe", "07700 900101", "ada@whitcombe.example"),
    MadeUp("Ben Okonkwo", "07700 900102", "ben@okonkwo.example"),
)


def tell(site: str, slug: str, today: date) -> None:
    """Book for each of PATIENTS, and put them on the list. Raises StoryUntold."""
    for patient in PATIENTS:
        try:
            _join(site, _book(site, slug, patient, today), patient)
        except requests.RequestException as error:
            raise StoryUntold(type(error).__name__) from error


def _book(site: str, slug: str, patient: MadeUp, today: date) -> str:
    """Return the outcome page of a booking on the first day that has a time."""
    for ahead in range(_FIRST_DAY_AHEAD, _LAST_DAY_AHEAD):
        day = today + timedelta(days=ahead)
        times = _get(f"{site}/{slug}/times?staff=any&room=any&day={day.isoformat()}")
        pill = _PILL.search(times.text)
        if pill is None:
            continue
        details = _get(site + unescape(pill[1]))
        form = {
            "name": patient.name,
            "phone": patient.phone,
            "email": patient.email,
            "reason": "",
            "website": "",
            "token": _first(_TOKEN, details.text),
        }
        booked = requests.post(
            details.url.replace("/details?", "/book?"), data=form, timeout=_LIMIT_SECONDS
        )
        if "/outcome/" in booked.url:
            return booked.text
    raise StoryUntold("no time was free")


def _join(site: str, outcome: str, patient: MadeUp) -> None:
    url = site + unescape(_first(_SOONER, outcome))
    form: dict[str, str | list[str]] = {
        "phone": patient.phone,
        "whom": "any",
        "days": [str(day) for day in range(7)],
        "parts": ["morning", "afternoon", "evening"],
        "notice": "0",
        "consent": "y",
        "website": "",
        "token": _first(_TOKEN, _get(url).text),
    }
    requests.post(url, data=form, timeout=_LIMIT_SECONDS).raise_for_status()


def _get(url: str) -> requests.Response:
    answer = requests.get(url, timeout=_LIMIT_SECONDS)
    answer.raise_for_status()
    return answer


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    if found is None:
        raise StoryUntold("a page lacks what should stand on it")
    return found[1]
