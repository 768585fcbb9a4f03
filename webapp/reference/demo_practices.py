"""The demo practices: on the quay, under a tree, by a meadow, by a bridge and by the river."""

from __future__ import annotations

from datetime import time
from zoneinfo import ZoneInfo

from webapp.reference.plan import Hours, Person, Plan, Room, VisitType

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
_MEADOW_DAY = (Hours(time(9, 0), time(12, 20)), Hours(time(13, 20), time(18, 0)))
_MEADOW_MORNING = (Hours(time(9, 0), time(12, 20)),)
_ELM_MORNING = (Hours(time(8, 30), time(12, 30)),)
_BRIDGE_DAY = (Hours(time(8, 30), time(12, 30)), Hours(time(13, 30), time(17, 30)))
_BRIDGE_MORNING = (Hours(time(8, 30), time(12, 30)),)
_BRIDGE_LATE = (Hours(time(10, 30), time(14, 0)), Hours(time(15, 0), time(19, 0)))

_RIVERSIDE, _HILLTOP = 41, 42
_FIRST, _FOLLOW_UP, _RUNNING = 401, 402, 403
_RIVER_DAY = (
    Hours(time(8, 0), time(12, 0), _RIVERSIDE),
    Hours(time(13, 0), time(17, 30), _RIVERSIDE),
)
_RIVER_MORNING = (Hours(time(8, 0), time(12, 0), _RIVERSIDE),)
_HILL_DAY = (
    Hours(time(9, 0), time(12, 30), _HILLTOP),
    Hours(time(13, 30), time(19, 0), _HILLTOP),
)
_BOTH = (Hours(time(8, 0), time(12, 0), _RIVERSIDE), Hours(time(14, 0), time(18, 0), _HILLTOP))


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
    """Two people who share one room, and Updox, which is told of what is booked."""
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
        has_updox=True,
    )


def meadow_clinic() -> Plan:
    """Three people in two rooms, on a diary that knows appointments and nothing else."""
    return Plan(
        slug="meadow-clinic",
        name="Meadow Clinic",
        key="meadow-demo-password",
        zone=_LONDON,
        slot_minutes=40,
        rooms=(Room(81, "Garden Room"), Room(82, "Upstairs Room")),
        people=(
            Person(
                811,
                "Grace Adeyemi",
                {_MON: _MEADOW_DAY, _TUE: _MEADOW_DAY, _WED: _MEADOW_DAY, _FRI: _MEADOW_MORNING},
                usual_room=81,
            ),
            Person(
                812,
                "Ewan Sinclair",
                {_TUE: _MEADOW_DAY, _THU: _MEADOW_DAY, _FRI: _MEADOW_DAY},
                usual_room=82,
                waiting_days=2,
            ),
            Person(
                813,
                "Mina Rahman",
                {_MON: _MEADOW_MORNING, _WED: _MEADOW_DAY, _SAT: _MEADOW_MORNING},
                usual_room=82,
            ),
        ),
        near_share=0.6,
        far_share=0.2,
        seed=17,
        address="/valomnia",
    )


def bridge_street_dental() -> Plan:
    """Two dentists and a hygienist in three surgeries, on a diary that may be asked once a second.

    Its key is the developer's and the customer's.
    """
    return Plan(
        slug="bridge-street-dental",
        name="Bridge Street Dental",
        key="bridge-demo-developer/bridge-demo-customer",
        zone=_LONDON,
        slot_minutes=30,
        rooms=(Room(21, "Surgery 1"), Room(22, "Surgery 2"), Room(23, "Hygiene Room")),
        people=(
            Person(
                31,
                "Dr Amara Obi",
                {_MON: _BRIDGE_DAY, _TUE: _BRIDGE_DAY, _WED: _BRIDGE_DAY, _THU: _BRIDGE_LATE},
                usual_room=21,
                waiting_days=2,
            ),
            Person(
                32,
                "Dr Rory Maclean",
                {_TUE: _BRIDGE_DAY, _WED: _BRIDGE_LATE, _THU: _BRIDGE_DAY, _FRI: _BRIDGE_DAY},
                usual_room=22,
                away_weeks=frozenset({6}),
            ),
            Person(
                33,
                "Lena Fischer",
                {_MON: _BRIDGE_DAY, _WED: _BRIDGE_DAY, _SAT: _BRIDGE_MORNING},
                usual_room=23,
            ),
        ),
        near_share=0.75,
        far_share=0.3,
        seed=23,
        address="/opendental/api/v1",
    )


def riverside_physio() -> Plan:
    """Three people in two houses, on a diary where a visit takes as long as what it is for."""
    return Plan(
        slug="riverside-physio",
        name="Riverside Physio",
        key="riverside-demo-key-uk1",
        zone=_LONDON,
        slot_minutes=15,
        rooms=(
            Room(_RIVERSIDE, "Riverside", "3 Riverside Walk, London, SW13"),
            Room(_HILLTOP, "Hilltop", "18 Hill Crest, London, SE19"),
        ),
        people=(
            Person(
                51,
                "Isla Bennett",
                {_MON: _RIVER_DAY, _TUE: _RIVER_DAY, _WED: _HILL_DAY, _THU: _RIVER_DAY},
                waiting_days=1,
            ),
            Person(
                52,
                "Mateo Silva",
                {_MON: _HILL_DAY, _WED: _BOTH, _THU: _HILL_DAY, _FRI: _RIVER_DAY},
                away_weeks=frozenset({4}),
            ),
            Person(
                53,
                "Ruth Okoye",
                {_TUE: _BOTH, _FRI: _RIVER_DAY, _SAT: _RIVER_MORNING},
                waiting_days=2,
                types=frozenset({_FIRST, _FOLLOW_UP}),
            ),
        ),
        near_share=0.7,
        far_share=0.25,
        seed=31,
        address="/cliniko/v1",
        types=(
            VisitType(_FIRST, "First appointment", 45),
            VisitType(_FOLLOW_UP, "Follow-up", 30),
            VisitType(_RUNNING, "Running assessment", 60),
        ),
        rooms_for_many=True,
    )


def demo_plans() -> tuple[Plan, ...]:
    return (
        harbour_physio(),
        elm_tree_clinic(),
        meadow_clinic(),
        bridge_street_dental(),
        riverside_physio(),
    )
