"""Runs the reference diary as a process of its own, and steers it from a test.

    with ReferenceDiary() as diary:
        diary.fault(HARBOUR.slug, "book", "drop_after", times=1)
        requests.post(diary.request_url(HARBOUR.slug), json={...}, timeout=30)
        assert len(diary.bookings(HARBOUR.slug)) == 1

Start it once a session and call ``reset()`` before each test: that brings back every demo
practice as it was at the start, without faults or calls, and empties the inbox. It catches mail:
give the site ``OPENSLOT_SMTP_URL=diary.smtp_url``, and read ``diary.mails()``; and texts: give it
``OPENSLOT_SMS_URL=diary.sms_url``, and read ``diary.texts``.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, Self

import requests

from tests.reference_mail import Inbox, Mail
from tests.reference_practices import (
    BRIDGE,
    DEMO,
    ELM_TREE,
    HARBOUR,
    MEADOW,
    RIVERSIDE,
    DemoPractice,
)
from tests.reference_spawn import end, spawn
from tests.reference_texts import Texts, make_sms_url

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterable, Mapping, Sequence

__all__ = [
    "BRIDGE",
    "ELM_TREE",
    "HARBOUR",
    "MEADOW",
    "RIVERSIDE",
    "DemoPractice",
    "ReferenceDiary",
]

_CALL_LIMIT = 60.0
_JSON = {"Content-Type": "application/json"}


class ReferenceDiary:
    """One process with its practices. Use it as a context manager, or ``start`` and ``stop``.

    ``today`` moves its clock: ``2026-11-20``, or ``2026-11-20T08:00`` in UTC. Dates and times
    are the diary's own throughout: ``20261123`` and ``0915``. ``texts_inbound_url`` is where
    replies to texts go; ``texts.set_inbound_url`` changes that for a test.
    """

    def __init__(
        self, *, today: str | None = None, port: int = 0, texts_inbound_url: str | None = None
    ) -> None:
        self._today = today
        self._port = port
        self._texts_inbound_url = texts_inbound_url
        self._process: subprocess.Popen[str] | None = None
        self._session = requests.Session()
        self._session.trust_env = False
        self._keys = {practice.slug: practice.key for practice in DEMO}
        self.url = ""
        self.smtp_url = ""
        self.sms_url = ""
        self.inbox = Inbox(self._control)
        self.texts = Texts(self._control)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def start(self) -> Self:
        """Start the process and wait until it listens."""
        options = ["--port", str(self._port), "--smtp-port", "0"]
        if self._today:
            options += ["--today", self._today]
        if self._texts_inbound_url:
            options += ["--texts-inbound-url", self._texts_inbound_url]
        self._process, self.url, self.smtp_url = spawn(options)
        self.sms_url = make_sms_url(self.url)
        return self

    def stop(self) -> None:
        """End the process; it must go quietly."""
        self._session.close()
        process, self._process = self._process, None
        if process is not None:
            end(process)

    @property
    def process_id(self) -> int:
        assert self._process is not None, "the reference diary is not running"
        return self._process.pid

    # Where it is, and asking it as the vendor's customers do

    def request_url(self, practice: str = HARBOUR.slug) -> str:
        """The address of the action API."""
        return f"{self.url}/{practice}/api/request"

    def valomnia_url(self, practice: str = MEADOW.slug) -> str:
        """What Valomnia's document calls BASE_URL."""
        return f"{self.url}/{practice}/valomnia"

    def opendental_url(self, practice: str = BRIDGE.slug) -> str:
        """What stands for the vendor's ``https://api.opendental.com/api/v1``."""
        return f"{self.url}/{practice}/opendental/api/v1"

    def cliniko_url(self, practice: str = RIVERSIDE.slug) -> str:
        """What stands for the vendor's ``https://api.uk1.cliniko.com/v1``."""
        return f"{self.url}/{practice}/cliniko/v1"

    @property
    def updox_url(self) -> str:
        """What stands for ``https://myupdox.com``; a practice's slug is its account."""
        return f"{self.url}/updox"

    def sheet_url(self, practice: str = HARBOUR.slug) -> str:
        """The address of the day sheet, for people."""
        return f"{self.url}/{practice}/"

    def ask(self, practice: str, action: str, /, **fields: object) -> requests.Response:
        """Send one action with the practice's right key, on a connection of its own."""
        body = {"action": action, "apiKey": self._keys[practice], **fields}
        with requests.Session() as session:
            session.trust_env = False
            return session.post(
                self.request_url(practice),
                data=json.dumps(body),
                headers=_JSON,
                timeout=_CALL_LIMIT,
                allow_redirects=False,
            )

    # What goes wrong

    def fault(
        self,
        practice: str,
        action: str,
        kind: str,
        *,
        times: int | None = None,
        staff_id: int | None = None,
        seconds: float = 0.0,
        errors: Sequence[Mapping[str, object]] = (),
        status: int | None = None,
        acts: bool | None = None,
    ) -> None:
        """Add a fault behind those waiting. ``action`` may be ``*``; no ``times``: until cleared.

        ``acts`` says whether the request is carried out all the same; each kind has its default.
        """
        self._control(
            "POST",
            f"{practice}/fault",
            {
                "action": action,
                "kind": kind,
                "times": times,
                "staffId": staff_id,
                "seconds": seconds,
                "errors": list(errors),
                "status": status,
                "acts": acts,
            },
        )

    def clear(self, practice: str | None = None) -> None:
        """Clear the faults of one practice or of all, and let go the calls they hold up."""
        for slug in self._each(practice):
            self._control("DELETE", f"{slug}/fault")

    def end_sessions(self, practice: str = MEADOW.slug) -> int:
        """Let every login at the practice's Valomnia end; return how many there were."""
        return self._control("DELETE", f"{practice}/sessions")["ended"]

    def throttle(self, practice: str, seconds: float) -> None:
        """Let one request in for so many seconds, where the system has a throttle."""
        self._control("POST", f"{practice}/throttle", {"seconds": seconds})

    def answer_asapcomm(
        self, practice: str, number: int, response: str, *, text_status: str = "SendSuccessful"
    ) -> None:
        """Let Open Dental's own text go out, or not, and its patient answer on its own page."""
        body = {"number": number, "textStatus": text_status, "response": response}
        assert self._control("POST", f"{practice}/asapcomm", body)["found"]

    def limit(self, practice: str, requests: int, *, seconds: float = 60.0) -> None:
        """Let so many requests in within so many seconds, where the system counts them so."""
        self._control("POST", f"{practice}/budget", {"requests": requests, "seconds": seconds})

    # The desk's hand

    def take(
        self,
        practice: str,
        *,
        date: str,
        time: str,
        staff_id: int,
        section_id: int,
        name: str | None = None,
        minutes: int | None = None,
    ) -> None:
        """Take a free slot at the desk; an ``HTTPError`` (409) if it is not free."""
        slot = _slot(date, time, staff_id, section_id)
        self._control("POST", f"{practice}/take", {**slot, "name": name, "minutes": minutes})

    def release(
        self, practice: str, *, date: str, time: str, staff_id: int, section_id: int
    ) -> list[dict[str, Any]]:
        """Strike out whatever keeps the slot from being free; return what was struck out."""
        slot = _slot(date, time, staff_id, section_id)
        return self._control("POST", f"{practice}/release", slot)["released"]

    def fill(
        self, practice: str, *, staff_id: int | None = None, section_id: int | None = None
    ) -> int:
        """Take everything free, of one person or room if given; return how many slots."""
        body = {"staffId": staff_id, "sectionId": section_id}
        return self._control("POST", f"{practice}/fill", body)["filled"]

    def allow(self, practice: str, addresses: Iterable[str]) -> None:
        """Say which source addresses the practice has registered."""
        self._control("POST", f"{practice}/ip", {"allow": list(addresses)})

    # What is true

    def free(
        self, practice: str, *, staff_id: int, section_id: int, minutes: int | None = None
    ) -> list[tuple[str, str]]:
        """Return every free (date, time) over the horizon, once and in order.

        For so many ``minutes``, which are the practice's slot's if not given.
        """
        query = f"staffId={staff_id}&sectionId={section_id}"
        query += f"&minutes={minutes}" if minutes else ""
        answer = self._control("GET", f"{practice}/free?{query}")
        return [(day["date"], time) for day in answer["free"] for time in day["times"]]

    def bookings(self, practice: str = HARBOUR.slug) -> list[dict[str, Any]]:
        """Return the bookings made online, newest first, with all that was received."""
        return self._control("GET", f"{practice}/bookings")["bookings"]

    def calls(
        self, practice: str = HARBOUR.slug, action: str | None = None
    ) -> list[dict[str, Any]]:
        """Return the calls received, in order, of one action if given."""
        calls = self._control("GET", f"{practice}/calls")["calls"]
        return [call for call in calls if action in {None, call["action"]}]

    def counts(self, practice: str = HARBOUR.slug) -> dict[str, int]:
        """Return how many calls of each action were received."""
        return self._control("GET", f"{practice}/calls")["counts"]

    def most_at_once(self, practice: str = HARBOUR.slug) -> int:
        """Return the most calls that were under way at one time."""
        return self._control("GET", f"{practice}/calls")["mostAtOnce"]

    def wait_for_calls(
        self, practice: str, number: int, *, action: str | None = None, are_answered: bool = False
    ) -> list[dict[str, Any]]:
        """Wait until so many calls have come, or have been answered too; return them.

        The way to know that a call which a fault holds up is there, without sleeping.
        """
        deadline = time.monotonic() + _CALL_LIMIT
        while time.monotonic() < deadline:
            calls = self.calls(practice, action)
            if are_answered:
                calls = [call for call in calls if call["outcome"] != "pending"]
            if len(calls) >= number:
                return calls
        raise TimeoutError(f"fewer than {number} calls came")

    def forget_calls(self, practice: str = HARBOUR.slug) -> None:
        self._control("DELETE", f"{practice}/calls")

    def told_updox(self, practice: str = HARBOUR.slug) -> list[dict[str, Any]]:
        """Return the appointments that Updox has of a practice, what was told last at the end."""
        return self._control("GET", f"{practice}/updox")["appointments"]

    def updox_batches(self, practice: str = HARBOUR.slug) -> list[list[dict[str, Any]]]:
        """Return each call's appointments, as they came."""
        return self._control("GET", f"{practice}/updox")["batches"]

    def mails(self, to: str | None = None) -> list[Mail]:
        """Return the mail caught, oldest first; of one recipient if given. More: ``inbox``."""
        return self.inbox.mails(to)

    # Practices

    def reset(self, practice: str | None = None) -> None:
        """Bring back the initial state of one practice, or of all, of the inbox and of the texts.

        Bookings, faults, calls, IPs.
        """
        for slug in self._each(practice):
            self._control("POST", f"{slug}/reset")
        if practice is None and self.smtp_url:
            self.inbox.reset()
        if practice is None:
            self.texts.reset()

    def create_practice(
        self,
        slug: str,
        *,
        key: str,
        staff: Sequence[Mapping[str, object]],
        rooms: Sequence[Mapping[str, object]],
        **rest: object,
    ) -> None:
        """Open a practice, in place of any of that slug.

        ``staff`` and ``rooms`` are ``{"id": 1, "name": "…"}``; a person may also have ``hours``,
        ``waitingDays``, ``fullyBooked`` and ``types``, a room a ``zone``. ``rest``: ``name``,
        ``zone``, ``slotLength``, ``hours`` (``{"mon": [["0915", "1215"]]}``), ``seed``,
        ``shareTaken``, ``allow``, ``types`` (``{"id": 1, "name": "…", "minutes": 30}``, and maybe
        ``payment``, ``noticeHours``).
        """
        body = {"slug": slug, "key": key, "staff": list(staff), "rooms": list(rooms), **rest}
        self._control("POST", "practices", body)
        self._keys[slug] = key

    def close_practice(self, slug: str) -> None:
        """Close a practice that was created; its address then answers 404."""
        self._control("DELETE", f"practices/{slug}")
        self._keys.pop(slug, None)

    def _each(self, practice: str | None) -> list[str]:
        return [practice] if practice else list(self._keys)

    def _control(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401
        answer = self._session.request(
            method,
            f"{self.url}/control/{path}",
            data=None if body is None else json.dumps(body),
            headers=_JSON,
            timeout=_CALL_LIMIT,
        )
        if not answer.ok:
            raise requests.HTTPError(f"{answer.status_code}: {answer.text}", response=answer)
        return answer.json()


def _slot(date: str, time: str, staff_id: int, section_id: int) -> dict[str, object]:
    return {"date": date, "time": time, "staffId": staff_id, "sectionId": section_id}
