"""The journey's blueprint, and the pages for what its URLs can get wrong."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for

from webapp.appointments.addresses import Step
from webapp.appointments.choice import ChoiceUnreadable
from webapp.availability.answers import DiaryUnavailable
from webapp.booking.presenters.problems import change_words, emergency_number, problems
from webapp.booking.steps import PROGRESS_LENGTH, progress
from webapp.booking.views.carried import carried_answers
from webapp.booking.views.scene import NotOffered
from webapp.practices.current import current_practice

blueprint = Blueprint("booking", __name__)


@blueprint.errorhandler(ChoiceUnreadable)
def unreadable(_error: ChoiceUnreadable) -> tuple[str, int]:
    """Say that the link is broken, and where to begin."""
    carried = carried_answers(current_practice().slug)
    start = url_for("booking.who")
    return render_template("booking/broken_link.html", start=start, carried=carried), 400


@blueprint.errorhandler(NotOffered)
def not_offered(error: NotOffered) -> tuple[str, int]:
    """Say that this person or room cannot be booked here, and where to begin."""
    carried = carried_answers(current_practice().slug)
    return render_template("booking/not_offered.html", what=error.what, carried=carried), 404


@blueprint.errorhandler(DiaryUnavailable)
def unavailable(error: DiaryUnavailable) -> tuple[str, int]:
    """Say that the diary cannot be asked: never that nothing is free."""
    page = render_template(
        "booking/unavailable.html",
        try_again=not error.not_accepted,
        again=_same_page(),
        carried=carried_answers(current_practice().slug),
    )
    return page, 503


@blueprint.context_processor
def this_page() -> dict[str, object]:
    """Give templates the address to try again at."""
    return {"again": _same_page()}


TEMPLATE_GLOBALS: dict[str, Any] = {
    "change_words": change_words,
    "emergency_number": emergency_number,
    "problems": problems,
    "progress_length": PROGRESS_LENGTH,
    "progress_of": progress,
    **{f"step_{one.name.lower()}": one for one in Step},
}
"""What the journey's templates and macros call by name."""


def _same_page() -> str:
    return request.full_path.rstrip("?")
