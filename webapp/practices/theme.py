"""A practice's colours, all derived from its one accent, each pair readable by WCAG 2.2."""

from __future__ import annotations

import colorsys
import re
from dataclasses import dataclass

PAPER = "#fbfaf7"
"""The page's ground in the light scheme; `static/css/tokens.css` says the same."""
DARK_PAPER = "#12161c"
_WHITE = "#ffffff"
_INK_ON_LIGHT_ACCENT = "#0d1512"
_READABLE = 4.5
"""The least contrast for text, WCAG 2.2 success criterion 1.4.3."""
_READABLE_AT_NIGHT = 6.5
_STRONGEST_AT_NIGHT = 0.6
_LINEAR_UP_TO = 0.04045
"""Where sRGB's curve begins, as WCAG 2.2 defines relative luminance."""

_Rgb = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of one practice, as ``#rrggbb``.

    ``accent`` is for buttons and links, ``on_accent`` for text upon it, ``tint`` for quiet
    grounds, ``edge`` for lines around them, ``strong`` for text upon a tint.
    """

    accent: str
    on_accent: str
    hover: str
    tint: str
    edge: str
    strong: str


@dataclass(frozen=True, slots=True)
class Schemes:
    """One practice's colours by day and by night."""

    light: Theme
    dark: Theme


def is_colour(text: str) -> bool:
    """Say whether the text is a colour in six hexadecimal digits."""
    return re.fullmatch(r"#[0-9a-fA-F]{6}", text) is not None


def contrast(one: str, other: str) -> float:
    """Return the WCAG 2.2 contrast ratio of two colours, 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def derive_theme(accent: str) -> Schemes:
    """Derive both schemes from the accent.

    Raises ValueError, with the nearest accent that would do, when white text on the accent or
    the accent on the page's paper would be hard to read.
    """
    worst = min(contrast(accent, _WHITE), contrast(accent, PAPER))
    if worst < _READABLE:
        raise ValueError(
            f"{accent} is too pale to read beside white ({worst:.1f}:1, at least {_READABLE}:1 is "
            f"needed); {_darkened(accent)} would do"
        )
    night = _lightened(accent)
    return Schemes(
        light=Theme(
            accent=accent,
            on_accent=_WHITE,
            hover=_mix(accent, "#000000", 0.18),
            tint=_mix(accent, PAPER, 0.9),
            edge=_mix(accent, PAPER, 0.72),
            strong=_mix(accent, "#000000", 0.12),
        ),
        dark=Theme(
            accent=night,
            on_accent=_INK_ON_LIGHT_ACCENT,
            hover=_mix(night, _WHITE, 0.25),
            tint=_mix(accent, DARK_PAPER, 0.72),
            edge=_mix(accent, DARK_PAPER, 0.4),
            strong=_mix(night, _WHITE, 0.15),
        ),
    )


def _darkened(accent: str) -> str:
    for step in range(1, 100):
        candidate = _mix(accent, "#000000", step / 100)
        if min(contrast(candidate, _WHITE), contrast(candidate, PAPER)) >= _READABLE:
            return candidate
    return "#000000"


def _lightened(accent: str) -> str:
    """Return the accent's hue, bright enough to read on dark paper and on a dark tint."""
    tint = _mix(accent, DARK_PAPER, 0.72)
    hue, lightness, saturation = colorsys.rgb_to_hls(*_rgb(accent))
    for step in range(round(lightness * 100), 100):
        # Mixed with white it would turn grey: the hue keeps its strength, within reason.
        bright = colorsys.hls_to_rgb(hue, step / 100, min(saturation, _STRONGEST_AT_NIGHT))
        candidate = _hex(bright)
        if contrast(candidate, tint) >= _READABLE_AT_NIGHT <= contrast(candidate, DARK_PAPER):
            return candidate
    return _WHITE


def _mix(one: str, other: str, share: float) -> str:
    """Mix two colours; ``share`` (0 to 1) is the other's part."""
    pairs = zip(_rgb(one), _rgb(other), strict=True)
    red, green, blue = (a * (1 - share) + b * share for a, b in pairs)
    return _hex((red, green, blue))


def _hex(colour: _Rgb) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in colour)


def _rgb(colour: str) -> _Rgb:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _luminance(colour: str) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= _LINEAR_UP_TO else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(part) for part in _rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
