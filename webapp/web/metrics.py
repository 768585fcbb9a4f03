"""What is counted for operators: bookings, calls to diaries, answers from the cache, requests.

Labels come from sets that a deployment bounds (practices, systems, actions, outcomes, routes);
none holds anything of a patient's. With ``PROMETHEUS_MULTIPROC_DIR`` in the environment all
processes that name that folder are counted together.
"""

from __future__ import annotations

import logging
import time
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING

from flask import Flask, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics

if TYPE_CHECKING:
    from collections.abc import Generator

    from flask import Response

    from webapp.diaries.observed import Call

_log = logging.getLogger("openslot.metrics")
_CALL_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 7, 10, 20, 30)
_REQUEST_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 7.5, 10, 20)

# A second series for each counter, which nobody would look at.
disable_created_metrics()
REGISTRY = CollectorRegistry()
"""This process's own counts; with several processes the folder holds everybody's."""
_bookings = Counter(
    "openslot_bookings",
    "Bookings by what became of them; settled_… came to light by looking, later.",
    ["practice", "outcome"],
    registry=REGISTRY,
)
_offers = Counter(
    "openslot_asap_offers",
    "Offers of the ASAP list by what came of them: their texts, and their patients' yes.",
    ["practice", "came"],
    registry=REGISTRY,
)
_told = Counter(
    "openslot_sync_calls",
    "Calls that told Updox of appointments, by what came of them.",
    ["practice", "came"],
    registry=REGISTRY,
)
_calls = Counter(
    "openslot_diary_calls",
    "Calls to diaries by what came of them.",
    ["practice", "system", "action", "result"],
    registry=REGISTRY,
)
_call_seconds = Histogram(
    "openslot_diary_call_seconds",
    "How long calls to diaries took, repeats of a read included.",
    ["system", "action", "result"],
    buckets=_CALL_SECONDS,
    registry=REGISTRY,
)
_lookups = Counter(
    "openslot_availability_lookups",
    "Questions of pages: answered fresh or stale from the cache, or missed and put to the diary.",
    ["practice", "found"],
    registry=REGISTRY,
)
_requests = Counter(
    "openslot_requests",
    "Requests by route and class of status.",
    ["route", "status"],
    registry=REGISTRY,
)
_request_seconds = Histogram(
    "openslot_request_seconds",
    "How long requests took.",
    ["route"],
    buckets=_REQUEST_SECONDS,
    registry=REGISTRY,
)


class Lookup(StrEnum):
    """What the cache had for a question."""

    FRESH = "fresh"
    STALE = "stale"
    """Used as it was, while one refresh ran."""
    MISSED = "missed"


def count_booking(slug: str, outcome: str, *, is_settled: bool = False) -> None:
    """Count what became of a booking: at once, or ``is_settled`` by looking later.

    ``outcome`` is one of a booking's states.
    """
    with _never_in_the_way():
        _bookings.labels(slug, f"settled_{outcome}" if is_settled else outcome).inc()


def count_offer(slug: str, came: str) -> None:
    """Count what came of an offer, in one of a few words of the code's own."""
    with _never_in_the_way():
        _offers.labels(slug, came).inc()


def count_told(slug: str, came: str) -> None:
    """Count a call that told Updox, by what came of it in a word of the code's own."""
    with _never_in_the_way():
        _told.labels(slug, came).inc()


def count_call(call: Call) -> None:
    """Count a call to a diary: an observer for ``ObservedDiary``."""
    with _never_in_the_way():
        result = call.result.value
        _calls.labels(call.slug, call.system, call.action, result).inc()
        _call_seconds.labels(call.system, call.action, result).observe(call.seconds)


def count_lookup(slug: str, found: Lookup) -> None:
    """Count what the cache had for one question."""
    with _never_in_the_way():
        _lookups.labels(slug, found.value).inc()


def init_app(app: Flask) -> None:
    """Count each request by its route: never by its path, which may hold a token."""

    @app.before_request
    def begin() -> None:
        g.metrics_began = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "none"
        with _never_in_the_way():
            _requests.labels(route, f"{response.status_code // 100}xx").inc()
            if "metrics_began" in g:
                _request_seconds.labels(route).observe(time.perf_counter() - g.metrics_began)
        return response


@contextmanager
def _never_in_the_way() -> Generator[None]:
    """Counting must never be the reason that a patient cannot book, such as on a full disk."""
    try:
        yield
    except (OSError, ValueError) as error:
        _log.warning("could not count: %s", type(error).__name__)
