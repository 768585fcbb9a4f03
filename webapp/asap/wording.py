"""The words of a text: the practice's template, its tags filled in, and how long that gets."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask_babel import gettext as _

from webapp import clock
from webapp.notify import gsm

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.practices.model import Practice

_TAG = re.compile(r"\[(\w+)\]")
_TOKEN_LETTERS = 26
_LONG_NAME = "Christopher"
"""Eleven letters: nineteen names in twenty are no longer."""
_LONG_MOMENT = datetime(2026, 9, 23, 12, 45, tzinfo=UTC)


def fill_in(practice: Practice, start: datetime) -> str:
    """Return the practice's text about an opening, all but the name and the link.

    Tags are those of Open Dental's ASAP messages, in capitals or not; one that is unknown stays.
    """
    moment = start.astimezone(practice.zone)
    return _replace(
        practice.asap.template,
        {
            "date": clock.say_day_in_short(moment.date()),
            "time": clock.say_time(moment.time()),
            "officename": practice.name,
            "officephone": practice.phone,
        },
    )


def complete(text: str, *, first_name: str, address: str) -> str:
    """Return the whole text, for one patient."""
    return _replace(text, {"namef": first_name or _("Hello"), "asapurl": address})


def address_of(links_begin: str, token: str) -> str:
    """Return the address of an offer's page, as short as it can be read."""
    return f"{links_begin}/a/{token}"


def longest(practice: Practice, links_begin: str) -> str:
    """Return about the longest text that this practice's template makes."""
    text = fill_in(practice, _LONG_MOMENT.replace(tzinfo=practice.zone))
    address = address_of(links_begin, "x" * _TOKEN_LETTERS)
    return complete(text, first_name=_LONG_NAME, address=address)


def trouble_with_length(practice: Practice, links_begin: str) -> str | None:
    """Say, in a sentence, why a practice's texts cost more than one each, or None."""
    text = longest(practice, links_begin)
    if gsm.fits_one_part(text):
        return None
    odd = gsm.odd_signs(text)
    if odd:
        return (
            f"{practice.slug}.toml: the text that asap.template makes has {' '.join(odd)} in it, "
            f"which texts carry at more than twice the price; and it is {len(text)} characters "
            "long."
        )
    return (
        f"{practice.slug}.toml: the text that asap.template makes can be {gsm.length(text)} "
        f"characters long, which is sent and paid for as two: keep it to {gsm.ONE_PART}."
    )


def _replace(text: str, values: Mapping[str, str]) -> str:
    return _TAG.sub(lambda tag: values.get(tag[1].lower(), tag[0]), text)
