"""Measures the site under load and prints each figure beside its aim: ``python -m tests.bench``.

Nothing here passes or fails by time. The exit status tells only whether everything could be
measured.
"""

from __future__ import annotations

import _thread
import argparse
import os
import platform
import signal
import sys
import tempfile
import threading
from http.client import HTTPException
from pathlib import Path
from typing import TYPE_CHECKING

from requests import RequestException

from tests.bench.parts import PARTS, Amounts, Run
from tests.bench.report import CouldNotMeasure, Figure, print_figures, print_title
from tests.bench.stage import THREADS, WORKERS, Stage

if TYPE_CHECKING:
    from types import FrameType

_LIMIT_SECONDS = 170
_FAILURES = (CouldNotMeasure, OSError, RuntimeError, HTTPException, RequestException)


class _Stopped(Exception):
    """Somebody asked us to end."""


def main() -> int:
    """Measure, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument(
        "--only", nargs="+", choices=PARTS, default=list(PARTS), help="measure these parts alone"
    )
    chosen: list[str] = parser.parse_args().only
    print(
        f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores,"
        f" load {_load()} at the start; gunicorn: gthread, {WORKERS} worker of {THREADS} threads.\n"
        "The machine may have other work: trust the ratios.",
        flush=True,
    )
    signal.signal(signal.SIGTERM, _stop)
    watch = threading.Timer(_LIMIT_SECONDS, _thread.interrupt_main)
    watch.daemon = True
    watch.start()
    try:
        all_measured = _measure(Amounts(), chosen)
        print(f"\nThe machine's load at the end: {_load()}.")
        return 0 if all_measured else 1
    except (KeyboardInterrupt, _Stopped):
        print(f"\nStopped, by hand or after {_LIMIT_SECONDS} seconds.", file=sys.stderr)
    except _FAILURES as error:
        print(f"Nothing could be measured: {error}", file=sys.stderr)
    finally:
        watch.cancel()
    return 1


def _measure(amounts: Amounts, chosen: list[str]) -> bool:
    """Measure the chosen parts, print them, and say whether all of them could be measured."""
    all_measured = True
    with (
        tempfile.TemporaryDirectory(prefix="openslot-bench-") as folder,
        Stage(Path(folder), amounts.size) as stage,
    ):
        run = Run(stage, amounts)
        for name in chosen:
            title, part = PARTS[name]
            print_title(title)
            try:
                print_figures(part(run))
            except _FAILURES as error:
                all_measured = False
                print_figures([Figure(f"could not be measured: {error}", "")])
    return all_measured


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise _Stopped


if __name__ == "__main__":
    sys.exit(main())
