"""Finds what is wrong between a practice's file and its diary, and says how to mend it."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from webapp import clock
from webapp.diaries.errors import DiaryError, NotAccepted, NotReached
from webapp.diaries.port import Capability
from webapp.diaries.remarks import OtherZone, OwnNotice, PaidAhead, Prepayment, remarks_of
from webapp.diaries.settings import ClinikoSettings, OpenDentalSettings, ValomniaSettings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from webapp.diaries.port import AppointmentType, CallOrigin, Diary, Room, Staff
    from webapp.diaries.remarks import Remark
    from webapp.practices.model import Practice


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: a whole sentence, with the mend where one is needed."""

    is_well: bool
    text: str
    is_advice: bool = False
    """It works as it is; it could be better."""


def well(text: str) -> Finding:
    return Finding(is_well=True, text=text)


def advice(text: str) -> Finding:
    return Finding(is_well=False, text=text, is_advice=True)


def wrong(text: str) -> Finding:
    return Finding(is_well=False, text=text)


def examine(practice: Practice, diary: Diary) -> Iterator[Finding]:
    """Yield what was found, from the connection to a first free list. Writes nothing."""
    try:
        origin = diary.call_origin()
    except NotReached:
        yield Finding(is_well=False, text=_cannot_connect(practice))
        return
    yield well(_origin(practice, origin))
    try:
        lists = _Lists(diary.staff(), diary.rooms(), diary.appointment_types(), remarks_of(diary))
    except NotAccepted:
        yield Finding(is_well=False, text=_not_accepted(practice, origin))
        return
    except DiaryError as error:
        yield Finding(is_well=False, text=_no_answer(practice, error))
        return
    if isinstance(practice.diary, OpenDentalSettings):
        yield well("The diary accepts both keys.")
    elif isinstance(practice.diary, ClinikoSettings):
        yield well("The diary accepts the key.")
    elif not isinstance(practice.diary, ValomniaSettings):
        yield well("The diary accepts the key and the address.")
    yield from _remarked(practice, lists)
    zoned = [one.room for one in lists.remarks if isinstance(one, OtherZone)]
    paid = [one.type for one in lists.remarks if isinstance(one, PaidAhead)]
    yield from _ids("booking.staff", practice.booking.staff, lists.staff)
    yield from _ids("booking.rooms", practice.booking.rooms, lists.rooms, zoned)
    yield from _ids("booking.types", practice.booking.types, lists.types, paid)
    yield from _free_list(practice, diary, origin, lists)


@dataclass(frozen=True, slots=True)
class _Lists:
    staff: tuple[Staff, ...]
    rooms: tuple[Room, ...]
    types: tuple[AppointmentType, ...]
    remarks: tuple[Remark, ...]


def _remarked(practice: Practice, lists: _Lists) -> Iterator[Finding]:
    """Yield what the diary says of how it is set up, where this file means to offer it."""
    rules = practice.booking
    for one in lists.remarks:
        if isinstance(one, OtherZone):
            text = _other_zone(practice, one)
            yield from _left_out(text, one.room.id, rules.rooms, others=lists.rooms)
        elif isinstance(one, PaidAhead):
            text = _paid_ahead(one)
            yield from _left_out(text, one.type.id, rules.types, others=lists.types)
        elif practice.asap.enabled and (rules.types is None or one.type.id in rules.types):
            yield advice(_own_notice(one))


def _left_out(
    text: str,
    identity: str,
    wanted: tuple[str, ...] | None,
    *,
    others: tuple[Room, ...] | tuple[AppointmentType, ...],
) -> Iterator[Finding]:
    """Yield what is said of something that is left out: no word of what nobody wants to offer."""
    if identity in (wanted or ()) or not others:
        yield wrong(text)
    elif wanted is None:
        yield advice(text)


def _free_list(
    practice: Practice, diary: Diary, origin: CallOrigin, lists: _Lists
) -> Iterator[Finding]:
    has_types = Capability.APPOINTMENT_TYPES in diary.capabilities
    if not lists.staff or not lists.rooms:
        if isinstance(practice.diary, ClinikoSettings):
            yield wrong(_nothing_online("practitioner or no business"))
        else:
            yield wrong("The diary lists no staff or no rooms: ask its vendor.")
        return
    if has_types and not lists.types:
        yield wrong(_nothing_online("appointment type"))
        return
    people = _offered(practice.booking.staff, lists.staff)
    places = _offered(practice.booking.rooms, lists.rooms)
    kinds = _offered(practice.booking.types, lists.types)
    if not people or not places or (has_types and not kinds):
        # That none of them is listed has been said
        return
    days = practice.booking.days_ahead
    try:
        diary.free_times(
            staff_id=people[0],
            room_id=places[0],
            first_day=clock.today(practice.zone),
            days=min(days, diary.window_days or days),
            type_id=kinds[0] if kinds else None,
        )
    except NotAccepted:
        yield wrong(_not_accepted(practice, origin))
    except DiaryError as error:
        yield Finding(is_well=False, text=_no_answer(practice, error))
    else:
        if isinstance(practice.diary, ValomniaSettings):
            # Its people and places stand in the practice's file: this was the first question
            yield well("The diary accepts the user and the password.")
        asked = f"staff {people[0]} in room {places[0]}"
        yield Finding(is_well=True, text=f"The diary answers what is free, for {asked}.")


