"""Runs the commands that look for programs and install them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def become_root() -> tuple[str, ...] | None:
    """Return what goes before a command that needs root, or None where we cannot be root."""
    if sys.platform == "win32":
        return None
    if os.geteuid() == 0:
        return ()
    if shutil.which("sudo") and answer(["sudo", "-n", "id"]):
        return ("sudo", "-n")
    return None


def answer(command: Sequence[str]) -> str | None:
    """Return what the command printed, or None where it failed or printed nothing."""
    try:
        done = subprocess.run(
            command,
            check=False,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=60,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return (done.stdout or None) if done.returncode == 0 else None


def succeeds(command: Sequence[str]) -> bool:
    """Run an installer in full view, which may take minutes; it is asked to ask nothing."""
    try:
        done = subprocess.run(command, check=False, stdin=subprocess.DEVNULL)
    except OSError:
        return False
    return done.returncode == 0
