"""Keeps what a diary answered: in this process, or in Redis for all of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from dogpile.cache import CacheRegion, make_region

from webapp.diaries.free_times import FreeTimes
from webapp.diaries.port import AppointmentType, Room, Staff

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.diaries.free_times import Span

_LOCK_SECONDS = 30
_KEPT_SECONDS = 24 * 60 * 60


Value = FreeTimes | tuple[Staff, ...] | tuple[Room, ...] | tuple[AppointmentType, ...]


@dataclass(frozen=True, slots=True)
class Stored:
    """One answer of a diary and when it was given, in seconds since 1970."""

    value: Value
    fetched_at: float


def memory_region() -> CacheRegion:
    """Return a region in this process: one fetch at a time for a key."""
    return make_region().configure("dogpile.cache.memory")


def redis_region(redis_url: str) -> CacheRegion:
    """Return a region in Redis: one fetch at a time for a key, across processes."""
    region = make_region(serializer=_write, deserializer=_read)
    return region.configure(
        "dogpile.cache.redis",
        arguments={
            "url": redis_url,
            "redis_expiration_time": _KEPT_SECONDS,
            "distributed_lock": True,
            "thread_local_lock": False,
            "lock_timeout": _LOCK_SECONDS,
            "socket_timeout": 2,
        },
    )


def _write(stored: Any) -> bytes:  # noqa: ANN401
    return json.dumps(_plain(stored), separators=(",", ":")).encode()


def _plain(stored: Stored) -> dict[str, object]:
    value = stored.value
    if isinstance(value, FreeTimes):
        return {
            "at": stored.fetched_at,
            "staff": _plain_one(value.staff),
            "room": _plain_one(value.room),
            "minutes": value.minutes,
            "days": {
                day.isoformat(): [at.isoformat("minutes") for at in times]
                for day, times in value.days.items()
            },
            **({"spans": _plain_spans(value.spans)} if value.spans else {}),
            **({"type": _plain_type(value.type)} if value.type is not None else {}),
        }
    types = [one for one in value if isinstance(one, AppointmentType)]
    if types:
        return {"at": stored.fetched_at, "type_list": [_plain_type(one) for one in types]}
    named = [one for one in value if not isinstance(one, AppointmentType)]
    kind = "staff_list" if named and isinstance(named[0], Staff) else "room_list"
    return {"at": stored.fetched_at, kind: [_plain_one(one) for one in named]}


def _plain_one(one: Staff | Room) -> list[str]:
    address = [one.address] if isinstance(one, Room) and one.address else []
    return [one.id, one.name, *address]


def _plain_spans(spans: Mapping[date, tuple[Span, ...]]) -> dict[str, list[list[str]]]:
    return {
        day.isoformat(): [[first.isoformat(), last.isoformat()] for first, last in found]
        for day, found in spans.items()
    }


def _plain_type(one: AppointmentType) -> list[object]:
    staff = sorted(one.staff_ids) if one.staff_ids is not None else None
    return [one.id, one.name, one.minutes, staff]


@lru_cache(maxsize=1024)
def _read(content: bytes) -> Stored:
    # The same bytes come back at every page until the answer changes: they are read once.
    plain: dict[str, Any] = json.loads(content)
    if "days" in plain:
        value: Any = FreeTimes(
            staff=Staff(*plain["staff"]),
            room=Room(*plain["room"]),
            minutes=plain["minutes"],
            days={
                date.fromisoformat(day): tuple(time.fromisoformat(at) for at in times)
                for day, times in plain["days"].items()
            },
            type=_type(plain["type"]) if plain.get("type") else None,
            # What an older release has kept tells the starts alone.
            spans={
                date.fromisoformat(day): tuple(_span(one) for one in found)
                for day, found in plain.get("spans", {}).items()
            },
        )
    elif "type_list" in plain:
        value = tuple(_type(one) for one in plain["type_list"])
    elif "staff_list" in plain:
        value = tuple(Staff(*one) for one in plain["staff_list"])
    else:
        value = tuple(Room(*one) for one in plain["room_list"])
    return Stored(value=value, fetched_at=plain["at"])


def _span(plain: list[str]) -> Span:
    first, last = plain
    return time.fromisoformat(first), time.fromisoformat(last)


def _type(plain: list[Any]) -> AppointmentType:
    id_, name, minutes, staff = plain
    return AppointmentType(id_, name, minutes, frozenset(staff) if staff is not None else None)
