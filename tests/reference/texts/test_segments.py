from __future__ import annotations

import pytest

from webapp.reference.texts.segments import Encoding, measure


@pytest.mark.parametrize(
    ("body", "characters", "segments"),
    [
        ("", 0, 1),
        ("a" * 160, 160, 1),
        ("a" * 161, 161, 2),
        ("a" * 306, 306, 2),
        ("a" * 307, 307, 3),
        ("£5 à la carte, Müller\r\nÅ?", 25, 1),
        ("€" * 80, 160, 1),
        ("€" * 81, 162, 2),
        # An escaped character that would be cut in half goes into the next segment.
        ("a" * 152 + "€" + "a" * 152, 306, 3),
    ],
)
def test_gsm_7(body: str, characters: int, segments: int):
    size = measure(body)

    assert (size.encoding, size.characters, size.segments) == (
        Encoding.GSM_7,
        characters,
        segments,
    )


@pytest.mark.parametrize(
    ("body", "characters", "segments"),
    [
        ("ŵ", 1, 1),
        ("It’s free", 9, 1),
        ("ŵ" * 70, 70, 1),
        ("ŵ" * 71, 71, 2),
        ("ŵ" * 134, 134, 2),
        ("ŵ" * 135, 135, 3),
        ("🙂" * 35, 70, 1),
        ("🙂" * 36, 72, 2),
        # 33 emoji fill 66 of a segment's 67 units; half of one does not go in.
        ("🙂" * 67, 134, 3),
    ],
)
def test_ucs_2(body: str, characters: int, segments: int):
    size = measure(body)

    assert (size.encoding, size.characters, size.segments) == (
        Encoding.UCS_2,
        characters,
        segments,
    )
