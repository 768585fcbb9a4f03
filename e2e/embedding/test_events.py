"""What the host's page is told: how far the journey has come, and nothing of what was chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from e2e.embedding.host import book_in, go_to_details
from e2e.pages import Check, Gone, Outcome, Where, Who
from e2e.practice import ADA, ANNA, GYM

if TYPE_CHECKING:
    from e2e.embedding.host import Host
    from e2e.practice import Practice
    from e2e.site import HostPage

_LONG = 60
_JOURNEY = ["who", "where", "times", "details", "check", "outcome"]
_LIES = """(target) => {
  const lies = [{ event: "size", height: 9000 }, { event: "confirmed", step: "outcome" },
    { event: "escape" }, { event: "ready", step: "outcome", heading: "You’re booked" }];
  for (const lie of lies) (target ? parent : window).postMessage({ openslot: 1, ...lie }, "*");
}"""


def test_each_step_and_the_outcome(own_site: Host, practice: Practice):
    own_site.open(own_site.element('id="book"'))
    book_in(own_site.shows_booking())
    own_site.until(lambda: "confirmed" in own_site.names_heard(), "no outcome heard")
    heard = own_site.heard()
    steps = [("step", step) for step in _JOURNEY]
    assert [(one.name, one.step) for one in heard] == [
        ("ready", "who"),
        *steps[:-1],
        ("submitted", "check"),
        steps[-1],
        ("confirmed", "outcome"),
    ]
    assert {one.target for one in heard} == {"book"}


def test_a_time_that_has_gone(own_site: Host, practice: Practice):
    lost, slot, *_ = practice.free(ANNA, GYM)
    own_site.open(own_site.element())
    frame = own_site.shows_booking()
    go_to_details(frame).fill(ADA).go_on()
    Check(frame).is_shown()
    practice.take(lost)
    Check(frame).book()
    Gone(frame).is_shown()
    own_site.until(lambda: "failed" in own_site.names_heard(), "no outcome heard")
    Gone(frame).choose(slot)
    Check(frame).is_shown().book()
    Outcome(frame).says(slot)
    own_site.until(lambda: "confirmed" in own_site.names_heard(), "no outcome heard")
    told = [(one.name, one.step) for one in own_site.heard() if one.name not in {"ready", "step"}]
    assert told == [
        ("submitted", "check"),
        ("failed", "gone"),
        ("submitted", "check"),
        ("confirmed", "outcome"),
    ]


def test_a_double_click_is_submitted_once(own_site: Host, practice: Practice):
    own_site.open(own_site.element())
    frame = own_site.shows_booking()
    go_to_details(frame).fill(ADA).go_on()
    practice.fault("slow", seconds=_LONG)
    check = Check(frame).is_shown()
    check.button.dblclick(no_wait_after=True)
    practice.wait_for_writes(1)
    practice.recover()
    Outcome(frame).is_shown()
    own_site.until(lambda: "confirmed" in own_site.names_heard(), "no outcome heard")
    assert own_site.names_heard().count("submitted") == 1
    assert len(practice.bookings()) == 1


def test_an_outcome_that_is_shown_again_is_confirmed_once(own_site: Host, practice: Practice):
    own_site.open(own_site.element())
    frame = own_site.shows_booking()
    book_in(frame)
    own_site.until(lambda: "confirmed" in own_site.names_heard(), "no outcome heard")
    frame.evaluate("location.reload()")
    own_site.until(lambda: _is_loaded_again(own_site), "not loaded again")
    own_site.page.evaluate("history.back()")
    Check(frame).is_shown().book()
    Outcome(frame).is_shown()
    own_site.until(lambda: own_site.names_heard().count("confirmed") == 2, "no outcome heard")
    assert own_site.names_heard().count("submitted") == 2
    assert len(practice.bookings()) == 1


def test_nobody_else_is_believed(own_site: Host, practice: Practice, host: HostPage):
    hostile = host.strangers_origin + host.framing("about:blank")
    own_site.open(
        own_site.element('id="book"'),
        after=f'<iframe title="Hostile" src="{hostile}"></iframe>'
        f'<iframe title="Other" src="{practice.page("privacy")}"></iframe>',
    )
    own_site.shows_booking()
    own_site.fits()
    heard, height = own_site.heard(), own_site.height()
    own_site.page.evaluate(_LIES, False)
    for number in (1, 2):
        liar = own_site.frame(number)
        expect(liar.get_by_role("heading", level=1)).to_be_visible()
        liar.evaluate(_LIES, True)
        own_site.next_frames()
    own_site.rests()
    assert (own_site.heard(), own_site.height()) == (heard, height)
    Who(own_site.frame()).is_shown()


def test_each_step_is_spoken(own_site: Host):
    own_site.open(own_site.element())
    frame = own_site.shows_booking()
    spoken = own_site.page.get_by_role("status")
    expect(spoken).to_have_text("")
    Who(frame).choose(ANNA)
    expect(spoken).to_have_text(Where.heading)


def _is_loaded_again(own_site: Host) -> bool:
    return own_site.frame().evaluate(
        "performance.getEntriesByType('navigation')[0].type === 'reload'"
        " && document.readyState === 'complete'"
    )
