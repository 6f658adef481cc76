"""Whatever is done with a course in whatever order, by whomever: what must always hold, holds after every step."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from ikbt.accounts.roles import Role
from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.treatments.course_states import TABLE, Event
from ikbt.treatments.course_states import State as Stage
from ikbt.treatments.dying import record_death, take_back_death
from ikbt.treatments.ending import (
    begin_closing,
    close_treatment,
    complete_treatment,
    discontinue_treatment,
    wish_to_end,
)
from ikbt.treatments.handing_over import hand_over
from ikbt.treatments.models import (
    Alert,
    Message,
    ModuleProgress,
    Pause,
    Transfer,
    Treatment,
    TreatmentDecision,
    TreatmentEvent,
)
from ikbt.treatments.pausing import pause_treatment, resume_treatment
from ikbt.treatments.prolonging import prolong_treatment
from ikbt.treatments.releasing import open_module, what_is_missing
from ikbt.treatments.reopening import reopen_treatment
from ikbt.treatments.starting import begin_treatment, prepare_treatment, sign_decision
from ikbt.treatments.stepping import is_covered, replayed
from ikbt.treatments.transferring import (
    accept_transfer,
    decline_transfer,
    offer_transfer,
    withdraw_transfer,
)
from tests.cast import DECIDED, Cast, give, person
from tests.ikbt.treatments.courses import WHY, acting
from tests.ikbt.treatments.going_on import ANSWERS, go_on, run_clock, settle, way_to, ways_on
from tests.therapist import scenes

EXAMPLES, STEPS = 10, 14
State = Treatment.State
OVER = {State.CLOSED}
# Mostly whoever answers for the course: what all others try is mostly refused.
people = st.sampled_from(["therapist"] * 5 + ["tove", "kim", "olle", "anna", "manager"])
therapists = st.sampled_from(["tove", "kim", "olle"])
few = st.integers(min_value=0, max_value=30)


class CourseMachine(RuleBasedStateMachine):
    """Anna's course and one that is prepared for Vera; each example is rolled back."""

    cast: Cast
    ids: list[UUID]
    # How often something was really done, over all examples.
    done = 0
    # Where examples ended.
    reached: ClassVar[set[str]] = set()

    def __init__(self) -> None:
        super().__init__()
        self.moment = clock.now()
        # Whether anything was done since all was last looked at.
        self.has_moved = True
        self._example = transaction.atomic()
        self._example.__enter__()
        self._patch = pytest.MonkeyPatch()
        self._patch.setattr(clock, "now", lambda: self.moment)

    def teardown(self) -> None:
        CourseMachine.reached.update(
            Treatment.objects.filter(pk__in=self.ids).values_list("state", flat=True)
        )
        self._patch.undo()
        transaction.set_rollback(True)
        self._example.__exit__(None, None, None)

    def course(self, which: int) -> Treatment:
        return Treatment.objects.select_related("patient", "therapist", "unit", "version").get(
            pk=self.ids[which % 2]
        )

    def actor(self, who: str, treatment: Treatment) -> Any:
        if who == "anna":
            return acting(treatment.patient, Role.PATIENT)
        if who == "therapist":
            return acting(treatment.therapist)
        return acting(getattr(self.cast, who))

    def attempt(self, verb: Callable[[], object]) -> None:
        """What is refused is rolled back here, so that there is nothing new to look at after it."""
        with suppress(ValidationError), transaction.atomic():
            verb()
            CourseMachine.done += 1
            self.has_moved = True

    def act(self, verb: Callable[..., object], which: int, who: str, **more: Any) -> None:
        treatment = self.course(which)
        by = self.actor(who, treatment)
        self.attempt(partial(verb, treatment, by=by, at=self.moment, **more))

    @rule(which=few, who=people, days=few, ward=st.booleans())
    def pause(self, which: int, who: str, days: int, ward: bool) -> None:
        self.act(pause_treatment, which, who, days=days, reason=WHY, in_hospital=ward)

    @rule(which=few, who=people)
    def resume(self, which: int, who: str) -> None:
        self.act(resume_treatment, which, who)

    @rule(which=few, who=people, weeks=st.integers(min_value=0, max_value=6))
    def prolong(self, which: int, who: str, weeks: int) -> None:
        self.act(prolong_treatment, which, who, weeks=weeks, reason=WHY)

    @rule(
        which=few, who=people, verb=st.sampled_from([complete_treatment, close_treatment, reopen_treatment])
    )
    def with_a_reason(self, which: int, who: str, verb: Callable[..., object]) -> None:
        self.act(verb, which, who, reason=WHY)

    @rule(which=few, who=people, verb=st.sampled_from([begin_closing, wish_to_end, begin_treatment]))
    def without_a_reason(self, which: int, who: str, verb: Callable[..., object]) -> None:
        self.act(verb, which, who)

    @rule(which=few, who=people)
    def discontinue(self, which: int, who: str) -> None:
        self.act(discontinue_treatment, which, who, code="time", reason=WHY)

    @rule(which=few, who=st.sampled_from(["tove", "kim"]))
    def sign(self, which: int, who: str) -> None:
        self.act(sign_decision, which, who, decision=DECIDED, signed_by=getattr(self.cast, who))

    @rule(which=few, who=people, consents=st.booleans())
    def offer(self, which: int, who: str, consents: bool) -> None:
        treatment = self.course(which)
        to = self.cast.beta if treatment.unit_id == self.cast.alfa.pk else self.cast.alfa
        self.act(offer_transfer, which, who, to=to, summary=WHY, consents=consents)

    @rule(which=few, who=people, to=therapists, answer=st.sampled_from(["yes", "no", "back"]))
    def answer_offer(self, which: int, who: str, to: str, answer: str) -> None:
        """Somebody of the other unit says yes or no herself."""
        treatment = self.course(which)
        if answer != "back" and who == "therapist":
            who = to
        waiting = Transfer.objects.filter(treatment=treatment).order_by("-offered_at").first()
        if waiting is None:
            return
        more: dict[str, Any] = {"by": self.actor(who, treatment), "at": self.moment}
        if answer == "yes":
            self.attempt(partial(accept_transfer, waiting, therapist=getattr(self.cast, to), **more))
        elif answer == "no":
            self.attempt(partial(decline_transfer, waiting, reason=WHY, **more))
        else:
            self.attempt(partial(withdraw_transfer, waiting, **more))

    @rule(which=few, who=people, to=therapists)
    def change_therapist(self, which: int, who: str, to: str) -> None:
        self.act(hand_over, which, who, to=getattr(self.cast, to), reason=WHY)

    @rule(which=few, day=st.sampled_from(range(1, 8)))
    def dies(self, which: int, day: int) -> None:
        """On one day of seven: with the dead little else is done."""
        if day == 7:
            self.act(record_death, which, "therapist", died_on=clock.today())

    @rule(which=few)
    def lives(self, which: int) -> None:
        self.act(take_back_death, which, "therapist")

    @rule(which=few, key=st.sampled_from(["m01", "m02"]))
    def open_a_module(self, which: int, key: str) -> None:
        treatment = self.course(which)
        missing = bool(what_is_missing(treatment, at=self.moment)) if treatment.is_running else True
        opened = ModuleProgress.objects.filter(treatment=treatment).count()
        more: dict[str, Any] = {
            "opened_by": treatment.therapist,
            "reason": "",
            "by": acting(treatment.therapist),
        }
        self.attempt(partial(open_module, treatment, key, **more, at=self.moment))
        if missing:
            assert ModuleProgress.objects.filter(treatment=treatment).count() == opened

    @rule(which=few)
    def red_answer(self, which: int) -> None:
        treatment = self.course(which)
        waits = treatment.series.occasions.filter(
            kind="pre", instrument__slug="phq-9", answered_at=None, opens_at__lte=self.moment
        )
        if waits.filter(closes_at__gt=self.moment).exists():
            self.attempt(partial(scenes.high_alert, treatment, at=self.moment))

    @rule(which=few)
    def writes(self, which: int) -> None:
        self.attempt(partial(scenes.write, self.course(which), "Hej", at=self.moment))

    @rule(which=few)
    def hands_in(self, which: int) -> None:
        treatment = self.course(which)
        if ModuleProgress.objects.filter(treatment=treatment, module_key="m01").exists():
            self.attempt(partial(scenes.hand_in, treatment, at=self.moment))

    @rule(which=few)
    def therapist_settles(self, which: int) -> None:
        """Closes alerts, says of messages that they need no answer, gives feedback."""
        self.attempt(partial(settle, self.course(which), self.moment))

    @initialize(state=st.sampled_from(list(Stage)))
    def begins_where_others_have_come_to(self, state: Stage) -> None:
        """At random it would hardly ever come to its end."""
        self.walk(1, way_to(state))

    @rule(which=few, pick=few)
    def goes_on(self, which: int, pick: int) -> None:
        """Somebody who may does what may follow."""
        ways = ways_on(self.course(which))
        with suppress(ValidationError):
            self.walk(which, [ways[pick % len(ways)]])

    def walk(self, which: int, events: Iterable[Event]) -> None:
        for event in events:
            self.attempt(partial(settle, self.course(which), self.moment))
            with transaction.atomic():
                self.moment = go_on(self.course(which), event, self.cast, self.moment)
                CourseMachine.done += 1

    @rule(days=st.sampled_from([1, 2, 7, 15, 31, 80, 200]))
    def time_passes(self, days: int) -> None:
        self.moment += timedelta(days=days)
        self.has_moved = True
        run_clock(self.moment)

    @invariant()
    def all_holds(self) -> None:
        """Every one below; both courses are read and replayed once for all of them."""
        if not self.has_moved:
            return
        self.has_moved = False
        found = Treatment.objects.filter(pk__in=self.ids)
        rows = list(found.select_related("unit", "therapist", "patient", "series"))
        self.replay_gives_what_is_stored(rows)
        self.nothing_runs_without_decision_version_therapist_and_cover(rows)
        self.nothing_is_open_before_it_starts(rows)
        self.one_open_course_a_patient_and_program()
        self.every_red_alert_has_an_owner_who_may_act()
        self.closed_means_that_no_clock_runs(rows)
        self.nothing_she_sent_waits_after_the_end(rows)
        self.the_dead_have_no_running_course(rows)

    def replay_gives_what_is_stored(self, rows: list[Treatment]) -> None:
        """The days of pauses among it: as many as the end moved for them."""
        for one in rows:
            told = replayed(one)
            assert told is not None
            assert (told.state, told.unit, told.therapist) == (
                one.state,
                str(one.unit_id),
                str(one.therapist_id),
            )
            if told.starts_on is not None:
                assert (told.starts_on, told.ends_on) == (one.starts_on, one.ends_on)
            waits = Transfer.objects.waiting().filter(treatment=one).exists()
            assert told.transfer_waits == waits
            assert told.paused_days == sum(Pause.objects.filter(treatment=one).values_list("days", flat=True))
            runs = Pause.objects.filter(treatment=one, ended_at=None).exists()
            assert runs == (one.state == State.PAUSED)

    def nothing_runs_without_decision_version_therapist_and_cover(self, rows: list[Treatment]) -> None:
        for one in rows:
            if one.is_running:
                assert TreatmentDecision.objects.filter(treatment=one, version=one.version_id).exists()
                assert one.relations.filter(kind="responsible", staff=one.therapist_id, ends_at=None).exists()
                assert (
                    one.therapist.roles.running(self.moment).filter(role="therapist", unit=one.unit).exists()
                )
                assert is_covered(one, self.moment)
                assert one.ends_on is not None

    def nothing_is_open_before_it_starts(self, rows: list[Treatment]) -> None:
        for one in rows:
            began = TreatmentEvent.objects.filter(treatment=one, kind="started").exists()
            assert ModuleProgress.objects.filter(treatment=one).exists() == began

    def one_open_course_a_patient_and_program(self) -> None:
        running = Treatment.objects.everybodys().running()
        pairs = list(running.values_list("patient", "version__program"))
        assert len(pairs) == len(set(pairs))

    def every_red_alert_has_an_owner_who_may_act(self) -> None:
        for alert in Alert.objects.filter(treatment__in=self.ids, level="high", closed_at=None):
            treatment = alert.treatment
            held = alert.owner.roles.running(self.moment).filter(unit=treatment.unit_id)
            assert held.exists()
            assert alert.owner_id != treatment.patient_id

    def closed_means_that_no_clock_runs(self, rows: list[Treatment]) -> None:
        for one in rows:
            if one.state in OVER:
                assert not Alert.objects.filter(treatment=one, closed_at=None).exists()
                assert not Message.objects.filter(treatment=one, from_patient=True, answered_at=None).exists()
                assert not Transfer.objects.waiting().filter(treatment=one).exists()
                assert (
                    not one.series.occasions.standing()
                    .filter(answered_at=None, closes_at__gt=self.moment)
                    .exists()
                )

    def nothing_she_sent_waits_after_the_end(self, rows: list[Treatment]) -> None:
        for one in rows:
            if not one.is_running and one.end_reason not in {"", "deceased"}:
                assert not Message.objects.filter(treatment=one, from_patient=True, answered_at=None).exists()
                handed_in = ModuleProgress.objects.filter(treatment=one, submitted_at__isnull=False)
                assert not handed_in.filter(feedback_at=None).exists()

    def the_dead_have_no_running_course(self, rows: list[Treatment]) -> None:
        for one in rows:
            if one.patient.deceased_on is not None:
                assert not one.is_running