def _offered(
    wanted: tuple[str, ...] | None,
    listed: tuple[Staff, ...] | tuple[Room, ...] | tuple[AppointmentType, ...],
) -> list[str]:
    known = [one.id for one in listed]
    return known if wanted is None else [one for one in wanted if one in known]


def _ids(
    key: str,
    wanted: tuple[str, ...] | None,
    offered: tuple[Staff, ...] | tuple[Room, ...] | tuple[AppointmentType, ...],
    left_out: Sequence[Room] | Sequence[AppointmentType] = (),
) -> Iterator[Finding]:
    """Yield the ids that the diary does not list; of what it ``left_out`` the reason is told."""
    known = {one.id for one in (*offered, *left_out)}
    missing = [one for one in wanted or () if one not in known]
    if missing:
        listed = ", ".join(f"{one.id} ({one.name})" for one in offered)
        text = f"{key} names {', '.join(missing)}, which the diary does not list; it has {listed}."
        yield Finding(is_well=False, text=text)


def _origin(practice: Practice, origin: CallOrigin) -> str:
    if isinstance(practice.diary, ValomniaSettings | OpenDentalSettings | ClinikoSettings):
        # Who has the password, or the keys, may call from anywhere
        by = f" by the proxy {origin.proxy}" if origin.proxy else ""
        return f"Calls leave from {origin.local_address}{by}."
    if origin.proxy:
        return (
            f"Calls leave by the proxy {origin.proxy} (reached from {origin.local_address}): "
            "register the proxy's public address with the diary's vendor."
        )
    address = ipaddress.ip_address(origin.local_address)
    if address.is_private:
        return (
            f"Calls leave from {address}, a private address: register the public address of the "
            "router or gateway in front of this server with the diary's vendor."
        )
    return f"Calls leave from {address}: this is the address to register with the diary's vendor."


def _cannot_connect(practice: Practice) -> str:
    settings = practice.diary
    by = f" by the proxy {_host(str(settings.proxy))}" if settings.proxy else ""
    source = f" from {settings.source_address}" if settings.source_address else ""
    return (
        f"No connection to {_host(str(settings.url))}{by}{source}: check diary.url, that this "
        "server's firewall lets that port out, and that diary.source_address, where given, "
        "belongs to this server."
    )


def _not_accepted(practice: Practice, origin: CallOrigin) -> str:
    if isinstance(practice.diary, ValomniaSettings):
        return (
            f"{_host(str(practice.diary.url))} was reached from {origin.local_address} and does "
            "not accept diary.username with diary.password: log in with them at the vendor's own "
            "page, and see that the user may read and write appointments."
        )
    if isinstance(practice.diary, OpenDentalSettings):
        return (
            f"{_host(str(practice.diary.url))} was reached from {origin.local_address} and does "
            "not accept diary.developer_key with diary.customer_key: compare both with the "
            "vendor's developer portal, and see that the customer's is enabled there with the "
            "permissions Read All, Appointments, Patients and Comm."
        )
    if isinstance(practice.diary, ClinikoSettings):
        return (
            f"{_host(str(practice.diary.url))} was reached from {origin.local_address} and does "
            "not accept diary.api_key: compare it with the one in Cliniko, under the user's own "
            "settings, to its last letter (it ends in the account's shard, such as -uk1), and see "
            "that the user may see and change appointments and patients."
        )
    return (
        f"{_host(str(practice.diary.url))} was reached from {origin.local_address} and answered "
        "404: the diary does not accept diary.api_key, or the address that the call came from is "
        "not the one registered for it. Compare the key with the vendor's letter; then ask the "
        "vendor which address is registered."
    )


def _nothing_online(what: str) -> str:
    return (
        f"Cliniko shows no {what} in online bookings that can be offered here: switch that on "
        "there, for each that patients may book."
    )


def _other_zone(practice: Practice, remark: OtherZone) -> str:
    name, zone = remark.room.name, remark.zone
    if not remark.is_known:
        return (
            f"{name} has a time zone in Cliniko that this server does not know ({zone}), and is "
            "not offered: correct it there, or bring this server's time zones up to date."
        )
    return (
        f"{name} is in the time zone {zone} and this file's timezone is {practice.timezone}, so it "
        "is not offered, for patients would be told a wrong hour: give the businesses of that "
        f'zone a practice file of their own with timezone = "{zone}", and name in each file\'s '
        "booking.rooms those that it is for."
    )


def _paid_ahead(remark: PaidAhead) -> str:
    wants = "payment" if remark.prepayment is Prepayment.WHOLE else "a deposit"
    return (
        f"{remark.type.name} is not offered, for Cliniko requires {wants} when it is booked online "
        "and patients cannot pay here: make payment optional for it in Cliniko, or name in "
        "booking.types what is to be offered."
    )


def _own_notice(remark: OwnNotice) -> str:
    hours = "hour" if remark.hours == 1 else "hours"
    return (
        f"Cliniko's lead time of {remark.type.name} is {remark.hours} {hours}, so on the ASAP list "
        "whatever is nearer than that counts as gone: set it lower in Cliniko, and let "
        "booking.minimum_notice_hours here keep the notice of ordinary bookings."
    )


def _no_answer(practice: Practice, error: DiaryError) -> str:
    return (
        f"{_host(str(practice.diary.url))} was reached and gave no usable answer ({error}): check "
        "that diary.url is the whole address from the vendor, and try again in some minutes."
    )


def _host(url: str) -> str:
    return url.split("//", 1)[-1].split("/", 1)[0].rsplit("@", 1)[-1]
