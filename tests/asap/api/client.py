"""A client of the AsapComms API, as a practice's own program is; and rows for it to read."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from webapp.asap.model import Condition, Entry, Offer, Opening
from webapp.asap.statuses import KeyType, Response, SendStatus
from webapp.db.engine import sessions_of, writing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from werkzeug.test import TestResponse

    from tests.site.ground import Site, Slot

JSON = "application/json"
SOME_MOMENT = datetime(2026, 11, 20, 7, 30, tzinfo=UTC)
"""Half an hour before a test begins."""
_numbers = itertools.count(1)


def authorization(slug: str) -> str:
    """Return what a program presents that has the keys of this practice."""
    return f"ODFHIR {slug}-developer/{slug}-customer"


@dataclass(frozen=True)
class Client:
    """Calls the API of one practice. ``authorization`` is its own unless said otherwise."""

    site: Site
    slug: str
    headers: dict[str, str] = field(default_factory=dict[str, str])

    def call(self, method: str, path: str, **rest: Any) -> TestResponse:  # noqa: ANN401 - whatever werkzeug's builder takes
        headers = {"Authorization": authorization(self.slug)} | self.headers
        url = f"/api/{self.slug}{path}"
        return self.site.visitor.raw(method, url, **{"headers": headers} | rest)

    def get(self, path: str, **query: object) -> Any:  # noqa: ANN401 - JSON
        """Return what a GET answers, which must be well."""
        return content(self.call("GET", with_query(path, query)))

    def refused(self, path: str, **query: object) -> str:
        """Return why a GET cannot be understood."""
        return explanation(self.call("GET", with_query(path, query)), 400)

    def post(self, body: object) -> TestResponse:
        """Offer an opening."""
        return self.call("POST", "/asapcomms", data=json.dumps(body), content_type=JSON)

    def numbers(self, **query: object) -> list[int]:
        """Return the numbers of the AsapComms that a list holds, in its order."""
        return [one["AsapCommNum"] for one in self.get("/asapcomms", **query)]


def with_query(path: str, query: dict[str, object]) -> str:
    return f"{path}?{urlencode(query)}" if query else path


def wanted(slot: Slot, entry: Entry | int) -> dict[str, object]:
    """The body that offers a slot to somebody."""
    day = datetime.strptime(slot.date + slot.time, "%Y%m%d%H%M")  # noqa: DTZ007 - the practice's clocks
    number = entry if isinstance(entry, int) else entry.id
    return {"op": slot.room_id, "aptNum": number, "dateTimeStart": f"{day:%Y-%m-%d %H:%M:%S}"}


def content(answer: TestResponse) -> Any:  # noqa: ANN401 - JSON
    """Return what a good answer holds."""
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert answer.content_type == JSON
    return json.loads(answer.get_data())


def explanation(answer: TestResponse, code: int) -> str:
    """Return the plain words of an answer that refuses."""
    assert answer.status_code == code, answer.get_data(as_text=True)
    assert answer.mimetype == "text/plain"
    words = answer.get_data(as_text=True)
    assert words
    assert "<" not in words
    return words


def keep_entries(site: Site, slug: str, times: int = 1, **columns: Any) -> list[int]:  # noqa: ANN401 - a row's columns
    """Keep so many on the list, without an appointment; return their numbers."""
    given: dict[str, Any] = {
        "slug": slug,
        "patient_number": 1771,
        "patient_name": "Ada Whitcombe",
        "patient_phone": "+447700900123",
        "patient_email": "ada@whitcombe.example",
        "weekdays": "0123456",
        "parts": "afternoon,evening,morning",
        "notice_hours": 0,
        "consented_at_utc": SOME_MOMENT,
        "created_at_utc": SOME_MOMENT,
    }
    names = [f"entry {next(_numbers)}" for _ in range(times)]
    rows = [Entry(**{"journey": one, "page_hash": one} | given | columns) for one in names]
    return _keep(site, rows)


def keep_entry(site: Site, slug: str, **columns: Any) -> int:  # noqa: ANN401 - a row's columns
    """Keep somebody on the list, without an appointment; return their number."""
    return keep_entries(site, slug, **columns)[0]


def keep_offer(site: Site, entry_id: int, *, slug: str, **columns: Any) -> int:  # noqa: ANN401 - a row's columns
    """Keep an offer of an opening of its own; return its number."""
    return keep_offers(site, entry_id, slug, [columns])[0]


def keep_offers(
    site: Site, entry_id: int, slug: str, columns: Sequence[Mapping[str, Any]]
) -> list[int]:
    """Keep an offer, of an opening of its own, with each of these columns."""
    starts = SOME_MOMENT + timedelta(days=4)
    openings = [
        Opening(
            slug=slug,
            live_key=None,
            staff_id="42230",
            staff_name="Siân O'Brien",
            room_id="7323",
            room_name="Treatment Room 2",
            starts_at_utc=starts,
            minutes=45,
            condition=Condition.GONE,
            created_at_utc=SOME_MOMENT,
            expires_at_utc=starts + timedelta(days=7),
        )
        for _ in columns
    ]
    given: dict[str, Any] = {
        "slug": slug,
        "entry_id": entry_id,
        "key_type": KeyType.UNSCHEDULED,
        "response": Response.PENDING_RSVP,
        "text_status": SendStatus.SEND_SUCCESSFUL,
        "note": "",
        "template_text": "[NameF], an earlier time: [AsapURL]",
        "entered_at_utc": SOME_MOMENT,
        "expires_at_utc": starts + timedelta(days=7),
        "attempts": 0,
    }
    offers: list[Offer] = []
    for opening_id, one in zip(_keep(site, openings), columns, strict=True):
        name = f"offer {next(_numbers)}"
        own = {"opening_id": opening_id, "nonce": name, "token_hash": name}
        offers.append(Offer(**(given | own | dict(one))))
    return _keep(site, offers)


def _keep(site: Site, rows: Sequence[Entry | Opening | Offer]) -> list[int]:
    with writing(sessions_of(site.app)) as session:
        session.add_all(rows)
        session.flush()
        return [one.id for one in rows]
