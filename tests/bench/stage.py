"""Sets up what is measured: a diary with two practices, our files about them, and servers.

Everything lives in one folder and in processes that end with the stage. All of it speaks over
loopback.
"""

from __future__ import annotations

import http.client
import os
import secrets
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Self

from tests.bench import bare
from tests.bench.hostpage import HostPage
from tests.bench.report import CouldNotMeasure
from tests.reference_process import ReferenceDiary

if TYPE_CHECKING:
    from collections.abc import Mapping

_ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
THREADS = 8
WORKERS = 1
_PATIENCE_SECONDS = 120.0
_GOODBYE_SECONDS = 10.0
KEY = "bench-key"
_WORKDAY = [["0900", "1215"], ["1300", "1900"]]

LOOKED_AT = "looked-at"
"""The diary of practices that are only looked at: it always says the same."""
BOOKED_AT = "booked-at"
"""The diary that bookings are made in."""

_FILE = """\
name = "Bench Physiotherapy"
phone = "020 7946 0123"
email = "desk@bench.example"
address = "1 Quay Street, London E1"
timezone = "Europe/London"
country = "GB"

[diary]
system = "physiodiary"
url = "{url}"
api_key = "{key}"

[booking]
days_ahead = 90
{listed}

[embed]
origins = ["{host_page}"]
"""


@dataclass(frozen=True, slots=True)
class Size:
    """How large a practice is. Staff are numbered from 11, rooms from 71."""

    staff: int = 4
    rooms: int = 3

    @property
    def staff_ids(self) -> list[int]:
        return list(range(11, 11 + self.staff))

    @property
    def room_ids(self) -> list[int]:
        return list(range(71, 71 + self.rooms))

    @property
    def pairs(self) -> int:
        return self.staff * self.rooms


class Server:
    """One gunicorn, gthread with one worker, on a port of its own. Its log goes to a file."""

    def __init__(
        self, application: str, *, log: Path, environment: Mapping[str, str], threads: int = THREADS
    ) -> None:
        with socket.create_server((HOST, 0), backlog=256) as listening:
            self.port: int = listening.getsockname()[1]
            command = [sys.executable, "-m", "gunicorn", "--bind", f"fd://{listening.fileno()}"]
            command += ["--worker-class", "gthread", "--workers", str(WORKERS)]
            command += ["--threads", str(threads), "--log-level", "warning"]
            command += ["--no-control-socket", application]
            with log.open("ab") as opened:
                self._process = subprocess.Popen(
                    command,
                    cwd=_ROOT,
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=opened,
                    stderr=opened,
                    pass_fds=(listening.fileno(),),
                    start_new_session=True,
                )
        self._log = log

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def wait_until_ready(self) -> None:
        """Wait until it answers, whatever it says."""
        ends = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < ends and self._process.poll() is None:
            try:
                self._fetch("/")
            except OSError:
                time.sleep(0.05)
            else:
                return
        said = self._log.read_text("utf-8", "replace").strip().splitlines()[-5:]
        raise CouldNotMeasure("a server did not start; it said: " + " / ".join(said))

    def get(self, path: str) -> str:
        """Return the page, uncompressed. Raises CouldNotMeasure for any status but 200."""
        status, page = self._fetch(path)
        if status != HTTPStatus.OK:
            raise CouldNotMeasure(f"{path} answered {status}")
        return page.decode()

    def _fetch(self, path: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=_PATIENCE_SECONDS)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def cpu_seconds(self) -> float | None:
        """Return the processor time that its workers have used, where the system tells it."""
        master = self._process.pid
        try:
            workers = Path(f"/proc/{master}/task/{master}/children").read_text().split()
            used = [Path(f"/proc/{one}/stat").read_text().rpartition(")")[2] for one in workers]
        except OSError:
            return None
        ticks = sum(int(ticks) for line in used for ticks in line.split()[11:13])
        return ticks / os.sysconf("SC_CLK_TCK")

    def stop(self) -> None:
        """End the workers too: gunicorn sees to them unless it has to be killed."""
        self._process.terminate()
        try:
            self._process.wait(_GOODBYE_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, 9)
            self._process.wait()


