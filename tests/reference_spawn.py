"""Starts the reference diary's process and ends it; ``ReferenceDiary`` does the rest."""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_ROOT = Path(__file__).resolve().parents[1]
_READY = "reference diary ready on "
_START_LIMIT = 120.0


def spawn(options: Sequence[str]) -> tuple[subprocess.Popen[str], str, str]:
    """Start the process and wait until it listens; return it, its URL and its mail server's."""
    command = [sys.executable, "-m", "webapp.reference", *options]
    process = subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True)
    line = _read_line(process, _START_LIMIT)
    if not line.startswith(_READY):
        end(process)
        raise RuntimeError(f"the reference diary did not start; it said {line!r}")
    url, _, smtp_url = line.removeprefix(_READY).strip().partition(", mail on ")
    return process, url, smtp_url


def end(process: subprocess.Popen[str]) -> None:
    """End the process; it must go quietly."""
    process.terminate()
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout:
        process.stdout.close()


def _read_line(process: subprocess.Popen[str], limit: float) -> str:
    """Read the first line, or give up: a process that hangs must not hang the tests."""
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    output = process.stdout
    assert output is not None
    threading.Thread(target=lambda: lines.put(output.readline()), daemon=True).start()
    with suppress(queue.Empty):
        return lines.get(timeout=limit)
    return ""
