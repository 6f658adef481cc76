"""Each event of a course as somebody does it who may: the way on from any state, for tests that walk through them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from ikbt.treatments.alerting import close_alert
from ikbt.treatments.course_clock import due_courses, move_on
from ikbt.treatments.course_states import TABLE, Event, State
from ikbt.treatments.ending import (
    begin_closing,
    close_treatment,
    complete_treatment,
    discontinue_treatment,
)
from ikbt.treatments.handing_over import hand_over
from ikbt.treatments.messaging import close_without_answer
from ikbt.treatments.models import Alert, ModuleProgress, Transfer, Treatment
from ikbt.treatments.pausing import pause_treatment, resume_treatment
from ikbt.treatments.prolonging import prolong_treatment
from ikbt.treatments.reopening import reopen_treatment
from ikbt.treatments.starting import begin_treatment, sign_decision
from ikbt.treatments.transferring import accept_transfer, decline_transfer, offer_transfer
from tests.cast import DECIDED, Cast
from tests.ikbt.treatments.courses import WHY, acting
from tests.therapist import scenes
from therapist.replying import give_feedback

# Days after which the clock does by itself what nobody has to.
MONTHS, TWO_WEEKS = 220, 15


ANSWERS = (Event.TRANSFER_ACCEPTED, Event.TRANSFER_DECLINED, Event.TRANSFER_EXPIRED)


def way_to(state: State) -> list[Event]:
    """The shortest way of one that is prepared to a state, through a start wherever there is one."""
    ways: dict[State, list[Event]] = {State.READY: [], State.ACTIVE: [Event.STARTED]}
    reached = [State.ACTIVE]
    for here in reached:
        for (before, event), step in TABLE.items():
            if before is here and step.to is not None and step.to not in ways:
                ways[step.to] = [*ways[here], event]
                reached.append(step.to)
    return ways[state]


def ways_on(treatment: Treatment) -> list[Event]:
    """What may follow its state, in a fixed order."""
    return sorted(event for state, event in TABLE if state == treatment.state)


def run_clock(at: datetime) -> None:
    for row in list(due_courses(at)):
        move_on(row, at=at)


def settle(treatment: Treatment, at: datetime) -> None:
    """Whatever of hers waits for her therapist is dealt with; raises what a verb refuses."""
    therapist, by = treatment.therapist, acting(treatment.therapist)
    for alert in Alert.objects.filter(treatment=treatment, closed_at=None):
        said: dict[str, Any] = {"outcome": "safety_plan", "note": "Ringde upp, krisplanen genomgången."}
        close_alert(alert, **said, staff=therapist, by=by, at=at, assessed=scenes.assessed(at=at))
    close_without_answer(treatment, by=by, at=at)
    handed_in = ModuleProgress.objects.filter(treatment=treatment, submitted_at__isnull=False)
    for one in handed_in.filter(feedback_at=None):
        if treatment.is_running:
            said = {"open_next": "", "reason": "", "client_key": uuid4()}
            give_feedback(treatment, one.module_key, "Fint.", author=therapist, **said, by=by, at=at)


def go_on(treatment: Treatment, event: Event, cast: Cast, at: datetime) -> datetime:
    """Does it, and says when it was: some things only time does. Raises ValidationError where a verb refuses."""
    if event in _BY_TIME:
        if event is Event.TRANSFER_EXPIRED:
            _offer(treatment, cast, at)
        at += timedelta(days=_BY_TIME[event])
        run_clock(at)
    else:
        _BY_HAND[event](treatment, cast, at)
    return at


def _start(one: Treatment, cast: Cast, at: datetime) -> None:
    sign_decision(one, DECIDED, signed_by=one.therapist, by=acting(one.therapist), at=at)
    begin_treatment(one, by=acting(one.therapist), at=at)


def _offer(one: Treatment, cast: Cast, at: datetime) -> Transfer:
    to = cast.beta if one.unit_id == cast.alfa.pk else cast.alfa
    waiting = Transfer.objects.waiting().filter(treatment=one).first()
    by = acting(one.therapist)
    return waiting or offer_transfer(one, to=to, summary=WHY, consents=True, by=by, at=at)


def _receiver(one: Treatment, cast: Cast) -> Any:
    return cast.olle if one.unit_id == cast.alfa.pk else cast.tove


def _accept(one: Treatment, cast: Cast, at: datetime) -> None:
    to = _receiver(one, cast)
    accept_transfer(_offer(one, cast, at), therapist=to, by=acting(to), at=at)


def _decline(one: Treatment, cast: Cast, at: datetime) -> None:
    decline_transfer(_offer(one, cast, at), reason=WHY, by=acting(_receiver(one, cast)), at=at)


def _change_therapist(one: Treatment, cast: Cast, at: datetime) -> None:
    to = cast.kim if one.therapist_id == cast.tove.pk else cast.tove
    hand_over(one, to=to, reason=WHY, by=acting(one.therapist), at=at)


def _by_therapist(verb: Callable[..., object], **more: Any) -> Callable[[Treatment, Cast, datetime], object]:
    return lambda one, cast, at: verb(one, by=acting(one.therapist), at=at, **more)


_BY_TIME: Mapping[Event, int] = {Event.FOLLOW_UP_BEGUN: MONTHS, Event.TRANSFER_EXPIRED: TWO_WEEKS}
_BY_HAND: Mapping[Event, Callable[[Treatment, Cast, datetime], object]] = {
    Event.STARTED: _start,
    Event.PAUSED: _by_therapist(pause_treatment, days=5, reason=WHY),
    Event.RESUMED: _by_therapist(resume_treatment),
    Event.PROLONGED: _by_therapist(prolong_treatment, weeks=2, reason=WHY),
    Event.CLOSING_BEGUN: _by_therapist(begin_closing),
    Event.COMPLETED: _by_therapist(complete_treatment, reason=WHY),
    Event.DISCONTINUED: _by_therapist(discontinue_treatment, code="time", reason=WHY),
    Event.CLOSED: _by_therapist(close_treatment, reason=WHY),
    Event.REOPENED: _by_therapist(reopen_treatment, reason=WHY),
    Event.THERAPIST_CHANGED: _change_therapist,
    Event.TRANSFER_OFFERED: _offer,
    Event.TRANSFER_ACCEPTED: _accept,
    Event.TRANSFER_DECLINED: _decline,
}
