"""What for, who, where, when. A POST shows the page with what was typed; it changes nothing."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _

from webapp import clock
from webapp.appointments.addresses import Step
from webapp.appointments.choice import ChoiceUnreadable, read_day
from webapp.availability.answers import Answer
from webapp.booking.presenters.options import room_options, staff_options, type_options
from webapp.booking.presenters.times import (
    TimesPage,
    last_day_shown,
    present_times,
    starts_on_a_page,
)
from webapp.booking.views.blueprint import blueprint
from webapp.booking.views.carried import carried_answers
from webapp.booking.views.scene import (
    Scene,
    for_everybody,
    for_the_chosen,
    looking_further,
    read_scene,
)
from webapp.practices.framed import accent_of_request, is_framed
from webapp.web.limits import reading

if TYPE_CHECKING:
    from datetime import date

    from flask.typing import ResponseReturnValue

    from webapp.appointments.choice import Choice
    from webapp.availability.answers import Merged, Window
    from webapp.booking.views.carried import Carried

_GET_AND_POST = ("GET", "POST")


@blueprint.route("/<slug>/", methods=_GET_AND_POST)
@reading
def who() -> ResponseReturnValue:
    """Ask what it is for, where that matters, and then whom the patient would like to see."""
    scene = read_scene(for_everybody)
    if scene.unanswered is Step.WHAT:
        return _what(scene)
    if not scene.route.asks_who:
        return _go(scene, scene.unanswered)
    return render_template(
        "booking/who.html",
        options=staff_options(scene.picture, scene.route),
        carried=carried_answers(scene.practice.slug),
        **_furniture(scene, Step.WHO),
    )


def _what(scene: Scene) -> ResponseReturnValue:
    return render_template(
        "booking/what.html",
        options=type_options(scene.route, scene.choice),
        carried=carried_answers(scene.practice.slug),
        **_furniture(scene, Step.WHAT),
    )


@blueprint.route("/<slug>/where", methods=_GET_AND_POST)
@reading
def where() -> ResponseReturnValue:
    """Ask in which room, where the practice wants that asked."""
    scene = read_scene(lambda choice: replace(for_the_chosen(choice), room_id=None, by_room=True))
    if scene.unanswered in {Step.WHAT, Step.WHO} or not scene.route.asks_where:
        return _go(scene, scene.unanswered)
    return render_template(
        "booking/where.html",
        options=room_options(scene.picture, scene.route, scene.choice),
        carried=carried_answers(scene.practice.slug),
        **_furniture(scene, Step.WHERE),
    )


@blueprint.route("/<slug>/times", methods=_GET_AND_POST)
@reading
def times() -> ResponseReturnValue:
    """Show what is free over the whole horizon, and one day's times."""
    scene = read_scene(for_the_chosen)
    if scene.unanswered in {Step.WHAT, Step.WHO, Step.WHERE}:
        return _go(scene, scene.unanswered)
    turned_to = _turned_to(scene)
    scene = looking_further(scene, last_day_shown(scene.calendar, scene.choice.day, turned_to))
    carried = carried_answers(scene.practice.slug)
    if carried is not None:
        return _render_times(scene, carried, turned_to)
    calendar = scene.calendar
    return _times_for_all(
        _Asked(
            scene.practice.slug,
            calendar.merged,
            calendar.window,
            scene.choice,
            turned_to,
            (is_framed(), accent_of_request()),
            scene,
        )
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """All that a page of times without anybody's answers on it depends on, and the scene of it."""

    slug: str
    merged: Merged
    window: Window
    choice: Choice
    turned_to: date | None
    frame: tuple[bool, str]
    scene: Scene = field(compare=False)


@lru_cache(maxsize=256)
def _times_for_all(asked: _Asked) -> tuple[str, int]:
    # The busiest page is the same for everybody who asks within the minute, until an answer of
    # the diary changes: it is written once.
    return _render_times(asked.scene, None, asked.turned_to)


def _render_times(scene: Scene, carried: Carried | None, turned_to: date | None) -> tuple[str, int]:
    page, status = _times_page(scene, Step.CHECK if carried else Step.DETAILS, turned_to)
    unchecked = scene.calendar.answer is Answer.UNCHECKED
    body = render_template(
        "booking/times.html",
        page=page,
        carried=carried,
        try_again=scene.route.url(Step.TIMES, scene.choice) if unchecked else None,
        zone_name=clock.say_zone(scene.practice.zone, clock.now()),
        join=_join(scene),
        **_furniture(scene, Step.TIMES),
    )
    return body, 503 if unchecked else status


def _join(scene: Scene) -> str | None:
    """Return where to wait for a time, at a practice that keeps a list."""
    if not scene.practice.asap.enabled or scene.practice.lists_in_diary:
        return None
    return url_for("asap.ask") + scene.choice.without_time().query()


def _times_page(scene: Scene, time_step: Step, turned_to: date | None) -> tuple[TimesPage, int]:
    """Return the page and its status: a day that has passed, or is too far off, is said."""
    window, choice = scene.calendar.window, scene.choice
    notice, status, day = None, 200, choice.day
    if day is not None and day < window.first_day:
        notice, status = _("%(day)s has passed.", day=clock.say_day(day)), 410
    elif day is not None and day > window.last_day:
        notice = _("%(day)s is too far ahead to book online.", day=clock.say_day_and_year(day))
        status = 404
    if notice:
        choice = choice.without_time()
    page = present_times(
        scene.picture,
        scene.calendar,
        scene.route,
        choice,
        turned_to=turned_to,
        notice=notice,
        time_step=time_step,
    )
    return page, status


def _turned_to(scene: Scene) -> date | None:
    begin = read_day(request.args.get("from"))
    if begin is None or starts_on_a_page(scene.calendar, begin):
        return begin
    if begin < scene.calendar.window.first_day:
        # A bookmark of weeks that have passed: today's page.
        return None
    raise ChoiceUnreadable("from")


def _go(scene: Scene, step: Step) -> ResponseReturnValue:
    # 307 keeps a POST, and with it what was typed.
    code = 307 if request.method == "POST" else 302
    return redirect(scene.route.url(step, scene.choice), code)


def _furniture(scene: Scene, step: Step) -> dict[str, object]:
    before = scene.route.before(step)
    return {
        "step": step,
        "back": scene.route.url(before, scene.choice.without_time()) if before else None,
        "change_what": scene.route.url(Step.WHAT, scene.choice) if scene.route.asks_what else None,
        "change_who": scene.route.url(Step.WHO, scene.choice) if scene.route.asks_who else None,
    }
