"""Builds a whole site for a test, serves it, and reads its metrics."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from prometheus_client.parser import text_string_to_metric_families as parse
from werkzeug.serving import make_server

from tests.reference_process import HARBOUR
from webapp.app import create_app
from webapp.config import Mode, Settings
from webapp.db.engine import current_engine, upgrade

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from flask import Flask

NOBODY = "http://127.0.0.1:9/api/request"
"""A diary's address at which nothing listens."""
PRACTICE = """
name = "Harbour Physiotherapy"
phone = "020 7946 0123"
email = "desk@harbour.example"
address = "1 Quay Street, London"
timezone = "Europe/London"
country = "GB"

[diary]
system = "physiodiary"
url = "{url}"
api_key = "{key}"

[booking]
minimum_notice_hours = 0
"""


def settings_for(folder: Path, diary_url: str = NOBODY, **others: Any) -> Settings:  # noqa: ANN401
    """Return settings with one practice, whose file is in ``folder / "practices"``."""
    practices = folder / "practices"
    practices.mkdir(exist_ok=True)
    file = practices / f"{HARBOUR.slug}.toml"
    file.write_text(PRACTICE.format(url=diary_url, key=HARBOUR.key))
    given: dict[str, Any] = {
        "mode": Mode.DEVELOPMENT,
        "practices": practices,
        "instance": folder,
        **others,
    }
    return Settings(**given)


def site_for(settings: Settings, *, is_migrated: bool = True) -> Flask:
    app = create_app(settings)
    if is_migrated:
        with app.app_context():
            upgrade(current_engine())
    return app


@contextmanager
def served(app: Flask) -> Generator[str]:
    """Serve the app on this machine; yield its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def sample_of(text: str, name: str, /, **labels: str) -> float:
    """Return one sample; 0 where there is none yet, as Prometheus would take it."""
    return sum(
        sample.value
        for family in parse(text)
        for sample in family.samples
        if sample.name == name and labels.items() <= sample.labels.items()
    )
