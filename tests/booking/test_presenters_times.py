from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.availability.fakes import ANNA, ROOM_1, ROOM_2, SIAN, Days
from tests.booking.pictures import (
    BUSY,
    FIVE,
    FRIDAY,
    LAST_DAY,
    MONDAY,
    NINE,
    NOON,
    TEN,
    THIS_MONDAY,
    TUESDAY,
    TWO,
    Free,
    picture,
    route_of,
)
from webapp.appointments.addresses import Step
from webapp.appointments.choice import ANY, Choice
from webapp.booking.presenters.times import (
    WEEKS,
    Cell,
    TimesPage,
    page_of,
    pages_from,
    present_times,
    starts_on_a_page,
)

CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is no failure."""

ANYBODY = Choice(staff=ANY, room=ANY)
FAR = FRIDAY + timedelta(days=60)
SECOND_PAGE, THIRD_PAGE = date(2026, 12, 21), date(2027, 1, 25)


def page(
    pairs: Free | None = None,
    choice: Choice = ANYBODY,
    *,
    turned_to: date | None = None,
    today: date = FRIDAY,
    days_ahead: int = 90,
    notice: str | None = None,
    time_step: Step = Step.DETAILS,
) -> TimesPage:
    found = picture(BUSY if pairs is None else pairs, today=today, days_ahead=days_ahead)
    return present_times(
        found,
        found.calendar(choice.staff_id, choice.room_id),
        route_of(found),
        choice,
        turned_to=turned_to,
        notice=notice,
        time_step=time_step,
    )


def alone(days: Days) -> Free:
    return {(ANNA, ROOM_1): days}


def cells(shown: TimesPage) -> list[Cell]:
    return [cell for week in shown.weeks for cell in week]


class TestTheCalendar:
    def test_it_begins_on_this_weeks_monday_and_has_five_whole_weeks(self):
        shown = page()
        assert [len(week) for week in shown.weeks] == [7] * WEEKS
        assert cells(shown)[0].number == 16
        assert shown.weekdays[0] == ("Mon", "Monday")
        assert shown.weekdays[6] == ("Sun", "Sunday")

    @CALM
    @given(st.dates(date(2026, 1, 1), date(2030, 1, 1)), st.integers(1, 90))
    def test_its_pages_hold_every_day_of_the_horizon_once(self, today: date, days_ahead: int):
        found = picture({}, today=today, days_ahead=days_ahead).calendar()
        first = pages_from(found)
        assert first.weekday() == 0
        assert first <= today < first + timedelta(days=7)
        for ahead in range(days_ahead):
            begin = page_of(found, today + timedelta(days=ahead))
            assert starts_on_a_page(found, begin)
            assert begin <= today + timedelta(days=ahead) < begin + timedelta(weeks=WEEKS)

    def test_a_day_with_times_is_a_link_that_shows_and_speaks_how_many(self):
        monday = next(cell for cell in cells(page()) if cell.number == 23)
        assert monday.count == 3
        assert monday.href == "/harbour/times?staff=any&room=any&day=2026-11-23"
        assert monday.spoken == "Monday 23 November, 3 free times"

    def test_one_time_is_spoken_as_one(self):
        tuesday = next(cell for cell in cells(page()) if cell.number == 24)
        assert tuesday.spoken == "Tuesday 24 November, 1 free time"

    def test_a_day_without_any_is_no_link(self):
        sunday = next(cell for cell in cells(page()) if cell.number == 22)
        assert (sunday.href, sunday.count, sunday.spoken) == (None, 0, "Sunday 22 November")

    def test_a_month_is_named_on_its_first_day(self):
        assert [cell.month for cell in cells(page()) if cell.month] == ["Dec"]

    def test_the_last_page_has_no_weeks_past_the_horizon(self):
        shown = page(turned_to=THIRD_PAGE)
        assert len(shown.weeks) == 4
        assert shown.weeks[-1][-1].number == 21
        assert shown.horizon == "Free times run to 17 February."

    @pytest.mark.parametrize(
        ("turned_to", "title"),
        [
            (None, "November – December"),
            (SECOND_PAGE, "December – January"),
            (THIRD_PAGE, "January – February"),
        ],
    )
    def test_its_title_names_the_months_that_it_shows(self, turned_to: date | None, title: str):
        assert page(turned_to=turned_to).months == title

    def test_a_page_within_one_month_says_the_year(self):
        assert page({}, today=date(2026, 6, 1), days_ahead=7).months == "June 2026"


class TestTurning:
    def test_the_first_page_has_only_a_later_one(self):
        shown = page()
        assert shown.earlier is None
        assert shown.later == "/harbour/times?staff=any&room=any&from=2026-12-21"

    def test_a_page_between_has_both(self):
        shown = page(turned_to=SECOND_PAGE)
        assert shown.earlier == "/harbour/times?staff=any&room=any&from=2026-11-16"
        assert shown.later == "/harbour/times?staff=any&room=any&from=2027-01-25"

    def test_the_last_has_only_an_earlier_one(self):
        shown = page(turned_to=THIRD_PAGE)
        assert shown.later is None
        assert shown.earlier == "/harbour/times?staff=any&room=any&from=2026-12-21"

    def test_a_short_horizon_has_one_page(self):
        shown = page(days_ahead=10)
        assert (shown.earlier, shown.later) == (None, None)
        assert len(shown.weeks) == 2

    def test_turning_opens_the_first_free_day_there(self):
        shown = page(alone({MONDAY: (NINE,), FAR: (TWO,)}), turned_to=SECOND_PAGE)
        assert shown.day_title == "Tuesday 19 January"

    def test_where_nothing_is_free_on_that_page_it_says_so(self):
        shown = page(turned_to=SECOND_PAGE)
        assert shown.day_title is None
        assert shown.empty == "Nothing is free in these weeks."
        assert shown.first is not None

    @pytest.mark.parametrize(
        ("day", "is_page"),
        [
            (THIS_MONDAY, True),
            (SECOND_PAGE, True),
            (MONDAY, False),
            (SECOND_PAGE + timedelta(days=1), False),
            (THIS_MONDAY - timedelta(weeks=5), False),
            (date(2027, 3, 1), False),
        ],
    )
    def test_only_the_calendars_own_pages_can_be_turned_to(self, day: date, is_page: bool):
        assert starts_on_a_page(picture(BUSY).calendar(), day) is is_page


class TestTheOpenDay:
    def test_it_is_the_first_with_anything_free(self):
        shown = page()
        assert shown.day_title == "Monday 23 November"
        assert [cell.number for cell in cells(shown) if cell.is_open] == [23]

    def test_the_page_is_the_one_that_holds_it(self):
        assert page(alone({FAR: (NINE,)})).months == "December – January"

    def test_it_is_the_chosen_one_when_there_is_one(self):
        shown = page(choice=ANYBODY.on(TUESDAY))
        assert shown.day_title == "Tuesday 24 November"
        assert [pill.text for part in shown.parts for pill in part.pills] == ["5pm"]

    def test_a_chosen_one_without_times_says_so_and_shows_its_neighbours(self):
        shown = page(choice=ANYBODY.on(date(2026, 11, 22)))
        assert shown.empty == "Nothing is free on Sunday 22 November."
        assert shown.parts == ()
        assert shown.day_before is None
        assert shown.day_after is not None
        assert shown.day_after.text == "Monday 23 November"

    def test_its_neighbours_are_the_nearest_days_with_times(self):
        shown = page(alone({MONDAY: (NINE,), TUESDAY: (NINE,), FAR: (NINE,)}), ANYBODY.on(TUESDAY))
        assert shown.day_before is not None
        assert shown.day_after is not None
        assert shown.day_before.href == "/harbour/times?staff=any&room=any&day=2026-11-23"
        assert shown.day_after.text == "Tuesday 19 January"

    def test_its_times_stand_in_morning_afternoon_and_evening(self):
        shown = page(alone({MONDAY: (NINE, time(11, 59), NOON, time(16, 59), FIVE)}))
        assert [(part.title, [one.text for one in part.pills]) for part in shown.parts] == [
            ("Morning", ["9am", "11:59am"]),
            ("Afternoon", ["midday", "4:59pm"]),
            ("Evening", ["5pm"]),
        ]

    def test_a_part_without_times_is_left_out(self):
        assert [part.title for part in page(alone({MONDAY: (TWO,)})).parts] == ["Afternoon"]

    def test_a_time_leads_on_with_all_that_was_left_open(self):
        [part] = page(alone({MONDAY: (NINE,)})).parts
        query = "?staff=any&room=any&day=2026-11-23&time=0900&with=1&in=7"
        assert part.pills[0].href == f"/harbour/details{query}"

    def test_a_time_leads_to_the_check_when_the_details_are_known(self):
        [part] = page(alone({MONDAY: (NINE,)}), time_step=Step.CHECK).parts
        assert part.pills[0].href.startswith("/harbour/check?")


class TestTheFirstFreeTime:
    def test_it_says_when_and_with_whom_where_anybody_will_do(self):
        first = page().first
        assert first is not None
        assert (first.when, first.with_whom) == ("Monday 23 November, 9am", "Anna Müller")
        assert first.href.endswith("&day=2026-11-23&time=0900&with=1&in=7")

    def test_a_person_who_was_chosen_is_not_said_again(self):
        first = page(choice=Choice(staff=SIAN.id, room=ANY)).first
        assert first is not None
        assert first.with_whom is None

    def test_today_begins_the_sentence(self):
        first = page(alone({FRIDAY: (TEN,)})).first
        assert first is not None
        assert first.when == "Today, 10am"


class TestWords:
    @pytest.mark.parametrize(
        ("choice", "words"),
        [
            (ANYBODY, "With whoever is free first, 45 minutes."),
            (Choice(staff=ANNA.id, room=ANY), "With Anna Müller, 45 minutes."),
            (Choice(staff=ANNA.id, room=ROOM_2.id), "With Anna Müller in Gym, 45 minutes."),
            (Choice(staff=ANY, room=ROOM_2.id), "With whoever is free first in Gym, 45 minutes."),
        ],
    )
    def test_the_page_says_what_was_chosen(self, choice: Choice, words: str):
        assert page(choice=choice).intro == words

    def test_nothing_free_is_said_of_the_person_who_was_chosen(self):
        shown = page(alone({}), Choice(staff=ANNA.id, room=ANY))
        assert shown.empty == "Anna Müller has nothing free before 18 February."
        assert shown.first is None

    def test_nothing_free_with_anybody_is_said_so(self):
        assert page(alone({})).empty == "Nothing is free before 18 February."

    def test_what_could_not_be_checked_may_be_free(self):
        shown = page({(ANNA, ROOM_1): None}, Choice(staff=ANNA.id, room=ANY))
        assert shown.empty is not None
        assert shown.empty.startswith("We couldn’t check these times just now. They may be free")
        assert not shown.partial

    def test_somebody_unchecked_beside_free_times_is_told(self):
        pairs: Free = {(ANNA, ROOM_1): {MONDAY: (NINE,)}, (SIAN, ROOM_1): None}
        assert page(pairs).partial
        assert not page(pairs, Choice(staff=ANNA.id, room=ANY)).partial

    def test_a_notice_is_handed_on(self):
        assert page(notice="Monday has passed.").notice == "Monday has passed."

    def test_on_its_last_day_the_horizon_still_has_times(self):
        shown = page(alone({LAST_DAY: (FIVE,)}))
        assert shown.day_title == "Wednesday 17 February"
        assert shown.later is None
