"""The verbs of a course: pausing, prolonging, ending, reopening, transferring; and what the clock does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from ikbt.accounts.roles import Role
from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.common.clock import local_date
from ikbt.common.working_time import promised_by
from ikbt.outbox.models import Notice
from ikbt.treatments.dying import record_death, take_back_death
from ikbt.treatments.ending import (
    begin_closing,
    close_treatment,
    complete_treatment,
    discontinue_treatment,
    wish_to_end,
)
from ikbt.treatments.messaging import close_without_answer
from ikbt.treatments.models import Alert, CareRelation, Pause, Transfer, Treatment
from ikbt.treatments.pausing import pause_treatment, paused_days_of, preview_pause, resume_treatment
from ikbt.treatments.prolonging import prolong_treatment
from ikbt.treatments.reopening import reopen_treatment
from ikbt.treatments.starting import (
    Decision,
    begin_treatment,
    prepare_treatment,
    sign_decision,
    start_treatment,
)
from ikbt.treatments.timekeeping import keep_time
from ikbt.treatments.transferring import accept_transfer, decline_transfer, offer_transfer, withdraw_transfer
from measurements.models import Occasion
from tests.cast import DECIDED, Cast, give, person
from tests.ikbt.treatments.courses import WHY, acting, anna, in_days, stored, tove
from tests.therapist import scenes
from therapist.replying import give_feedback

State = Treatment.State


def end_of(cast: Cast) -> date:
    assert cast.treatment.ends_on is not None
    return cast.treatment.ends_on


def weekly_days(treatment: Treatment) -> list[int]:
    rows = Occasion.objects.standing().filter(series=treatment.series_id, kind=Occasion.Kind.WEEKLY)
    return [(local_date(one.opens_at) - treatment.starts_on).days for one in rows.order_by("number")]


def test_a_pause_moves_the_end_and_every_week_by_exactly_its_days(cast: Cast) -> None:
    preview = preview_pause(cast.treatment, days=7, at=clock.now())
    before = weekly_days(cast.treatment)

    pause_treatment(cast.treatment, days=7, by=anna(cast), at=clock.now())

    found = stored(cast.treatment)
    assert found.state == State.PAUSED
    assert found.ends_on == preview.ends_on == end_of(cast) + timedelta(days=7)
    assert weekly_days(found) == [day + 7 for day in before]


def test_days_of_a_pause_that_are_not_used_are_given_back(cast: Cast) -> None:
    before = weekly_days(cast.treatment)
    pause_treatment(cast.treatment, days=14, by=tove(cast), at=clock.now(), reason=WHY)

    resume_treatment(cast.treatment, by=anna(cast), at=in_days(3))

    found = stored(cast.treatment)
    assert (found.state, found.ends_on) == (State.ACTIVE, end_of(cast) + timedelta(days=3))
    assert weekly_days(found) == [day + 3 for day in before]
    assert Pause.objects.get(treatment=found).days == 3


def test_the_question_about_suicide_is_still_put_each_week_of_a_pause(cast: Cast) -> None:
    pause_treatment(cast.treatment, days=28, by=tove(cast), at=clock.now(), reason=WHY)
    extra = Occasion.objects.filter(series=cast.treatment.series_id, kind=Occasion.Kind.EXTRA)
    assert {(local_date(one.opens_at) - clock.today()).days for one in extra} == {7, 14, 21}
    assert {one.instrument.slug for one in extra} == {"phq-9"}


def test_in_hospital_nothing_is_asked_while_she_rests(cast: Cast) -> None:
    pause_treatment(cast.treatment, days=28, by=tove(cast), at=clock.now(), reason=WHY, in_hospital=True)
    assert not Occasion.objects.open(in_days(10)).filter(series=cast.treatment.series_id).exists()


def test_her_own_pauses_are_fourteen_days_together_and_staff_may_give_twenty_eight(cast: Cast) -> None:
    with pytest.raises(ValidationError, match="14"):
        pause_treatment(cast.treatment, days=15, by=anna(cast), at=clock.now())
    pause_treatment(cast.treatment, days=10, by=anna(cast), at=clock.now())
    resume_treatment(cast.treatment, by=anna(cast), at=in_days(10))
    with pytest.raises(ValidationError, match="4"):
        pause_treatment(cast.treatment, days=5, by=anna(cast), at=in_days(11))
    with pytest.raises(ValidationError, match="28"):
        pause_treatment(cast.treatment, days=29, by=tove(cast), at=in_days(11), reason=WHY)


def test_it_goes_on_by_itself_once_and_the_therapist_gets_a_task(cast: Cast) -> None:
    pause_treatment(cast.treatment, days=5, by=anna(cast), at=clock.now())
    keep_time(at=in_days(4))
    assert stored(cast.treatment).state == State.PAUSED

    keep_time(at=in_days(7))
    keep_time(at=in_days(7))

    found = stored(cast.treatment)
    assert (found.state, found.ends_on) == (State.ACTIVE, end_of(cast) + timedelta(days=5))
    assert found.alerts.filter(kind=Alert.Kind.COURSE).count() == 1


def test_promised_answers_wait_for_the_end_of_a_pause(cast: Cast) -> None:
    at = clock.now()
    pause_treatment(cast.treatment, days=14, by=anna(cast), at=at)
    rested = paused_days_of(cast.treatment)
    assert local_date(promised_by(at, 24, closed_on=rested)) >= local_date(in_days(14))


def test_a_therapist_prolongs_once_up_to_four_weeks_and_a_supervisor_more(cast: Cast) -> None:
    prolong_treatment(cast.treatment, weeks=4, reason=WHY, by=tove(cast), at=clock.now())
    found = stored(cast.treatment)
    assert found.ends_on == end_of(cast) + timedelta(weeks=4)
    assert weekly_days(found)[-1] == 13 * 7
    post = Occasion.objects.standing().get(series=found.series_id, kind=Occasion.Kind.POST)
    assert local_date(post.opens_at) == found.ends_on

    with pytest.raises(ValidationError) as refused:
        prolong_treatment(cast.treatment, weeks=1, reason=WHY, by=tove(cast), at=clock.now())
    assert refused.value.code == "approved_by"
    stina = give(person("Stina", "Stöd"), Role.SUPERVISOR, cast.alfa)
    prolong_treatment(cast.treatment, weeks=1, reason=WHY, by=tove(cast), at=clock.now(), approved_by=stina)
    assert stored(cast.treatment).ends_on == end_of(cast) + timedelta(weeks=5)


def test_the_last_day_leads_to_closing_and_the_talk_to_maintenance_and_follow_up(cast: Cast) -> None:
    keep_time(at=in_days(71))
    assert stored(cast.treatment).state == State.CLOSING
    complete_treatment(cast.treatment, reason=WHY, by=tove(cast), at=in_days(75))
    found = stored(cast.treatment)
    assert (found.state, found.end_reason, found.is_running) == (State.MAINTENANCE, "completed", False)
    assert found.may_practise

    keep_time(at=in_days(75 + 150))
    assert stored(cast.treatment).state == State.MAINTENANCE
    keep_time(at=in_days(75 + 185))
    assert stored(cast.treatment).state == State.FOLLOW_UP
    assert not stored(cast.treatment).may_practise


def test_a_closing_talk_that_is_late_is_asked_for_once(cast: Cast) -> None:
    begin_closing(cast.treatment, by=tove(cast), at=clock.now())
    keep_time(at=in_days(13))
    assert not cast.treatment.alerts.filter(kind=Alert.Kind.COURSE).exists()
    keep_time(at=in_days(15))
    cast.treatment.alerts.update(closed_at=in_days(15))
    keep_time(at=in_days(16))
    assert cast.treatment.alerts.filter(kind=Alert.Kind.COURSE).count() == 1


def test_ending_early_asks_for_a_code_and_a_reason(cast: Cast) -> None:
    for code, why in (("", WHY), ("completed", WHY), ("time", " ")):
        with pytest.raises(ValidationError):
            discontinue_treatment(cast.treatment, code=code, reason=why, by=tove(cast), at=clock.now())
    discontinue_treatment(cast.treatment, code="time", reason=WHY, by=tove(cast), at=clock.now())
    assert (stored(cast.treatment).state, stored(cast.treatment).end_reason) == (State.DISCONTINUED, "time")


@pytest.mark.parametrize(
    ("leave", "answered", "code"),
    [
        (lambda one: scenes.write(one, "Jag vet inte hur jag ska orka"), "message", "all_answered"),
        (scenes.hand_in, "work", "no_work_waits"),
    ],
    ids=["message", "work"],
)
@pytest.mark.parametrize("verb", ["discontinue", "complete"])
def test_nothing_ends_while_what_she_sent_waits_since_nobody_could_answer_it_after(
    cast: Cast, verb: str, leave: Callable[[Treatment], object], answered: str, code: str
) -> None:
    leave(cast.treatment)
    by = tove(cast)
    end: Callable[..., object] = partial(discontinue_treatment, code="time")
    if verb == "complete":
        begin_closing(cast.treatment, by=by, at=clock.now())
        end = complete_treatment

    with pytest.raises(ValidationError) as refused:
        end(cast.treatment, reason=WHY, by=by, at=clock.now())

    assert [one.code for one in refused.value.error_list] == [code]
    if answered == "message":
        close_without_answer(cast.treatment, by=by, at=clock.now())
    else:
        said: dict[str, Any] = {"open_next": "", "reason": "", "client_key": uuid4()}
        give_feedback(cast.treatment, "m01", "Fint.", author=cast.tove, **said, by=by, at=clock.now())
    end(cast.treatment, reason=WHY, by=by, at=clock.now())
    assert not stored(cast.treatment).is_running


def test_a_case_is_closed_though_work_of_somebody_who_has_died_waits(cast: Cast) -> None:
    scenes.hand_in(cast.treatment)
    record_death(cast.treatment, died_on=clock.today(), by=tove(cast), at=clock.now())

    close_treatment(cast.treatment, reason=WHY, by=tove(cast), at=in_days(1))

    assert stored(cast.treatment).state == State.CLOSED


def test_a_case_is_not_closed_while_anything_waits(cast: Cast) -> None:
    discontinue_treatment(cast.treatment, code="time", reason=WHY, by=tove(cast), at=clock.now())
    alert = Alert.objects.create(
        treatment=cast.treatment,
        kind=Alert.Kind.RISK,
        level=Alert.Level.WATCH,
        raised_at=clock.now(),
        due_at=clock.now(),
        owner=cast.tove,
    )
    with pytest.raises(ValidationError, match="larm"):
        close_treatment(cast.treatment, reason=WHY, by=tove(cast), at=clock.now())
    Alert.objects.filter(pk=alert.pk).update(closed_at=clock.now())

    close_treatment(cast.treatment, reason=WHY, by=tove(cast), at=in_days(1))

    assert stored(cast.treatment).state == State.CLOSED
    waiting = Occasion.objects.standing().filter(series=cast.treatment.series_id, answered_at=None)
    assert not waiting.filter(closes_at__gt=in_days(1)).exists()


def test_within_thirty_days_it_is_taken_up_where_it_was(cast: Cast) -> None:
    before = weekly_days(cast.treatment)
    discontinue_treatment(cast.treatment, code="time", reason=WHY, by=tove(cast), at=clock.now())

    reopen_treatment(cast.treatment, reason=WHY, by=tove(cast), at=in_days(10))

    found = stored(cast.treatment)
    assert (found.state, found.ended_at, found.end_reason) == (State.ACTIVE, None, "")
    assert found.ends_on == end_of(cast) + timedelta(days=10)
    assert weekly_days(found) == [day + 10 for day in before]


def test_after_thirty_days_a_new_treatment_is_begun_instead(cast: Cast) -> None:
    discontinue_treatment(cast.treatment, code="time", reason=WHY, by=tove(cast), at=clock.now())
    with pytest.raises(ValidationError):
        reopen_treatment(cast.treatment, reason=WHY, by=tove(cast), at=in_days(31))


def test_what_was_never_begun_is_not_taken_up_again(cast: Cast) -> None:
    vera = give(person("Vera", "Ny"), Role.PATIENT)
    start: dict[str, Any] = {"version": cast.version, "unit": cast.alfa, "therapist": cast.tove}
    ready = prepare_treatment(vera, **start, starts_on=clock.today(), by=SYSTEM, at=clock.now())
    sign_decision(ready, DECIDED, signed_by=cast.tove, by=tove(cast), at=clock.now())
    discontinue_treatment(ready, code="time", reason=WHY, by=tove(cast), at=clock.now())

    with pytest.raises(ValidationError) as refused:
        reopen_treatment(ready, reason=WHY, by=tove(cast), at=clock.now())

    assert [one.code for one in refused.value.error_list] == ["begun"]
    assert Treatment.objects.get(pk=ready.pk).state == State.DISCONTINUED


def test_nobody_but_her_carers_moves_a_course(cast: Cast) -> None:
    for who in (cast.kim, cast.olle, cast.pia, cast.auditor):
        with pytest.raises(ValidationError):
            pause_treatment(cast.treatment, days=5, by=acting(who), at=clock.now(), reason=WHY)
        with pytest.raises(ValidationError):
            discontinue_treatment(cast.treatment, code="time", reason=WHY, by=acting(who), at=clock.now())
    with pytest.raises(ValidationError):
        discontinue_treatment(cast.treatment, code="time", reason=WHY, by=anna(cast), at=clock.now())


def test_a_wish_to_stop_is_a_task_and_ends_nothing(cast: Cast) -> None:
    wish_to_end(cast.treatment, by=anna(cast), at=clock.now())
    assert cast.treatment.alerts.get().kind == Alert.Kind.COURSE
    assert stored(cast.treatment).state == State.ACTIVE


def test_ready_waits_for_a_signed_decision_and_starts_on_its_day(cast: Cast) -> None:
    vera = give(person("Vera", "Ny"), Role.PATIENT)
    ready = prepare_treatment(
        vera,
        version=cast.version,
        unit=cast.alfa,
        therapist=cast.tove,
        starts_on=clock.today() + timedelta(days=2),
        by=SYSTEM,
        at=clock.now(),
    )
    with pytest.raises(ValidationError, match="sign"):
        begin_treatment(ready, by=tove(cast), at=clock.now())
    keep_time(at=in_days(2))
    assert stored(ready).state == State.READY
    with pytest.raises(ValidationError):
        sign_decision(ready, DECIDED, signed_by=cast.kim, by=acting(cast.kim), at=clock.now())
    sign_decision(ready, DECIDED, signed_by=cast.tove, by=tove(cast), at=clock.now())
    keep_time(at=in_days(2))
    assert stored(ready).state == State.ACTIVE
    assert (
        "programmet"
        not in ready.decision.__class__.objects.filter(pk=ready.decision.pk)
        .extra(select={"raw": "reason"})
        .values_list("raw", flat=True)[0]
    )


def test_without_anybody_to_cover_nothing_starts(cast: Cast) -> None:
    cast.manager.roles.update(ends_at=clock.now())
    vera = give(person("Vera", "Ny"), Role.PATIENT)
    start: dict[str, Any] = {
        "version": cast.version,
        "unit": cast.alfa,
        "therapist": cast.tove,
        "starts_on": clock.today(),
    }
    with pytest.raises(ValidationError):
        start_treatment(vera, **start, decision=DECIDED, by=SYSTEM, at=clock.now())
    begun = start_treatment(vera, **start, decision=DECIDED, by=SYSTEM, at=clock.now(), stand_in=cast.kim)
    assert begun.relations.filter(kind=CareRelation.Kind.STAND_IN, staff=cast.kim).exists()


def offered(cast: Cast) -> Transfer:
    return offer_transfer(
        cast.treatment,
        to=cast.beta,
        summary="Flyttar till Beta.",
        consents=True,
        by=tove(cast),
        at=clock.now(),
    )


def test_another_unit_takes_over_and_the_old_one_sees_nothing_new(cast: Cast) -> None:
    offer = offered(cast)
    assert stored(cast.treatment).unit == cast.alfa

    accept_transfer(offer, therapist=cast.olle, by=acting(cast.olle), at=in_days(1))

    found = stored(cast.treatment)
    assert (found.unit, found.therapist, found.state) == (cast.beta, cast.olle, State.ACTIVE)
    assert not Treatment.objects.cared_for_by(cast.tove.pk, in_days(1)).filter(pk=found.pk).exists()
    assert '"program": "Ett litet program"' in (Transfer.objects.get(pk=offer.pk).kept or "")


def test_an_offer_is_declined_taken_back_or_runs_out_and_she_stays(cast: Cast) -> None:
    with pytest.raises(ValidationError):
        decline_transfer(offered(cast), reason=WHY, by=acting(cast.kim), at=clock.now())
    offer = Transfer.objects.get(treatment=cast.treatment)
    decline_transfer(offer, reason=WHY, by=acting(cast.olle), at=clock.now())
    withdraw_transfer(offered(cast), by=tove(cast), at=clock.now())
    last = offered(cast)
    keep_time(at=last.answer_by)
    keep_time(at=last.answer_by)
    answers = cast.treatment.transfers.order_by("offered_at").values_list("answer", flat=True)
    assert sorted(answers) == ["declined", "expired", "withdrawn"]
    assert (stored(cast.treatment).unit, stored(cast.treatment).state) == (cast.alfa, State.ACTIVE)


def test_a_death_stops_everything_that_is_sent_and_can_be_taken_back(cast: Cast) -> None:
    Notice.objects.create(person=cast.anna, kind=Notice.Kind.REMINDER, key="reminder:x")
    record_death(cast.treatment, died_on=clock.today(), by=tove(cast), at=clock.now())
    keep_time(at=in_days(8))
    assert not Notice.objects.filter(person=cast.anna).exists()
    assert stored(cast.treatment).end_reason == "deceased"
    assert not Occasion.objects.open(in_days(8)).filter(series=cast.treatment.series_id).exists()

    take_back_death(cast.treatment, by=tove(cast), at=in_days(1))
    reopen_treatment(cast.treatment, reason=WHY, by=tove(cast), at=in_days(1))
    assert stored(cast.treatment).state == State.ACTIVE


def test_two_at_once_are_refused_unless_the_decision_says_why(cast: Cast) -> None:
    from tests.cast import published

    other = published(cast.alfa, key="annat")
    start: dict[str, Any] = {
        "version": other,
        "unit": cast.alfa,
        "therapist": cast.tove,
        "starts_on": clock.today(),
    }
    with pytest.raises(ValidationError):
        start_treatment(cast.anna, **start, decision=DECIDED, by=SYSTEM, at=clock.now())
    beside = Decision(reason=WHY, beside="Sömnprogrammet parallellt, enligt team.")
    begun = start_treatment(cast.anna, **start, decision=beside, by=SYSTEM, at=clock.now())
    assert stored(begun).is_beside
    assert begun.decision.beside_reason
    with pytest.raises(ValidationError):
        start_treatment(cast.anna, **start, decision=beside, by=SYSTEM, at=clock.now())
