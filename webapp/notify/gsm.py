"""How long a text is where it is paid for: in GSM 7-bit characters, or 16-bit ones. Pure.

The alphabet is that of 3GPP TS 23.038; a text of one part holds 160 of its characters, or 70
where any other sign stands in it.
"""

from __future__ import annotations

ONE_PART = 160
_ONE_PART_OF_16_BITS = 70
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("\f^{}\\[~]|€")
"""Each takes an escape and a sign: two characters."""


def odd_signs(text: str) -> tuple[str, ...]:
    """Return the signs, each once, that are not in the GSM alphabet."""
    return tuple(dict.fromkeys(one for one in text if one not in _BASIC and one not in _EXTENSION))


def length(text: str) -> int:
    """Return the text's length in GSM characters; a sign outside the alphabet counts as one."""
    return sum(2 if one in _EXTENSION else 1 for one in text)


def fits_one_part(text: str) -> bool:
    """Say whether a text is sent, and paid for, as one."""
    if odd_signs(text):
        return len(text.encode("utf-16-be")) // 2 <= _ONE_PART_OF_16_BITS
    return length(text) <= ONE_PART
