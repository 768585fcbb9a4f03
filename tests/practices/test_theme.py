from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from webapp.practices.theme import (
    DARK_PAPER,
    PAPER,
    Schemes,
    contrast,
    derive_theme,
    is_colour,
)

CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is no failure."""

READABLE = 4.5
WHITE, BLACK = "#ffffff", "#000000"
TOKENS = Path(__file__).resolve().parents[2] / "static" / "css" / "tokens.css"

colours = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


def tokens(name: str) -> list[str]:
    """A colour of the style sheet: by day, by night, and where a host page has chosen the night."""
    return re.findall(rf"--{name}: (#[0-9a-f]{{6}});", TOKENS.read_text())


INK, DARK_INK, _CHOSEN = tokens("ink")


def test_the_night_is_the_same_whoever_chose_it():
    names = set(re.findall(r"--([a-z-]+): #", TOKENS.read_text()))
    assert "ink" in names
    for name in names:
        _day, night, chosen = tokens(name)
        assert night == chosen


def readable_or_none(accent: str) -> Schemes | None:
    try:
        return derive_theme(accent)
    except ValueError:
        return None


def darker(colour: str) -> str:
    """Half the light: an accent for the tests that need one which is not too pale."""
    return "#" + "".join(f"{int(colour[at : at + 2], 16) // 3:02x}" for at in (1, 3, 5))


class TestContrast:
    def test_black_on_white_is_the_most_there_is(self):
        assert contrast(BLACK, WHITE) == pytest.approx(21)

    @CALM
    @given(colours)
    def test_a_colour_has_none_with_itself(self, colour: str):
        assert contrast(colour, colour) == pytest.approx(1)

    @CALM
    @given(colours, colours)
    def test_it_does_not_matter_which_is_the_ground(self, one: str, other: str):
        assert contrast(one, other) == contrast(other, one)

    def test_it_agrees_with_a_figure_from_the_guidelines_examples(self):
        assert contrast("#767676", WHITE) == pytest.approx(4.54, abs=0.005)


class TestColours:
    @pytest.mark.parametrize("text", ["#0b6e4f", "#0B6E4F", BLACK])
    def test_six_hexadecimal_digits_are_one(self, text: str):
        assert is_colour(text)

    @pytest.mark.parametrize("text", ["0b6e4f", "#0b6", "#0b6e4g", "#0b6e4f00", "#0b6e4f\n", "red"])
    def test_nothing_else_is(self, text: str):
        assert not is_colour(text)


class TestTheme:
    @CALM
    @given(colours)
    @example(WHITE)
    @example("#ffff00")
    @example("#777777")
    def test_an_accent_too_pale_is_refused_with_one_that_does(self, accent: str):
        if min(contrast(accent, WHITE), contrast(accent, PAPER)) >= READABLE:
            assert derive_theme(accent).light.accent == accent
            return
        with pytest.raises(ValueError, match=f"{accent} is too pale") as caught:
            derive_theme(accent)
        suggested = re.search(r"(#[0-9a-f]{6}) would do", str(caught.value))
        assert suggested is not None
        assert derive_theme(suggested[1]).light.accent == suggested[1]

    @CALM
    @given(colours.map(darker) | colours)
    @example(BLACK)
    @example("#0000ff")
    @example("#0b6e4f")
    def test_every_pair_of_colours_can_be_read_by_day(self, accent: str):
        schemes = readable_or_none(accent)
        if schemes is None:
            return
        day = schemes.light
        for one, ground in (
            (day.on_accent, day.accent),
            (day.on_accent, day.hover),
            (day.strong, day.tint),
            (day.strong, PAPER),
            (day.accent, PAPER),
            (day.accent, WHITE),
        ):
            assert contrast(one, ground) >= READABLE

    @CALM
    @given(colours.map(darker) | colours)
    @example(BLACK)
    @example("#0000ff")
    @example("#7b0000")
    @example("#0b6e4f")
    def test_every_pair_of_colours_can_be_read_by_night(self, accent: str):
        schemes = readable_or_none(accent)
        if schemes is None:
            return
        night = schemes.dark
        for one, ground in (
            (night.on_accent, night.accent),
            (night.on_accent, night.hover),
            (night.strong, night.tint),
            (night.strong, DARK_PAPER),
            (night.accent, DARK_PAPER),
        ):
            assert contrast(one, ground) >= READABLE

    @CALM
    @given(colours.map(darker))
    def test_every_colour_is_one_that_a_style_sheet_takes(self, accent: str):
        schemes = readable_or_none(accent)
        if schemes is None:
            return
        for theme in (schemes.light, schemes.dark):
            for colour in (theme.accent, theme.on_accent, theme.hover, theme.tint, theme.edge):
                assert is_colour(colour)

    @CALM
    @given(colours.map(darker))
    def test_ink_can_be_read_on_every_tint(self, accent: str):
        schemes = readable_or_none(accent)
        if schemes is None:
            return
        assert contrast(INK, schemes.light.tint) >= READABLE
        assert contrast(DARK_INK, schemes.dark.tint) >= READABLE

    def test_paper_is_that_of_the_style_sheet(self):
        assert tokens("paper") == [PAPER, DARK_PAPER, DARK_PAPER]
