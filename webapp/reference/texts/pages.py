"""The texts, for people: all of them as a phone would show them, and one with its reply form."""

from __future__ import annotations

from flask import (
    Blueprint,
    Response,
    abort,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)

from webapp.reference.page_policy import guard_page, refuse_other_sites
from webapp.reference.texts.gateway import Gateway
from webapp.reference.texts.messages import Text
from webapp.reference.texts.sending import LONGEST_BODY

blueprint = Blueprint("texts", __name__, url_prefix="/inbox/texts", template_folder="../templates")
blueprint.before_request(refuse_other_sites)
blueprint.after_request(guard_page)


@blueprint.get("/")
def list_texts() -> str:
    """Show what went out and came in, newest first."""
    texts = Gateway.of_this_app().box.all()[::-1]
    return render_template("reference/texts.html", texts=texts)


@blueprint.get("/<sid>/")
def show_text(sid: str) -> str:
    """Show one text, and all that this phone and this sender wrote each other, oldest first."""
    text = _text(sid)
    box = Gateway.of_this_app().box
    return render_template(
        "reference/text.html",
        text=text,
        thread=[one for one in box.all() if (one.phone, one.desk) == (text.phone, text.desk)],
        has_opted_out=box.has_opted_out(text.phone, text.list_keeper),
        inbound_url=Gateway.of_this_app().inbound_url,
        longest=LONGEST_BODY,
    )


@blueprint.post("/<sid>/reply")
def reply(sid: str) -> Response:
    """Send a text back as the patient, and show the conversation again."""
    text = _text(sid)
    try:
        Gateway.of_this_app().reply(
            phone=text.phone, to=text.desk, words=request.form["words"].strip()
        )
    except ValueError:
        abort(400)
    return make_response(redirect(url_for(".show_text", sid=sid), code=303))


def _text(sid: str) -> Text:
    return Gateway.of_this_app().box.find(sid) or abort(404)