class Stage:
    """The diary, the files and the servers of one run. A context manager."""

    def __init__(self, folder: Path, size: Size) -> None:
        self.folder = folder
        self.size = size
        self.diary = ReferenceDiary()
        self._practices = folder / "practices"
        self._ends = ExitStack()
        self._is_upgraded = False

    def __enter__(self) -> Self:
        self._practices.mkdir()
        with ExitStack() as starting:
            self.host_page = HostPage()
            starting.callback(self.host_page.stop)
            starting.enter_context(self.diary)
            for slug in (LOOKED_AT, BOOKED_AT):
                self._open_diary(slug)
            self._ends = starting.pop_all()
        return self

    def __exit__(self, *_error: object) -> None:
        self._ends.close()

    def add_practice(self, slug: str, *, diary: str = LOOKED_AT, is_listed: bool = True) -> None:
        """Write a practice's file, before the site starts. Several may have the same diary."""
        listed = f"staff = {self.size.staff_ids}\nrooms = {self.size.room_ids}" if is_listed else ""
        text = _FILE.format(
            url=self.diary.request_url(diary),
            key=KEY,
            listed=listed,
            host_page=self.host_page.origin,
        )
        (self._practices / f"{slug}.toml").write_text(text, "utf-8")

    def start_site(self, *, threads: int = THREADS) -> Server:
        """Start the site with an empty cache and its database up to date."""
        environment = self._environment()
        self._upgrade(environment)
        return self._start("wsgi:app", environment, threads)

    def start_bare(self) -> Server:
        """Start the bare application on the folder ``bare``, which must be filled."""
        environment = os.environ | {bare.FOLDER: str(self.folder / "bare")}
        return self._start("tests.bench.bare:create_app()", environment, THREADS)

    def slow_down(self, diary: str, action: str, seconds: float) -> None:
        """Let the diary take so long over each call of this kind (``*``: of any kind)."""
        self.diary.fault(diary, action, "slow", seconds=seconds)

    def _upgrade(self, environment: Mapping[str, str]) -> None:
        if self._is_upgraded:
            return
        upgrade = [sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade"]
        done = subprocess.run(
            upgrade, cwd=_ROOT, env=environment, check=False, capture_output=True, text=True
        )
        if done.returncode:
            raise CouldNotMeasure(f"the site does not start: {done.stderr.strip()[-500:]}")
        self._is_upgraded = True

    def _start(self, application: str, environment: Mapping[str, str], threads: int) -> Server:
        log = self.folder / f"{application.partition(':')[0]}-{threads}.log"
        server = Server(application, log=log, environment=environment, threads=threads)
        self._ends.callback(server.stop)
        server.wait_until_ready()
        return server

    def _open_diary(self, slug: str) -> None:
        staff = [{"id": one, "name": f"Person {one}"} for one in self.size.staff_ids]
        rooms = [{"id": one, "name": f"Room {one}"} for one in self.size.room_ids]
        # The first two days are full, so that no page changes with the minute it is asked in.
        self.diary.create_practice(
            slug,
            key=KEY,
            staff=[{**one, "waitingDays": 2} for one in staff],
            rooms=rooms,
            hours=dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), _WORKDAY),
            shareTaken=0.4,
        )
        # What the diary works out once must not be counted against the site.
        for staff_id in self.size.staff_ids:
            for room_id in self.size.room_ids:
                self.diary.free(slug, staff_id=staff_id, section_id=room_id)
        self.diary.forget_calls(slug)

    def _environment(self) -> dict[str, str]:
        kept = {key: one for key, one in os.environ.items() if not key.startswith("OPENSLOT_")}
        return kept | {
            "OPENSLOT_MODE": "production",
            # Nothing is sent: no worker runs
            "OPENSLOT_SMTP_URL": "smtp://127.0.0.1:9",
            "OPENSLOT_SECRET_KEY": secrets.token_hex(32),
            "OPENSLOT_BASE_URL": f"http://{HOST}",
            "OPENSLOT_PRACTICES": str(self._practices),
            "OPENSLOT_INSTANCE": str(self.folder / "instance"),
            "OPENSLOT_RATE_LIMITS": "off",
        }
