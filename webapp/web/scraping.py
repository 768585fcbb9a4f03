"""``/metrics``: what was counted, and what is read when asked, for those who may know."""

from __future__ import annotations

import hmac
import ipaddress
import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from flask import Blueprint, Flask, Response, abort, current_app, request
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from typing_extensions import override

from webapp.config import SettingsError
from webapp.web.metrics import REGISTRY
from webapp.web.timed import Timed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from prometheus_client import Metric

    Read = Callable[[], Sequence["Reading"]]

_KEY = "openslot_scraping"
_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_SECONDS = 2.0
_SIGNS_OF_A_PROXY = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via")
_log = logging.getLogger("openslot.metrics")

blueprint = Blueprint("scraping", __name__)


@dataclass(frozen=True, slots=True)
class Reading:
    """A gauge that is read when asked: a value for each value of its label.

    Without a label, one value under the empty string.
    """

    name: str
    text: str
    values: Mapping[str, float]
    label: str = ""


@dataclass(frozen=True, slots=True)
class _Scraping:
    token: str
    readings: dict[str, Read]
    timed: Timed[Sequence[Reading]]


def init_app(app: Flask, *, token: str, seconds: float = _SECONDS) -> None:
    """Add ``/metrics``: for who presents ``token``, or without one for this machine alone.

    Raises SettingsError when ``PROMETHEUS_MULTIPROC_DIR`` names no folder.
    """
    folder = os.environ.get(_FOLDER)
    if folder and not Path(folder).is_dir():
        raise SettingsError(
            [f"{_FOLDER} names {folder}, which is not a folder: make it, empty at each start."]
        )
    app.extensions[_KEY] = _Scraping(token, {}, Timed(seconds, threads=2, name="scraping"))
    app.register_blueprint(blueprint)


def register(app: Flask, name: str, read: Read) -> None:
    """Ask ``read`` at each scrape. It runs in a thread of its own, without an app context.

    When it fails or takes too long its gauges are left out, and ``openslot_unreadable`` says so.
    """
    _scraping(app).readings[name] = read


@blueprint.get("/metrics")
def metrics() -> Response:
    """Show everything in Prometheus's text format."""
    scraping = _scraping(current_app)
    if not _may_read(scraping.token):
        abort(404)
    counted = REGISTRY
    if os.environ.get(_FOLDER):
        counted = CollectorRegistry()
        MultiProcessCollector(counted)
    read = CollectorRegistry()
    read.register(_Readings(scraping))
    response = Response(
        generate_latest(counted) + generate_latest(read), content_type=CONTENT_TYPE_PLAIN_0_0_4
    )
    response.headers["Cache-Control"] = "no-store"
    return response


class _Readings(Collector):
    """Turns readings into what Prometheus's client writes."""

    def __init__(self, scraping: _Scraping) -> None:
        self._scraping = scraping

    @override
    def collect(self) -> Iterable[Metric]:
        failed = GaugeMetricFamily(
            "openslot_unreadable", "Whether a part could not be read just now.", labels=["part"]
        )
        for name, found in self._scraping.timed.run(self._scraping.readings).items():
            failed.add_metric([name], float(isinstance(found, BaseException)))
            if isinstance(found, BaseException):
                _log.warning("%s could not be read: %s", name, type(found).__name__)
            else:
                yield from (_as_family(one) for one in found)
        yield failed


def _as_family(reading: Reading) -> GaugeMetricFamily:
    family = GaugeMetricFamily(
        reading.name, reading.text, labels=[reading.label] if reading.label else []
    )
    for label, value in reading.values.items():
        family.add_metric([label] if reading.label else [], value)
    return family


def _may_read(token: str) -> bool:
    if token:
        given = request.headers.get("Authorization", "").encode(errors="replace")
        return hmac.compare_digest(given, f"Bearer {token}".encode())
    # Behind a proxy on this machine every caller seems to be at home: then a token is needed.
    if any(name in request.headers for name in _SIGNS_OF_A_PROXY):
        return False
    return _is_this_machine(request.remote_addr or "")


def _is_this_machine(address: str) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return (mapped or found).is_loopback


def _scraping(app: Flask) -> _Scraping:
    return cast("_Scraping", app.extensions[_KEY])
