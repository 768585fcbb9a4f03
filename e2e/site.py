"""Runs the real site and its worker, beside a host page on another site that frames it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qs, urlencode, urlsplit

import requests

from e2e.stored import Stored

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from playwright.sync_api import Frame, Page

ROOT = Path(__file__).resolve().parents[1]
ADDRESS = "127.0.0.1"
"""Where the site is: to a browser another site than the host page's ``localhost``."""
HOST_NAME = "localhost"
_START_LIMIT = 120


class Site:
    """The site as it is deployed: one web process with threads, one worker, their own database.

    ``folder`` holds all that it keeps: ``practices/`` must stand there before the start. Mail goes
    to ``smtp_url``, and texts to ``sms_url``.
    """

    def __init__(self, folder: Path, smtp_url: str, sms_url: str) -> None:
        self._folder = folder
        self._smtp_url = smtp_url
        self._sms_url = sms_url
        self._processes: list[subprocess.Popen[bytes]] = []
        self.logs = (folder / "site.log", folder / "worker.log")
        self.stored = Stored(folder / "instance" / "openslot.sqlite")
        self.url = ""

    def __enter__(self) -> Self:
        _run(["flask", "--app", "wsgi", "db", "upgrade"], self._environment())
        web, worker = self.logs
        with socket.create_server((ADDRESS, 0)) as listening:
            # Handed over open, so that no other program can take the port in between
            number = listening.fileno()
            self.url = f"http://{ADDRESS}:{listening.getsockname()[1]}"
            self._start(_gunicorn(number), web, [number])
        self._wait_until_it_answers()
        self._start(["flask", "--app", "wsgi", "outbox", "work"], worker)
        return self

    def __exit__(self, *_error: object) -> None:
        self.stored.close()
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def read_logs(self) -> str:
        """Return all that web and worker wrote so far."""
        return "".join(log.read_text() for log in self.logs if log.exists())

    def _start(self, module: list[str], log: Path, pass_fds: Sequence[int] = ()) -> None:
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", *module],
                cwd=ROOT,
                env=self._environment(),
                pass_fds=pass_fds,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        self._processes.append(process)

    def _wait_until_it_answers(self) -> None:
        # The kernel queues us until a worker accepts; without one it refuses
        try:
            with requests.Session() as session:
                session.trust_env = False
                # The only practice there is, "/" leads to; it need not be open yet
                answer = session.get(f"{self.url}/", timeout=_START_LIMIT, allow_redirects=False)
                answer.raise_for_status()
        except requests.RequestException as error:
            self.__exit__()
            raise RuntimeError(f"the site did not start; it said {self.read_logs()}") from error

    def _environment(self) -> dict[str, str]:
        inherited = {key: value for key, value in os.environ.items() if "OPENSLOT" not in key}
        return inherited | {
            "OPENSLOT_MODE": "development",
            "OPENSLOT_RATE_LIMITS": "off",
            "OPENSLOT_INSTANCE": str(self._folder / "instance"),
            "OPENSLOT_PRACTICES": str(self._folder / "practices"),
            "OPENSLOT_BASE_URL": self.url,
            "OPENSLOT_SMTP_URL": self._smtp_url,
            "OPENSLOT_SMS_URL": self._sms_url,
        }


class HostPage:
    """A practice's own web site: one page that shows the address it is given in a frame.

    With ``cookie`` it also tries to set one: what a browser that refuses cookies must not keep.
    """

    def __init__(self) -> None:
        self._server = _HostServer((ADDRESS, 0), _Framing)
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

    def serve(self, page: str, *, policy: str = "") -> str:
        """Serve a page as it is, under this Content-Security-Policy, and return its path."""
        path = f"/page-{len(self._server.pages)}"
        self._server.pages[path] = (page, policy)
        return path

    @staticmethod
    def framing(address: str, *, cookie: bool = False) -> str:
        """Return what comes after the origin to frame ``address``."""
        return "/?" + urlencode({"frame": address, "cookie": "yes" if cookie else ""})


def framed(page: Page) -> Frame:
    """Return the one frame of a host page."""
    frame = page.locator("iframe").element_handle().content_frame()
    assert frame is not None
    return frame


class _HostServer(ThreadingHTTPServer):
    def __init__(self, *args: Any) -> None:  # noqa: ANN401
        super().__init__(*args)
        self.pages: dict[str, tuple[str, str]] = {}


class _Framing(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        pages = self.server.pages if isinstance(self.server, _HostServer) else {}
        if self.path in pages:
            page, policy = pages[self.path]
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            if policy:
                self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(page.encode())
            return
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
