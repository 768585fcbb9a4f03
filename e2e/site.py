"""Runs the real site under gunicorn, beside a host page on another site that frames it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Self
from urllib.parse import parse_qs, urlencode, urlsplit

import requests

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parents[1]
ADDRESS = "127.0.0.1"
"""Where the site is: to a browser another site than the host page's ``localhost``."""
HOST_NAME = "localhost"
_START_LIMIT = 30


class Site:
    """The site as it is deployed, in one worker process with threads, on a database of its own.

    ``folder`` holds all that it keeps: ``practices/`` must stand there before the start.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self.log = folder / "site.log"
        self.url = ""

    def __enter__(self) -> Self:
        environment = self._environment()
        _run(["flask", "--app", "wsgi", "db", "upgrade"], environment)
        with socket.create_server((ADDRESS, 0)) as listening, self.log.open("wb") as log:
            # Handed over open, so that no other program can take the port in between
            number = listening.fileno()
            self._process = subprocess.Popen(
                [sys.executable, "-m", *_gunicorn(number)],
                cwd=ROOT,
                env=environment,
                pass_fds=[number],
                stdout=log,
                stderr=subprocess.STDOUT,
            )
            self.url = f"http://{ADDRESS}:{listening.getsockname()[1]}"
        self._wait_until_it_answers()
        return self

    def __exit__(self, *_error: object) -> None:
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _wait_until_it_answers(self) -> None:
        # The kernel queues us until a worker accepts; without one it refuses
        try:
            with requests.Session() as session:
                session.trust_env = False
                session.get(f"{self.url}/", timeout=_START_LIMIT).raise_for_status()
        except requests.RequestException as error:
            self.__exit__()
            raise RuntimeError(f"the site did not start; it said {self.log.read_text()}") from error

    def _environment(self) -> dict[str, str]:
        inherited = {key: value for key, value in os.environ.items() if "OPENSLOT" not in key}
        return inherited | {
            "OPENSLOT_MODE": "development",
            "OPENSLOT_RATE_LIMITS": "off",
            "OPENSLOT_INSTANCE": str(self._folder / "instance"),
            "OPENSLOT_PRACTICES": str(self._folder / "practices"),
        }


class HostPage:
    """A practice's own web site: one page that shows the address it is given in a frame.

    With ``cookie`` it also tries to set one: what a browser that refuses cookies must not keep.
    """

    def __init__(self) -> None:
        self._server = ThreadingHTTPServer((ADDRESS, 0), _Framing)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def origin(self) -> str:
        return f"http://{HOST_NAME}:{self._server.server_port}"

    @property
    def strangers_origin(self) -> str:
        """The same page under a name that no practice lists."""
        return f"http://{ADDRESS}:{self._server.server_port}"

    @staticmethod
    def framing(address: str, *, cookie: bool = False) -> str:
        """Return what comes after the origin to frame ``address``."""
        return "/?" + urlencode({"frame": address, "cookie": "yes" if cookie else ""})


class _Framing(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        asked = parse_qs(urlsplit(self.path).query)
        self.send_response(200 if "frame" in asked else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        if "cookie" in asked:
            self.send_header("Set-Cookie", "host=page; Path=/")
        self.end_headers()
        self.wfile.write(_page(asked.get("frame", [""])[0]).encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing: pytest's output is for the tests."""


def _page(address: str) -> str:
    return (
        '<!doctype html><html lang="en"><title>Harbour Physiotherapy</title>'
        '<link rel="icon" href="data:,"><h1>Book online</h1>'
        f'<iframe title="Booking" src="{escape(address)}" width="340" height="560"></iframe>'
    )


def _gunicorn(listening: int) -> list[str]:
    return [
        "gunicorn",
        "--bind",
        f"fd://{listening}",
        "--worker-class",
        "gthread",
        "--workers",
        "1",
        "--threads",
        "12",
        "--log-level",
        "warning",
        "--no-control-socket",
        "wsgi:app",
    ]


def _run(module: list[str], environment: Mapping[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *module],
        cwd=ROOT,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(module)} failed: {done.stdout}{done.stderr}")
