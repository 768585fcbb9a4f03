"""Named points at which a test may kill the process, to prove that nothing is lost there."""

from __future__ import annotations

import os
import signal

_AT = (
    os.environ.get("OPENSLOT_CRASH_AT", "")
    if os.environ.get("OPENSLOT_MODE") == "development"
    else ""
)


def crash_point(name: str) -> None:
    """Kill this process as the kernel would, if ``OPENSLOT_CRASH_AT`` names this point.

    Does nothing in production, whatever the environment says.
    """
    if _AT and name == _AT:
        os.kill(os.getpid(), signal.SIGKILL)
