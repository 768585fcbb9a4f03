"""What tables of a practice's file have in common: ids and short texts."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field


def _id_as_text(value: object) -> object:
    """Diaries number their staff and rooms; the port keeps ids as text."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _not_blank(value: str) -> str:
    if not value.strip():
        raise ValueError("must not be empty")
    return value.strip()


Id = Annotated[str, BeforeValidator(_id_as_text), Field(min_length=1, max_length=64)]
Words = Annotated[str, AfterValidator(_not_blank), Field(max_length=200)]
