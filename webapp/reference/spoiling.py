"""Turns a true answer into the bad one that a fault asks for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

from flask import Response

from webapp.reference import physiodiary
from webapp.reference.faults import Fault, Kind
from webapp.reference.serving import HangUp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from webapp.reference.physiodiary import Answer
    from webapp.reference.practice import Practice

JSON = "application/json"
_HUGE = 20_000_000
_PAGE = "<!doctype html><title>{0}</title><h1>{0}</h1><p>Please try again later.</p>"


def send(answer: Answer, status: int) -> Response:
    """Return the answer as it should be."""
    return Response(_encode(answer.document), status=status, content_type=JSON)


def refuse_bare() -> Response:
    """A wrong key and an unregistered address get the same: 404, with no word of JSON."""
    response = Response(status=404)
    del response.headers["Content-Type"]
    return response


def spoil(
    fault: Fault, practice: Practice, request: Mapping[str, object], answer: Answer | None
) -> tuple[Answer | None, Response | None]:
    """Return another answer to send, or a response to send in its place.

    ``answer`` is the true one, none where the fault kept the request from being carried out.
    """
    action = request.get("action")
    if fault.kind in _DOCUMENTS:
        return None if answer is None else _DOCUMENTS[fault.kind](fault, practice, answer), None
    if fault.kind is Kind.UNKNOWN_ERROR:
        return physiodiary.refuse_unknown(practice, action), None
    if fault.kind is Kind.FIELD_ERRORS:
        return physiodiary.refuse(practice, action, fault.errors), None
    return answer, spoil_bytes(fault, practice, _encode(answer.document) if answer else b"{}")


def spoil_bytes(fault: Fault, practice: Practice, body: bytes) -> Response | None:
    """Return a response to send in place of a true one, in whatever language it is."""
    return _RESPONSES[fault.kind](fault, practice, body) if fault.kind in _RESPONSES else None


def hang_up() -> Response:
    """Return an answer that never begins: the connection closes instead."""

    def nothing() -> Iterator[bytes]:
        raise HangUp
        yield b""

    return Response(nothing())


def _send_page(fault: Fault, _practice: Practice, _body: bytes) -> Response:
    is_error = fault.kind is Kind.SERVER_ERROR
    page = _PAGE.format("Server error" if is_error else "Scheduled maintenance")
    return Response(page, status=500 if is_error else 200, content_type="text/html")


def _break_off(_fault: Fault, _practice: Practice, body: bytes) -> Response:
    def half() -> Iterator[bytes]:
        yield body[: len(body) // 2]
        raise HangUp

    return _stream(half(), len(body))


def _drip(fault: Fault, _practice: Practice, body: bytes) -> Response:
    def drops() -> Iterator[bytes]:
        for place in range(len(body)):
            yield body[place : place + 1]
            fault.wait()

    return _stream(drops(), len(body))


def _stream(parts: Iterator[bytes], length: int) -> Response:
    return Response(parts, content_type=JSON, headers={"Content-Length": str(length)})


def _redirect(_fault: Fault, practice: Practice, _body: bytes) -> Response:
    return Response(status=302, headers={"Location": f"/{practice.plan.slug}/elsewhere"})


_RESPONSES: Mapping[Kind, Callable[[Fault, Practice, bytes], Response]] = {
    Kind.REFUSE: lambda _fault, _practice, _body: refuse_bare(),
    Kind.DROP_BEFORE: lambda _fault, _practice, _body: hang_up(),
    Kind.DROP_AFTER: lambda _fault, _practice, _body: hang_up(),
    Kind.RUBBISH_HTML: _send_page,
    Kind.SERVER_ERROR: _send_page,
    Kind.EMPTY_OBJECT: lambda _fault, _practice, _body: Response(b"{}", content_type=JSON),
    Kind.EMPTY_BODY: lambda _fault, _practice, _body: Response(b"", content_type=JSON),
    Kind.HALF_JSON: _break_off,
    Kind.TRUNCATED_JSON: lambda _fault, _practice, body: Response(
        body[: len(body) // 2], content_type=JSON
    ),
    Kind.TOO_MANY: lambda _fault, _practice, _body: Response(
        status=429, headers={"Retry-After": "1"}
    ),
    Kind.DRIP: _drip,
    Kind.REDIRECT: _redirect,
    Kind.HUGE: lambda _fault, _practice, body: Response(
        body[:-1] + b', "padding": "' + b"x" * _HUGE + b'"}', content_type=JSON
    ),
    Kind.NOT_UTF8: lambda _fault, _practice, body: Response(
        body[:-1] + b', "note": "\xff\xfe\xe9"}', content_type=JSON
    ),
}


def _with_no_length(_fault: Fault, _practice: Practice, answer: Answer) -> Answer:
    return _change(answer, {"slotLength": 0, "duration": 0})


def _with_wrong_time(_fault: Fault, _practice: Practice, answer: Answer) -> Answer:
    at = answer.document.get("time")
    if not isinstance(at, str):
        return _change(answer, {"sectionId": 2, "sectionName": "Somewhere Else"})
    return _change(answer, {"time": f"{(int(at[:2]) + 1) % 24:02d}{at[2:]}"})


def _with_wrong_staff(_fault: Fault, _practice: Practice, answer: Answer) -> Answer:
    return _change(answer, {"staff": "Somebody Else", "staffId": 43, "staffName": "Somebody Else"})


def _with_extra_keys(_fault: Fault, _practice: Practice, answer: Answer) -> Answer:
    extra: dict[str, object] = {"version": "9.1", "links": {"next": None}, "warnings": []}
    return _replace(answer, cast("dict[str, object]", _add_everywhere(answer.document, extra)))


def _with_markup(_fault: Fault, _practice: Practice, answer: Answer) -> Answer:
    return _replace(answer, cast("dict[str, object]", _mark_up(answer.document)))


_DOCUMENTS: Mapping[Kind, Callable[[Fault, Practice, Answer], Answer]] = {
    Kind.SLOT_LENGTH_ZERO: _with_no_length,
    Kind.WRONG_ECHO: _with_wrong_time,
    Kind.WRONG_STAFF_ECHO: _with_wrong_staff,
    Kind.EXTRA_KEYS: _with_extra_keys,
    Kind.MARKUP_NAMES: _with_markup,
}


def _encode(document: Mapping[str, object]) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _replace(answer: Answer, document: dict[str, object]) -> Answer:
    return physiodiary.Answer(document, answer.outcome, answer.booking)


def _change(answer: Answer, changes: Mapping[str, object]) -> Answer:
    """Change the keys that the document has, and no others."""
    present = {key: value for key, value in changes.items() if key in answer.document}
    return _replace(answer, answer.document | present)


def _add_everywhere(value: object, extra: Mapping[str, object]) -> object:
    if isinstance(value, dict):
        entries = cast("dict[str, object]", value)
        return {key: _add_everywhere(each, extra) for key, each in entries.items()} | dict(extra)
    if isinstance(value, list):
        return [_add_everywhere(each, extra) for each in cast("list[object]", value)]
    return value


_NAMES = frozenset({"name", "staffName", "sectionName", "staff", "section"})


def _mark_up(value: object, key: str = "") -> object:
    if isinstance(value, dict):
        entries = cast("dict[str, object]", value)
        return {name: _mark_up(each, name) for name, each in entries.items()}
    if isinstance(value, list):
        return [_mark_up(each) for each in cast("list[object]", value)]
    if isinstance(value, str) and key in _NAMES:
        return f"""<b onclick="alert('x')">"{value}"</b> & 'co'"""
    return value
