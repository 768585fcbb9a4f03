"""Writes and compares people's names, phones and words for diaries that know patients. Pure."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from webapp.diaries.port import Patient

_DIGITS_THAT_TELL = 9
"""So many last digits of a phone number are the same with and without its country."""


@dataclass(frozen=True, slots=True)
class Names:
    """A name in two parts; neither is empty, as the vendor requires of patients."""

    first: str = field(repr=False)
    last: str = field(repr=False)


def names_of(patient: Patient) -> Names:
    """Split a name before its last word. One word alone stands in both parts."""
    words = one_line(patient.name).split() or ["-"]
    return Names(" ".join(words[:-1]) or words[-1], words[-1])


def one_line(text: str) -> str:
    """Return the text in one line, without what databases do not take."""
    plain = (" " if unicodedata.category(one) in {"Cc", "Cs"} else one for one in text)
    return " ".join("".join(plain).split())


def phone_tail(text: str) -> str:
    digits = "".join(one for one in text if one.isdigit())
    return digits[-_DIGITS_THAT_TELL:] if len(digits) >= _DIGITS_THAT_TELL else digits


def folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text)
    kept = "".join(one for one in plain if not unicodedata.combining(one))
    return " ".join(kept.casefold().split())


def first_word(text: str) -> str:
    return folded(text).partition(" ")[0]
