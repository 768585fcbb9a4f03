"""The inbox's pages, for people, and its control endpoints, for tests."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Annotated

from flask import Blueprint, Response, abort, jsonify, make_response, render_template, request
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from webapp.reference.control import blueprint as control
from webapp.reference.mailbox import Mail, Mailbox, MailFault, MailFaultKind
from webapp.reference.page_policy import guard_page, refuse_other_sites

if TYPE_CHECKING:
    from webapp.reference.mailbox import Attachment

blueprint = Blueprint("inbox", __name__, url_prefix="/inbox", template_folder="templates")
blueprint.before_request(refuse_other_sites)
blueprint.after_request(guard_page)
# The mail's own markup: its styles work, its scripts and pictures from elsewhere do not, and a
# link opens beside the inbox.
_MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)
_LINKS_OPEN_BESIDE = '<base target="_blank">'
_HEAD = re.compile(r"<head\b[^>]*>", re.IGNORECASE)
_LONGEST_WAIT = 600


@blueprint.app_context_processor
def say_whether_mail_is_caught() -> dict[str, object]:
    return {"has_inbox": Mailbox.of_this_app() is not None}


@blueprint.get("/")
def list_mails() -> str:
    """Show what came, newest first."""
    return render_template("reference/inbox.html", mails=_mailbox().all()[::-1])


@blueprint.get("/<int:number>/")
def show_mail(number: int) -> str:
    return render_template("reference/mail.html", mail=_mail(number))


@blueprint.get("/<int:number>/html")
def show_html(number: int) -> Response:
    """Show the HTML part alone: what stands in the message page's frame."""
    html = _mail(number).html
    if html is None:
        abort(404)
    response = make_response(_with_links_that_open_beside(html))
    response.headers["Content-Security-Policy"] = _MAIL_POLICY
    return response


@blueprint.get("/<int:number>/message.eml")
def download_mail(number: int) -> Response:
    return _download(_mail(number).raw, "message/rfc822", f"message-{number}.eml")


@blueprint.get("/<int:number>/attachments/<int:at>")
def download_attachment(number: int, at: int) -> Response:
    """Hand over an attachment, the first being 1, under its own name and type."""
    attachments = _mail(number).attachments
    if not 1 <= at <= len(attachments):
        abort(404)
    found = attachments[at - 1]
    return _download(found.content, found.type, found.name)


@control.get("/inbox")
def read_inbox() -> Response:
    """List every message with its parts decoded, oldest first."""
    return jsonify(mails=[_as_json(mail) for mail in _mailbox().all()])


@control.delete("/inbox")
def empty_inbox() -> Response:
    _mailbox().empty()
    return jsonify(mails=[])


class _MailFaultAsked(BaseModel):
    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, populate_by_name=True)

    kind: MailFaultKind
    times: Annotated[int, Field(ge=1)] | None = None
    to: str | None = None
    seconds: Annotated[float, Field(ge=0, le=_LONGEST_WAIT)] = 60.0
    is_kept: bool = True


@control.get("/inbox/fault")
def list_mail_faults() -> Response:
    return jsonify(
        faults=[
            {"kind": one.kind.value, "times": one.times, "to": one.to}
            for one in _mailbox().faults()
        ]
    )


@control.post("/inbox/fault")
def add_mail_fault() -> Response:
    """Add a fault behind those already waiting."""
    asked = _MailFaultAsked.model_validate_json(request.get_data() or b"{}")
    _mailbox().add_fault(
        MailFault(
            asked.kind,
            times=asked.times,
            to=asked.to,
            seconds=asked.seconds,
            is_kept=asked.is_kept,
        )
    )
    return list_mail_faults()


@control.delete("/inbox/fault")
def clear_mail_faults() -> Response:
    _mailbox().clear_faults()
    return list_mail_faults()


def _mailbox() -> Mailbox:
    return Mailbox.of_this_app() or abort(404)


def _mail(number: int) -> Mail:
    return _mailbox().find(number) or abort(404)


def _with_links_that_open_beside(html: str) -> str:
    head = _HEAD.search(html)
    if head is None:
        return _LINKS_OPEN_BESIDE + html
    return html[: head.end()] + _LINKS_OPEN_BESIDE + html[head.end() :]


def _download(content: bytes, kind: str, name: str) -> Response:
    response = Response(content, content_type=" ".join(kind.split()))
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _as_json(mail: Mail) -> dict[str, object]:
    return {
        "number": mail.number,
        "receivedAt": mail.received_at.isoformat(),
        "from": mail.sender,
        "to": list(mail.recipients),
        "subject": mail.header("Subject"),
        "messageId": mail.header("Message-ID"),
        "headers": [list(pair) for pair in mail.headers],
        "text": mail.text,
        "html": mail.html,
        "attachments": [_attachment_as_json(one) for one in mail.attachments],
    }


def _attachment_as_json(attachment: Attachment) -> dict[str, object]:
    return {
        "name": attachment.name,
        "type": attachment.type,
        "text": attachment.content.decode(errors="replace")
        if attachment.type.lower().startswith("text/")
        else None,
        "base64": base64.b64encode(attachment.content).decode(),
    }