@pytest.fixture
def courses(cast: Cast) -> None:
    """The two that each example begins with."""
    vera = give(person("Vera", "Ny"), Role.PATIENT)
    start: dict[str, Any] = {"version": cast.version, "unit": cast.alfa, "therapist": cast.tove}
    prepared = prepare_treatment(vera, **start, starts_on=clock.today(), by=SYSTEM, at=clock.now())
    CourseMachine.cast, CourseMachine.ids = cast, [cast.treatment.pk, prepared.pk]


def test_a_course_keeps_its_word_whatever_is_done(courses: None) -> None:
    run_state_machine_as_test(
        CourseMachine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            derandomize=True,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    # Not all was refused, and nearly every state was come to: what is looked at has moved.
    assert CourseMachine.done > 2 * EXAMPLES
    assert len(CourseMachine.reached) >= len(State) - 2


def test_each_step_of_the_table_is_taken_by_its_verb_and_keeps_its_word(courses: None) -> None:
    for state, event in TABLE:
        if state is None:
            continue
        machine = CourseMachine()
        try:
            way = way_to(state)
            if state is Stage.CLOSING and event in ANSWERS:
                # Offered before the closing began.
                way.insert(-1, Event.TRANSFER_OFFERED)
            machine.walk(1, way)
            assert machine.course(1).state == state
            machine.walk(1, [event])
            assert TreatmentEvent.objects.filter(treatment=machine.ids[1], kind=event).exists()
            machine.has_moved = True
            machine.all_holds()
        finally:
            machine.teardown()
