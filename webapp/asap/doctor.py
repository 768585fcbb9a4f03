"""Finds out whether a practice's texts about openings cost more than they need to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.asap.wording import trouble_with_length
from webapp.practices.doctor import Finding, advice, well

if TYPE_CHECKING:
    from collections.abc import Iterator

    from webapp.practices.model import Practice


def examine_list(practice: Practice, links_begin: str) -> Iterator[Finding]:
    """Yield whether a text is sent as one, at a practice that texts itself."""
    if not practice.texts_itself:
        return
    trouble = trouble_with_length(practice, links_begin)
    if trouble is None:
        yield well("A text about an opening is sent, and paid for, as one.")
        return
    text = trouble.removeprefix(f"{practice.slug}.toml: ")
    yield advice(text[0].upper() + text[1:])
