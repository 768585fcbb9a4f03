"""Twilio's Messages resource over HTTP: send a text, list texts, fetch one.

Documents and parameters are those of Twilio's documentation of the Messages resource, at
``/sms/2010-04-01/Accounts/{AccountSid}/Messages.json``. The addresses inside an answer are paths
on this server, as Twilio's are on its own.
"""

from __future__ import annotations

import hmac
from email.utils import format_datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, request

from webapp.reference.spoiling import hang_up
from webapp.reference.texts import account
from webapp.reference.texts.faults import Doing, TextFault, TextFaultKind
from webapp.reference.texts.gateway import Gateway
from webapp.reference.texts.listing import Page, look_up
from webapp.reference.texts.sending import Code, Refused, Sending, refuse_number

if TYPE_CHECKING:
    from datetime import datetime

    from webapp.reference.texts.messages import Text

blueprint = Blueprint("texts_api", __name__, url_prefix=account.PATH)
_MESSAGES = f"{account.PATH}/Accounts/{account.ACCOUNT_SID}/Messages"
_RUBBISH = "<!doctype html><title>Welcome</title><h1>Welcome</h1><p>Please sign in.</p>"


@blueprint.errorhandler(Refused)
def say_no(refused: Refused) -> Response:
    response = jsonify(refused.as_json())
    response.status_code = refused.status
    if refused.status == 401:
        response.headers["WWW-Authenticate"] = 'Basic realm="Twilio API"'
    return response


@blueprint.before_request
def let_in_the_account() -> None:
    """Ask for the account's SID and token by HTTP Basic, and for its own address."""
    given, views = request.authorization, request.view_args or {}
    known = (account.ACCOUNT_SID, account.AUTH_TOKEN, account.ACCOUNT_SID)
    if given is None or given.type != "basic":
        said = ("", "", "")
    else:
        said = (given.username or "", given.password or "", str(views.get("account_sid")))
    if not all(
        hmac.compare_digest(one.encode(), other.encode())
        for one, other in zip(said, known, strict=True)
    ):
        raise Refused(Code.NOT_AUTHENTICATED, "Authentication failed.", 401)


@blueprint.post("/Accounts/<account_sid>/Messages.json")
def send(account_sid: str) -> Response:  # noqa: ARG001 - looked at before
    """Take a text: 201 with the message as it is at first."""
    gateway = Gateway.of_this_app()
    fault = gateway.faults.hit(Doing.SEND, request.form.get("To", ""))
    if fault is not None and not fault.acts:
        return _spoil(fault, None)
    text = gateway.accept(Sending.read(request.form), fault)
    response = jsonify(_as_json(text))
    response.status_code = 201
    return response if fault is None else _spoil(fault, response)


@blueprint.get("/Accounts/<account_sid>/Messages.json")
def list_texts(account_sid: str) -> Response:  # noqa: ARG001 - looked at before
    """List texts in both directions, newest first, a page at a time."""
    gateway = Gateway.of_this_app()
    fault = gateway.faults.hit(Doing.LOOK, request.args.get("To", ""))
    page = look_up(gateway.box.all(), request.args)
    response = jsonify(_page_as_json(page))
    return response if fault is None else _spoil(fault, response)


@blueprint.get("/Accounts/<account_sid>/Messages/<sid>.json")
def fetch(account_sid: str, sid: str) -> Response:  # noqa: ARG001 - looked at before
    gateway = Gateway.of_this_app()
    text = gateway.box.find(sid)
    fault = gateway.faults.hit(Doing.LOOK, text.to if text else "")
    if text is None:
        raise Refused(Code.NOT_FOUND, f"{request.path} is not here.", 404)
    response = jsonify(_as_json(text))
    return response if fault is None else _spoil(fault, response)


def _spoil(fault: TextFault, response: Response | None) -> Response:
    """Return what a fault makes of the true answer, which is none where nothing was done."""
    if fault.kind is TextFaultKind.REFUSE:
        raise refuse_number(request.form.get("To", ""))
    if fault.kind is TextFaultKind.TEMPFAIL:
        raise Refused(Code.SERVER_ERROR, "Something went wrong here.", 500)
    if fault.kind is TextFaultKind.RATELIMIT:
        limited = say_no(Refused(Code.TOO_MANY_REQUESTS, "Too many requests.", 429))
        limited.headers["Retry-After"] = str(int(fault.seconds))
        return limited
    if fault.kind is TextFaultKind.RUBBISH:
        status = 200 if response is None else response.status_code
        return Response(_RUBBISH, status=status, content_type="text/html; charset=utf-8")
    if fault.kind is TextFaultKind.SLOW:
        fault.wait()
    if response is None or fault.kind in {TextFaultKind.DROP_BEFORE, TextFaultKind.DROP_AFTER}:
        return hang_up()
    return response


def _as_json(text: Text) -> dict[str, object]:
    own = f"{_MESSAGES}/{text.sid}"
    return {
        "account_sid": account.ACCOUNT_SID,
        "api_version": account.API_VERSION,
        "body": text.body,
        "date_created": _stamp(text.received_at),
        "date_sent": _stamp(text.sent_at),
        "date_updated": _stamp(text.updated_at),
        "direction": text.direction.value,
        "error_code": text.error_code,
        "error_message": None,
        "from": text.sender if text.has_sender else None,
        "messaging_service_sid": text.service_sid,
        "num_media": "0",
        "num_segments": str(text.size.segments) if text.has_sender else "0",
        "price": None,
        "price_unit": "USD",
        "sid": text.sid,
        "status": text.status.value,
        "subresource_uris": {"media": f"{own}/Media.json"},
        "to": text.to,
        "uri": f"{own}.json",
    }


def _page_as_json(page: Page) -> dict[str, object]:
    return {
        "messages": [_as_json(text) for text in page.texts],
        "page": page.number,
        "page_size": page.size,
        "start": page.start,
        "end": page.start + max(len(page.texts) - 1, 0),
        "uri": request.full_path.rstrip("?"),
        "first_page_uri": _page_uri(page, 0, None),
        "next_page_uri": _page_uri(page, page.number + 1, page.next_token)
        if page.next_token
        else None,
        "previous_page_uri": _page_uri(page, page.number - 1, page.previous_token)
        if page.number
        else None,
    }


def _page_uri(page: Page, number: int, token: str | None) -> str:
    """Return where a page is, under the same filters."""
    query = {key: value for key, value in request.args.items() if not key.startswith("Page")}
    query |= {"PageSize": str(page.size), "Page": str(number)}
    if token:
        query["PageToken"] = token
    return f"{_MESSAGES}.json?{urlencode(query)}"


def _stamp(moment: datetime | None) -> str | None:
    """Write a moment as RFC 2822 does, in GMT: ``Fri, 20 Nov 2026 08:00:00 +0000``."""
    return format_datetime(moment) if moment else None
