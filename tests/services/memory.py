"""Where tests keep databases that need not outlive them: in memory if there is room, or on disk."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

_MEMORY = Path("/dev/shm")  # noqa: S108 - folders in it are made by tempfile
_ENOUGH_BYTES = 2**30


def in_memory() -> Path | None:
    """Return a folder whose files are in memory, for tempfile's ``dir``; None where there is none.

    Each commit waits for the disk otherwise, which is most of what a small test costs.
    """
    if not os.access(_MEMORY, os.W_OK) or shutil.disk_usage(_MEMORY).free < _ENOUGH_BYTES:
        return None
    return _MEMORY
