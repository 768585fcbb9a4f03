"""How a text is cut up for the network: its alphabet, its length and its number of segments.

From Twilio's pages on GSM-7, UCS-2 and the SMS character limit. A text that GSM-7 can write takes
160 characters in one segment or 153 in each of several, and an escaped character counts twice.
Any other character turns the whole text into UCS-2: 70 units in one segment, else 67, and an
emoji is two units. Nothing that counts twice is cut in half.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_ESCAPED = frozenset("\f^{}\\[~]|€")
_LAST_OF_ONE_UNIT = 0xFFFF


class Encoding(StrEnum):
    GSM_7 = "GSM-7"
    UCS_2 = "UCS-2"

    @property
    def alone(self) -> int:
        """How much a text of one segment holds."""
        return 160 if self is Encoding.GSM_7 else 70

    @property
    def each(self) -> int:
        """How much each of several segments holds, beside the header that joins them."""
        return 153 if self is Encoding.GSM_7 else 67


@dataclass(frozen=True, slots=True)
class Size:
    """``characters`` as the network counts them: escaped ones and emoji are two."""

    encoding: Encoding
    characters: int
    segments: int


def measure(body: str) -> Size:
    """Return what it takes to send ``body``; an empty one takes a segment too."""
    if _BASIC.union(_ESCAPED).issuperset(body):
        encoding = Encoding.GSM_7
        widths = [2 if character in _ESCAPED else 1 for character in body]
    else:
        encoding = Encoding.UCS_2
        widths = [2 if ord(character) > _LAST_OF_ONE_UNIT else 1 for character in body]
    characters = sum(widths)
    if characters <= encoding.alone:
        return Size(encoding, characters, 1)
    return Size(encoding, characters, _count_segments(widths, encoding.each))


def _count_segments(widths: list[int], room: int) -> int:
    segments, left = 1, room
    for width in widths:
        if width > left:
            segments, left = segments + 1, room
        left -= width
    return segments
