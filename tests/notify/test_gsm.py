"""How long a text is where it is paid for, and which signs make it dear."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.notify.gsm import ONE_PART, fits_one_part, length, odd_signs
from webapp.reference.texts.segments import Encoding, measure

ALPHABET = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The basic table of 3GPP TS 23.038, row by row, without its escape."""
EXTENSION = "\f^{}\\[~]|€"


def test_the_whole_alphabet_is_plain_and_counts_one_each():
    assert len(ALPHABET) == 127
    assert odd_signs(ALPHABET) == ()
    assert length(ALPHABET) == 127


@pytest.mark.parametrize("sign", EXTENSION)
def test_what_needs_an_escape_is_plain_and_counts_two(sign: str):
    assert odd_signs(sign) == ()
    assert length(f"a{sign}b") == 4


@pytest.mark.parametrize("sign", [*"’‘“”–…`ăłçáíóúôŷŵ\t\xa0", "\N{GRINNING FACE}", "日"])
def test_any_other_sign_is_odd(sign: str):
    assert odd_signs(f"a{sign}b") == (sign,)
    assert length(f"a{sign}b") == 3


def test_odd_signs_are_told_once_each_in_the_order_in_which_they_stand():
    assert odd_signs("you’re – we’re – “both”") == ("’", "–", "“", "”")


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("", True),
        ("x" * ONE_PART, True),
        ("x" * (ONE_PART + 1), False),
        ("€" * 80, True),
        ("€" * 80 + "x", False),
        ("x" * 158 + "[", True),
        ("x" * 159 + "[", False),
        ("’" * 70, True),
        ("’" + "x" * 69, True),
        ("’" + "x" * 70, False),
        ("\N{GRINNING FACE}" * 35, True),
        ("\N{GRINNING FACE}" * 35 + "x", False),
    ],
)
def test_one_part_holds_160_signs_or_70_where_one_is_odd(text: str, fits: bool):
    assert fits_one_part(text) is fits


@given(st.text(st.sampled_from(ALPHABET + EXTENSION + "’–日\N{GRINNING FACE}"), max_size=200))
def test_the_gateway_would_cut_it_up_just_so(text: str):
    size = measure(text)
    assert fits_one_part(text) == (size.segments == 1)
    assert (odd_signs(text) == ()) == (size.encoding is Encoding.GSM_7)
    if size.encoding is Encoding.GSM_7:
        assert length(text) == size.characters
