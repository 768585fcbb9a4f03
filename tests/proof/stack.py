"""The whole of a deployment as processes of its own: web, worker, database, diary, mail.

Everything in it can be killed. Time that a test cannot wait for is moved in the database.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Self

import requests
from sqlalchemy import bindparam, create_engine, text

from tests.reference_process import HARBOUR, ReferenceDiary
from webapp.db.base import UtcDateTime
from webapp.db.engine import make_engine, upgrade

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parents[2]
SLUG = HARBOUR.slug
ANNA = str(HARBOUR.staff["Anna Müller"])
ROOM = str(HARBOUR.rooms["Treatment Room 1"])
_LIMIT = 120.0
_PAUSE = 0.25
_TOKEN = re.compile(r'name="token"\s+value="([^"]+)"')
_PRACTICE = """
name = "Harbour Physiotherapy"
phone = "020 7946 0123"
email = "desk@harbour.example"
address = "1 Quay Street, London E1"
timezone = "Europe/London"
country = "GB"

[diary]
system = "physiodiary"
url = "{url}"
api_key = "{key}"

[booking]
staff = [42228, 42230, 42229]
rooms = [7322, 7323]

[notify]
new_bookings = true
"""


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot of Anna's in the first room: the diary's date and time, and the page's query."""

    date: str
    time: str

    @property
    def query(self) -> str:
        day = f"{self.date[:4]}-{self.date[4:6]}-{self.date[6:]}"
        return f"?staff={ANNA}&room={ROOM}&day={day}&time={self.time}"


@dataclass
class Stack:
    """One deployment. ``start`` runs the web; ``work`` runs the worker once, until all is done."""

    folder: Path
    diary: ReferenceDiary
    database_url: str
    redis_url: str = ""
    url: str = ""
    slug: str = SLUG
    content: str = ""
    """The practice's file; without it the first demo practice's, on Physiodiary."""
    _web: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        practices = self.folder / "practices"
        practices.mkdir(parents=True)
        usual = _PRACTICE.format(url=self.diary.request_url(SLUG), key=HARBOUR.key)
        (practices / f"{self.slug}.toml").write_text(self.content or usual, "utf-8")
        engine = make_engine(self.database_url)
        upgrade(engine)
        engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def start(self, *, workers: int = 1, threads: int = 16, **extra: str) -> Self:
        """Start the web processes; ``extra`` are settings, such as a crash point."""
        with socket.create_server(("127.0.0.1", 0), backlog=512) as listening:
            number = listening.fileno()
            command = [sys.executable, "-m", "gunicorn", "--bind", f"fd://{number}"]
            command += ["--worker-class", "gthread", "--workers", str(workers)]
            command += ["--threads", str(threads), "--log-level", "error", "--no-control-socket"]
            with (self.folder / "web.log").open("ab") as log:
                self._web = subprocess.Popen(
                    [*command, "--timeout", "120", "wsgi:app"],
                    cwd=ROOT,
                    env=self._environment(extra),
                    pass_fds=[number],
                    stdout=log,
                    stderr=log,
                )
            self.url = f"http://127.0.0.1:{listening.getsockname()[1]}/{self.slug}"
        requests.get(f"{self.url}/privacy", timeout=_LIMIT).raise_for_status()
        return self

    def stop(self) -> None:
        """End the web processes."""
        web, self._web = self._web, None
        if web is None:
            return
        web.terminate()
        try:
            web.wait(10)
        except subprocess.TimeoutExpired:
            web.kill()
            web.wait()

    def work(self, **extra: str) -> int:
        """Keep every promise that is due, as the worker does; return the process's exit code."""
        return self._run("outbox", "work", "--once", check=False, **extra)

    def start_worker(self) -> subprocess.Popen[bytes]:
        """Start a worker that runs on; the caller ends it."""
        with (self.folder / "worker.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "flask", "--app", "wsgi", "outbox", "work"],
                cwd=ROOT,
                env=self._environment({}),
                stdout=log,
                stderr=log,
            )

    def let_time_pass(self, seconds: float = 3600) -> None:
        """Move every deadline, claim and pause back, as though so much time had passed.

        But for the ends of openings, which lie days ahead.
        """
        self._move_time(
            datetime.now(UTC) - timedelta(seconds=seconds),
            "UPDATE booking SET deadline_utc = :at WHERE deadline_utc > :at",
            "UPDATE outbox SET due_at_utc = :at WHERE status = 'due' AND due_at_utc > :at"
            " AND kind <> 'asap-expire'",
            "UPDATE outbox SET claimed_until_utc = :at WHERE claimed_until_utc > :at",
        )

    def stop_time(self) -> None:
        """Let no write's deadline pass before ``let_time_pass``, however long a start takes."""
        later = datetime.now(UTC) + timedelta(hours=1)
        self._move_time(later, "UPDATE booking SET deadline_utc = :at WHERE state = 'sending'")

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """Return what a query finds in the database."""
        engine = create_engine(self.database_url)
        with engine.connect() as connection:
            found = [tuple(row) for row in connection.execute(text(query))]
        engine.dispose()
        return found

    def forget(self) -> None:
        """Remove every booking and every promise, as in a database that is new."""
        engine = create_engine(self.database_url)
        with engine.begin() as connection:
            connection.execute(text("DELETE FROM outbox"))
            connection.execute(text("DELETE FROM booking"))
        engine.dispose()

    def states(self) -> list[object]:
        """Return every booking's state, in the order they were asked for."""
        return [row[0] for row in self.rows("SELECT state FROM booking ORDER BY id")]

    def unkept(self, *, but: str = "") -> list[tuple[object, ...]]:
        """Return the promises that are not kept, ``but`` those of one kind."""
        found = self.rows("SELECT kind, status, reason FROM outbox WHERE status <> 'done'")
        return [row for row in found if row[0] != but]

    def subjects(self) -> list[str]:
        """Return the subject of every message that the mail server took, each message once.

        One that was sent again after a crash has the same Message-ID.
        """
        by_id = {mail.message_id: mail.subject for mail in self.diary.mails()}
        return sorted(by_id.values())

    def free_slots(self, count: int) -> list[Slot]:
        """Return slots of Anna's that are free, some days ahead."""
        found = self.diary.free(SLUG, staff_id=int(ANNA), section_id=int(ROOM))
        return [Slot(date, time) for date, time in found[5 : 5 + count]]

    def _move_time(self, to: datetime, *statements: str) -> None:
        engine = create_engine(self.database_url)
        at = bindparam("at", to, UtcDateTime())
        with engine.begin() as connection:
            for statement in statements:
                connection.execute(text(statement).bindparams(at))
        engine.dispose()

    def _run(self, *words: str, check: bool = True, **extra: str) -> int:
        with (self.folder / "commands.log").open("ab") as log:
            done = subprocess.run(
                [sys.executable, "-m", "flask", "--app", "wsgi", *words],
                cwd=ROOT,
                env=self._environment(extra),
                stdout=log,
                stderr=log,
                timeout=_LIMIT,
                check=check,
            )
        return done.returncode

    def _environment(self, extra: Mapping[str, str]) -> dict[str, str]:
        inherited = {key: value for key, value in os.environ.items() if "OPENSLOT" not in key}
        return inherited | {
            "OPENSLOT_MODE": "development",
            "OPENSLOT_RATE_LIMITS": "off",
            "OPENSLOT_INSTANCE": str(self.folder / "instance"),
            "OPENSLOT_PRACTICES": str(self.folder / "practices"),
            "OPENSLOT_DATABASE_URL": self.database_url,
            "OPENSLOT_REDIS_URL": self.redis_url,
            "OPENSLOT_SMTP_URL": self.diary.smtp_url,
            **extra,
        }


