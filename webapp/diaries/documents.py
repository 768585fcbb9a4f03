"""Reads the JSON that vendors answer with, and refuses what merely looks like it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeVar, cast

from pydantic import BaseModel, ConfigDict, ValidationError

from webapp.diaries.errors import Unintelligible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class FromVendor(BaseModel):
    """Strict, for a true or a 1 where text is due means that we misread the rest as well."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True, hide_input_in_errors=True)


_Model = TypeVar("_Model", bound=FromVendor)


def read_object(body: bytes) -> dict[str, object] | None:
    """Return the JSON object in ``body``; None for what is none, which no answer is."""
    found = _read(body)
    return cast("dict[str, object]", found) if isinstance(found, dict) else None


def read_array(body: bytes) -> list[object] | None:
    """Return the JSON array in ``body``; None for what is none."""
    found = _read(body)
    return cast("list[object]", found) if isinstance(found, list) else None


def models(model: type[_Model], found: Iterable[object]) -> list[_Model]:
    """Read each of a list's rows. Raises Unintelligible."""
    return [model_of(model, one) for one in found]


def model_of(model: type[_Model], found: object) -> _Model:
    """Read one document. Raises Unintelligible, saying where, and nothing of the answer's own."""
    try:
        return model.model_validate(found)
    except ValidationError as exc:
        where = _where(exc.errors(include_input=False)[0]["loc"])
    # Out here, so that the answer's own text does not travel along
    raise Unintelligible(f"the answer is not as documented at {where}")


def _where(steps: Sequence[int | str]) -> str:
    return ".".join(str(step) for step in steps) or "the whole"


def _read(body: bytes) -> object:
    try:
        return json.loads(body.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return None


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")
