"""The two demo practices: a busy one on the quay, and a small one under a tree."""

from __future__ import annotations

from datetime import time
from zoneinfo import ZoneInfo

from webapp.reference.plan import Hours, Person, Plan, Room

_LONDON = ZoneInfo("Europe/London")
_MON, _TUE, _WED, _THU, _FRI, _SAT = range(6)

_EARLY = Hours(time(8, 30), time(12, 15))
_MORNING = Hours(time(9, 15), time(12, 15))
_AFTERNOON = Hours(time(14, 15), time(16, 30))
_LATE = Hours(time(14, 15), time(17, 15))
_EVENING = Hours(time(18, 0), time(19, 30))
_DAY = (_MORNING, _AFTERNOON)
_LONG_DAY = (_MORNING, _AFTERNOON, _EVENING)

_ELM_DAY = (Hours(time(8, 30), time(12, 30)), Hours(time(13, 30), time(17, 0)))
_ELM_MORNING = (Hours(time(8, 30), time(12, 30)),)


def harbour_physio() -> Plan:
    """Four people in three rooms, and a left-over row such as real staff lists have."""
    return Plan(
        slug="harbour-physio",
        name="Harbour Physiotherapy",
        key="harbour-demo-key",
        zone=_LONDON,
        slot_minutes=45,
        rooms=(Room(7322, "Treatment Room 1"), Room(7323, "Treatment Room 2"), Room(7324, "Gym")),
        people=(
            Person(
                42228,
                "Anna Müller",
                {_MON: _DAY, _TUE: _LONG_DAY, _WED: _DAY, _THU: _LONG_DAY, _FRI: _DAY},
                usual_room=7322,
                waiting_days=3,
            ),
            Person(
                42230,
                "Siân O'Brien",
                {
                    _MON: (_EARLY, _AFTERNOON),
                    _TUE: (_EARLY,),
                    _WED: (_AFTERNOON, _EVENING),
                    _THU: (_EARLY, _AFTERNOON),
                    _FRI: (_EARLY, _AFTERNOON),
                    _SAT: (_MORNING,),
                },
                usual_room=7323,
                waiting_days=1,
                away_weeks=frozenset({5}),
            ),
            Person(
                42229,
                "Chris Okafor",
                {_TUE: (_MORNING, _LATE), _WED: _LONG_DAY, _FRI: (_MORNING, _LATE), _SAT: _DAY},
                usual_room=7324,
                waiting_days=8,
                away_weeks=frozenset({3}),
            ),
            Person(
                42233,
                "Jayne Park",
                {_MON: _DAY, _WED: _DAY, _THU: _LONG_DAY},
                usual_room=7324,
                fully_booked=True,
            ),
            Person(42227, "Demo User"),
        ),
        near_share=0.8,
        far_share=0.25,
        seed=7,
    )


def elm_tree_clinic() -> Plan:
    """Two people who share one room."""
    return Plan(
        slug="elm-tree-clinic",
        name="Elm Tree Clinic",
        key="elm-demo-key",
        zone=_LONDON,
        slot_minutes=30,
        rooms=(Room(61, "Consulting Room"),),
        people=(
            Person(511, "Priya Nair", {_MON: _ELM_DAY, _TUE: _ELM_DAY, _FRI: _ELM_MORNING}),
            Person(
                514,
                "Tom Whitfield",
                {_WED: _ELM_DAY, _THU: _ELM_DAY, _FRI: _ELM_DAY, _SAT: _ELM_MORNING},
                waiting_days=2,
                away_weeks=frozenset({4}),
            ),
        ),
        near_share=0.7,
        far_share=0.2,
        seed=11,
    )


def demo_plans() -> tuple[Plan, ...]:
    return harbour_physio(), elm_tree_clinic()
