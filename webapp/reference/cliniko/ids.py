"""Reads and writes ids, which are text of up to 19 digits ("string <int64>").

Ours: all lie beyond what a JSON number of most clients can hold, as those of real accounts do, so
that whoever calculates with them or rounds them finds nothing.
"""

from __future__ import annotations

import re

_OFFSET = 1_702_000_000_000_000_000
_ID = re.compile(r"[0-9]{1,19}")


def write_id(number: int) -> str:
    return str(_OFFSET + number)


def read_id(text: object) -> int | None:
    """Return the number behind an id; None for what is none, or nobody's."""
    if not isinstance(text, str) or not _ID.fullmatch(text) or int(text) <= _OFFSET:
        return None
    return int(text) - _OFFSET
