"""The table of the course: what may follow what, who may, what stands in the way, and the state by replay."""

from __future__ import annotations

from datetime import date

import pytest

from ikbt.treatments.course_states import (
    TABLE,
    Event,
    Guard,
    Happened,
    ImpossibleCourse,
    Situation,
    State,
    Who,
    obstacles,
    replay,
)
from ikbt.treatments.models import Treatment, TreatmentEvent

PREPARED = Happened(Event.PREPARED, {"unit": "alfa", "therapist": "tove"})
STARTED = Happened(Event.STARTED, {"starts_on": "2026-01-05", "ends_on": "2026-03-16"})


def test_states_and_events_are_those_that_are_stored() -> None:
    assert {str(one) for one in State} == set(Treatment.State.values)
    assert {str(one) for one in Event} <= set(TreatmentEvent.Kind.values)


def test_every_state_can_be_reached_and_every_event_is_used() -> None:
    assert {found.to for found in TABLE.values()} - {None} == set(State)
    assert {event for _state, event in TABLE} == set(Event)


@pytest.mark.parametrize("guard", [one for one in Guard if hasattr(Situation(), one.value)])
def test_each_guard_stops_what_names_it(guard: Guard) -> None:
    held = [key for key, found in TABLE.items() if guard in found.guards]
    assert held
    for state, event in held:
        assert guard in obstacles(state, event, Situation(**{guard.value: False}))


def test_whoever_has_no_part_is_refused() -> None:
    assert obstacles(State.ACTIVE, Event.PAUSED, Situation(), who=()) == [Guard.NOT_YOURS]
    assert obstacles(State.ACTIVE, Event.PAUSED, Situation(), who={Who.PATIENT}) == []
    assert obstacles(State.ACTIVE, Event.DISCONTINUED, Situation(), who={Who.PATIENT}) == [Guard.NOT_YOURS]


def test_no_rule_decides_that_a_treatment_ends_early_or_is_closed() -> None:
    human = {Event.DISCONTINUED, Event.CLOSED, Event.COMPLETED, Event.PROLONGED, Event.TRANSFER_ACCEPTED}
    assert not [key for key, found in TABLE.items() if key[1] in human and Who.CLOCK in found.who]


def test_a_paused_and_prolonged_course_ends_later_by_exactly_those_days() -> None:
    course = replay(
        [
            PREPARED,
            STARTED,
            Happened(Event.PAUSED, {"moved": 14}),
            Happened(Event.RESUMED, {"moved": -4}),
            Happened(Event.PROLONGED, {"moved": 14}),
        ]
    )
    assert course is not None
    assert (course.state, course.paused_days, course.moved_days) == (State.ACTIVE, 10, 24)
    assert course.ends_on == date(2026, 4, 9)


def test_nothing_happens_before_it_is_prepared() -> None:
    assert replay([]) is None
    with pytest.raises(ImpossibleCourse):
        replay([STARTED])


def test_a_transfer_lies_over_the_state() -> None:
    offered = replay([PREPARED, STARTED, Happened(Event.TRANSFER_OFFERED, {})])
    taken = replay(
        [
            PREPARED,
            STARTED,
            Happened(Event.TRANSFER_OFFERED, {}),
            Happened(Event.TRANSFER_ACCEPTED, {"unit": "beta", "therapist": "olle"}),
        ]
    )
    assert offered is not None
    assert taken is not None
    assert (offered.state, offered.transfer_waits, offered.unit) == (State.ACTIVE, True, "alfa")
    assert (taken.state, taken.transfer_waits, taken.unit) == (State.ACTIVE, False, "beta")
