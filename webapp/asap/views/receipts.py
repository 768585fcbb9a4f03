"""What the text gateway tells us: what became of a text, and what a patient answered.

The forms are Twilio's, by its documentation of status callbacks and of incoming messages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, abort, request
from sqlalchemy import select

from webapp.asap.model import Entry, Offer
from webapp.asap.sending import record_receipt
from webapp.asap.views.blueprint import blueprint, current_gateway, links_begin
from webapp.db.engine import new_session, writing
from webapp.notify.optouts import note_reply
from webapp.web.forms import printable
from webapp.web.headers import forbid_framing, keep_private
from webapp.web.limits import from_gateway

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

_DELIVERED = frozenset({"delivered", "read"})
_LOST = frozenset({"undelivered", "failed", "canceled"})
_TOO_MANY_DIGITS = 10
"""More than the database can count to, or nearly."""


@blueprint.post("/texts/status")
@from_gateway
def receipt() -> ResponseReturnValue:
    """Take the gateway's word for what became of a text."""
    form = _signed_form()
    status = form.get("MessageStatus", "").lower()
    number = request.args.get("offer", "")
    is_number = number.isascii() and number.isdecimal() and len(number) < _TOO_MANY_DIGITS
    sid = form.get("MessageSid", "")
    if is_number and sid.isascii() and sid.isalnum():
        with writing(new_session) as session:
            offer = session.get(Offer, int(number), with_for_update=True)
            if offer is not None and offer.gateway_id in {None, sid[:64]}:
                code = form.get("ErrorCode", "")
                record_receipt(
                    offer,
                    number=sid[:64],
                    is_delivered=_meaning(status),
                    code=code[:8] if code.isascii() and code.isdecimal() else "",
                )
    return _heard()


@blueprint.post("/texts/inbound")
@from_gateway
def inbound() -> ResponseReturnValue:
    """Take what a patient answered: STOP and START count, anything else is read by nobody."""
    form = _signed_form()
    phone = form.get("From", "")
    senders = {form.get("To", ""), form.get("MessagingServiceSid", "")} - {""}
    with writing(new_session) as session:
        known = select(Entry.id).where(Entry.patient_phone == phone).limit(1)
        if session.scalar(known) is not None:
            for sender in senders:
                note_reply(
                    session,
                    sender=sender[:40],
                    phone=phone[:20],
                    words=form.get("Body", ""),
                    kind=form.get("OptOutType", ""),
                )
    return _heard()


def _meaning(status: str) -> bool | None:
    """Return whether a text has arrived, by its status; None while it is on its way."""
    if status in _DELIVERED:
        return True
    return False if status in _LOST else None


def _signed_form() -> dict[str, str]:
    """Return the form of a request that the gateway signed; 403 for anybody else's."""
    keep_private()
    forbid_framing()
    gateway = current_gateway()
    form = request.form.to_dict()
    url = links_begin() + request.full_path.rstrip("?")
    signature = request.headers.get("X-Twilio-Signature", "")
    if gateway is None or not gateway.is_signed(signature, url, form):
        abort(403)
    # NUL and its kin, which no database takes, are read by nobody as a number or as STOP.
    return {name: str(printable(value)) for name, value in form.items()}


def _heard() -> Response:
    # An empty TwiML document: nothing is to be answered.
    return Response("<Response/>", content_type="text/xml")
