"""What a designer asked the builder for, read from the address and checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from flask_babel import gettext as _

from webapp.practices.theme import derive_theme, is_colour

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.availability.answers import Roster

_LONGEST_WORDS = 60
_LONGEST_ID = 64
_JOINERS = "\u200c\u200d"
"""Unprintable by themselves, but part of how some languages are spelt."""


class Show(StrEnum):
    """How booking stands on the host's page. The values are the script's own words."""

    INLINE = "inline"
    DIALOG = "dialog"
    FLOATING = "floating"


class Scheme(StrEnum):
    """Which colours are shown. ``AUTO`` follows the visitor's device."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the snippet shall do: ``accent`` as ``#rrggbb``, ids as the diary's own."""

    words: str
    accent: str
    show: Show = Show.INLINE
    scheme: Scheme = Scheme.AUTO
    staff: str = ""
    room: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was asked for, as far as it can be had, and by field what is wrong with the rest."""

    wanted: Wanted
    typed_accent: str
    problems: Mapping[str, str] = field(default_factory=dict[str, str])


def read_wanted(asked: Mapping[str, str], *, own_accent: str, roster: Roster) -> Reading:
    """Read the builder's form. ``own_accent`` is the practice's; an empty roster is not known."""
    problems: dict[str, str] = {}
    typed = asked.get("accent", "").strip().lower()[:32]
    accent = own_accent
    if typed:
        try:
            accent = _accent(typed)
        except ValueError as error:
            problems["accent"] = str(error)
    words = "".join(one for one in asked.get("words", "") if one.isprintable() or one in _JOINERS)
    words = " ".join(words.split())
    if len(words) > _LONGEST_WORDS:
        problems["words"] = _(
            "Shorten the link’s words to %(most)s characters or fewer", most=_LONGEST_WORDS
        )
        words = words[:_LONGEST_WORDS].strip()
    staff, room = (asked.get(name, "").strip()[:_LONGEST_ID] for name in ("staff", "room"))
    if staff and roster.staff and roster.find_staff(staff) is None:
        problems["staff"] = _("Choose again: that person is not offered online")
        staff = ""
    if room and roster.rooms and roster.find_room(room) is None:
        problems["room"] = _("Choose again: that room is not offered online")
        room = ""
    wanted = Wanted(
        words=words or _("Book online"),
        accent=accent,
        show=_one_of(Show, asked.get("show", ""), Show.INLINE),
        scheme=_one_of(Scheme, asked.get("theme", ""), Scheme.AUTO),
        staff=_plain(staff),
        room=_plain(room),
    )
    return Reading(wanted, typed if "accent" in problems else accent, problems)


def _accent(typed: str) -> str:
    colour = "#" + typed.removeprefix("#")
    if not is_colour(colour):
        raise ValueError(_("Write the colour as # and six digits, such as #0b6e4f"))
    derive_theme(colour)
    return colour


def _plain(text: str) -> str:
    return "".join(one for one in text if one.isprintable())


_Kind = TypeVar("_Kind", Show, Scheme)


def _one_of(kind: type[_Kind], text: str, otherwise: _Kind) -> _Kind:
    return kind(text) if text in {one.value for one in kind} else otherwise
