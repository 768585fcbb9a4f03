"""The warm page of times beside a bare Flask page of the same bytes, by turns."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench import bare
from tests.bench.load import Order
from tests.bench.plain import make_plain
from tests.bench.report import CouldNotMeasure, Figure, quantile, say_middle, say_milliseconds

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.bench.stage import Server, Stage

PRACTICE = "warm"
TIMES = f"/{PRACTICE}/times?staff=any&room=any"
_ROOT = Path(__file__).resolve().parents[2]
_CONNECTIONS = 8
_GRACE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Load:
    """How often the two take turns, and how much each is asked in one."""

    rounds: int = 12
    requests: int = 600
    seconds: float = 1.5


@dataclass(slots=True)
class _Turns:
    """One server's rounds."""

    server: Server
    path: str
    rates: list[float] = field(default_factory=list)
    latencies: list[int] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def take(self, length: int, load: Load) -> None:
        cpu = self.server.cpu_seconds()
        order = Order(
            self.server.port, self.path, length, _CONNECTIONS, load.requests, load.seconds
        )
        seconds, latencies = _ask(order)
        after = self.server.cpu_seconds()
        self.rates.append(len(latencies) / seconds)
        self.latencies += latencies
        if cpu is not None and after is not None:
            self.cpu.append((after - cpu) / len(latencies))


def prepare(stage: Stage, site: Server) -> Server:
    """Warm the site's page and start the bare one with the same bytes."""
    page = site.get(TIMES)
    plain = make_plain(page)
    folder = stage.folder / "bare"
    folder.mkdir()
    (folder / bare.TEMPLATE).write_text(plain.template, "utf-8")
    (folder / bare.DATA).write_text(json.dumps(plain.data), "utf-8")
    (folder / bare.LIGHT).write_text(bare.without_furniture(page), "utf-8")
    server = stage.start_bare()
    if server.get("/") != page:
        raise CouldNotMeasure("the bare page has other bytes than ours")
    return server


def measure(site: Server, beside: Server, load: Load) -> list[Figure]:
    """Let both answer by turns, the first turn unheeded."""
    length = len(site.get(TIMES).encode())
    brief = Load(1, max(1, load.requests // 5), load.seconds)
    for server, path in ((site, TIMES), (beside, "/")):
        _Turns(server, path).take(length, brief)
    ours, theirs = _Turns(site, TIMES), _Turns(beside, "/")
    for _ in range(load.rounds):
        ours.take(length, load)
        theirs.take(length, load)
    ratios = [ours / bare for ours, bare in zip(ours.rates, theirs.rates, strict=True)]
    figures = [
        Figure("requests a second, ours / bare: median (range)", say_middle(ratios), "≥ 0.60"),
        Figure("requests a second, ours and bare", _both(ours, theirs, _rate)),
        Figure("99th percentile, ours and bare", _both(ours, theirs, _slowest)),
    ]
    if ours.cpu and statistics.median(ours.cpu) and theirs.cpu:
        figures += [
            Figure("processor time a request, ours and bare", _both(ours, theirs, _cpu)),
            Figure(
                "processor time, bare / ours (heeds no other load)",
                f"{statistics.median(theirs.cpu) / statistics.median(ours.cpu):.2f}",
            ),
        ]
    figures.append(Figure("the page, both", f"{length:,} bytes"))
    return figures


def _both(ours: _Turns, theirs: _Turns, tell: Callable[[_Turns], str]) -> str:
    return f"{tell(ours)}, {tell(theirs)}"


def _rate(turns: _Turns) -> str:
    return f"{statistics.median(turns.rates):.0f}"


def _slowest(turns: _Turns) -> str:
    return say_milliseconds(quantile(turns.latencies, 0.99) / 1e6)


def _cpu(turns: _Turns) -> str:
    return f"{statistics.median(turns.cpu) * 1e6:.0f} µs"


def _ask(order: Order) -> tuple[float, list[int]]:
    command = [sys.executable, "-m", "tests.bench.load", json.dumps(asdict(order))]
    try:
        done = subprocess.run(
            command,
            cwd=_ROOT,
            check=False,
            capture_output=True,
            text=True,
            timeout=order.seconds + _GRACE_SECONDS,
        )
    except subprocess.TimeoutExpired as error:
        raise CouldNotMeasure(f"{order.path}: the asking did not end") from error
    if done.returncode:
        raise CouldNotMeasure(f"{order.path}: {done.stderr.strip()}")
    told = json.loads(done.stdout)
    return told["seconds"], told["latencies"]