@dataclass(frozen=True, slots=True)
class Submitted:
    """What a patient saw after "Book": the status, the heading, and where it led."""

    status: int
    heading: str
    location: str


def begin(stack: Stack, slot: Slot, *, keeps_trying: bool = False) -> str:
    """Open the details page; return the form's signed token.

    ``keeps_trying`` opens it until it is there: each web process leaves alone for a while what
    failed it lately.
    """
    ends = time.monotonic() + (_LIMIT if keeps_trying else 0)
    while True:
        page = requests.get(f"{stack.url}/details{slot.query}", timeout=_LIMIT)
        if found := _TOKEN.search(page.text):
            return unescape(found[1])
        assert time.monotonic() < ends, f"no form: {page.status_code} {heading_of(page.text)}"
        time.sleep(_PAUSE)


def submit(stack: Stack, slot: Slot, token: str, *, patient: int = 1) -> Submitted:
    """Press "Book this appointment" as the so-and-so-many-th made-up patient."""
    answers = {
        "token": token,
        "name": f"Pat Example {patient}",
        "phone": f"07700 900{patient % 1000:03}",
        "email": f"pat{patient}@mail.example",
        "reason": "Knee pain since Sunday",
    }
    answer = requests.post(
        f"{stack.url}/book{slot.query}", data=answers, timeout=_LIMIT, allow_redirects=False
    )
    return Submitted(
        answer.status_code, heading_of(answer.text), answer.headers.get("Location", "")
    )


def look(stack: Stack, submitted: Submitted) -> str:
    """Open the page that the submit led to; return its heading."""
    origin = stack.url.rsplit("/", 1)[0]
    return heading_of(requests.get(f"{origin}{submitted.location}", timeout=_LIMIT).text)


def heading_of(page: str) -> str:
    """Return a page's heading."""
    found = re.search(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL)
    return unescape(found[1].strip()) if found else ""
