"""An ended case that nobody closes: its task comes once, with owner and clock, and goes when the case is closed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connections

from ikbt.common import clock
from ikbt.outbox.models import Notice
from ikbt.treatments.covering import register_absence
from ikbt.treatments.ending import begin_closing, close_treatment, complete_treatment, discontinue_treatment
from ikbt.treatments.models import Alert, Treatment
from ikbt.treatments.relating import give_relation
from ikbt.treatments.reopening import reopen_treatment
from ikbt.treatments.switching import switch_rule
from ikbt.treatments.timekeeping import keep_time
from ikbt.treatments.unfinished import unfinished_at
from measurements.models import Occasion
from tests.cast import Cast, gather
from tests.ikbt.treatments.courses import WHY, in_days, stored, tove

State = Treatment.State


def ended(cast: Cast) -> Treatment:
    """Early, with nothing left to be asked."""
    discontinue_treatment(cast.treatment, code="time", reason=WHY, by=tove(cast), at=clock.now())
    Occasion.objects.filter(series=cast.treatment.series_id, kind=Occasion.Kind.FOLLOW_UP).delete()
    return stored(cast.treatment)


def tasks(treatment: Treatment) -> list[Alert]:
    return list(treatment.alerts.filter(kind=Alert.Kind.COURSE).select_related("owner").order_by("raised_at"))


def late(cast: Cast, days: int) -> list[tuple[bool, int]]:
    """Whether it is the talk, and how many days it is late, for each at the unit."""
    at = in_days(days)
    return [
        (one.is_closing, (at - one.due_at).days)
        for one in unfinished_at([cast.alfa.pk], but=cast.kim.pk, most=9, at=at)
    ]


def test_a_case_that_nobody_closes_is_its_therapists_task_once_with_a_clock(cast: Cast) -> None:
    treatment = ended(cast)
    assert keep_time(at=in_days(6)).to_close == 0

    assert keep_time(at=in_days(8)).to_close == 1

    (task,) = tasks(treatment)
    assert (task.owner, task.level, task.closed_at) == (cast.tove, Alert.Level.WATCH, None)
    assert task.due_at > task.raised_at
    assert (
        Notice.objects.filter(person=cast.tove, kind=Notice.Kind.TO_ACT, key=f"course:{task.pk}").count() == 1
    )
    Alert.objects.filter(pk=task.pk).update(closed_at=in_days(9))
    assert keep_time(at=in_days(10)).to_close == 0
    assert len(tasks(treatment)) == 1
    # She has clicked it away and closed nothing: the unit sees it all the same.
    assert late(cast, 10) == [(False, 3)]


def test_the_task_holds_nothing_up_and_goes_with_the_case(cast: Cast) -> None:
    treatment = ended(cast)
    keep_time(at=in_days(8))

    close_treatment(treatment, reason=WHY, by=tove(cast), at=in_days(9))

    assert [task.outcome for task in tasks(treatment)] == [Alert.Outcome.PASSED]
    assert stored(treatment).state == State.CLOSED
    assert late(cast, 30) == []


def test_one_that_is_taken_up_again_is_asked_for_no_more_and_anew_after_its_next_end(cast: Cast) -> None:
    treatment = ended(cast)
    keep_time(at=in_days(8))
    reopen_treatment(treatment, reason=WHY, by=tove(cast), at=in_days(9))
    assert [task.outcome for task in tasks(treatment)] == [Alert.Outcome.PASSED]
    discontinue_treatment(treatment, code="time", reason=WHY, by=tove(cast), at=in_days(10))
    Occasion.objects.filter(series=treatment.series_id, kind=Occasion.Kind.FOLLOW_UP).delete()

    assert keep_time(at=in_days(16)).to_close == 0
    assert keep_time(at=in_days(18)).to_close == 1


def test_nobody_is_asked_to_close_while_a_follow_up_is_still_to_be_answered(cast: Cast) -> None:
    begin_closing(cast.treatment, by=tove(cast), at=clock.now())
    complete_treatment(cast.treatment, reason=WHY, by=tove(cast), at=clock.now())
    last = Occasion.objects.filter(series=cast.treatment.series_id)[:1].get()
    asked = {"kind": Occasion.Kind.FOLLOW_UP, "cancelled_at": None, "closes_at": in_days(200)}
    Occasion.objects.filter(pk=last.pk).update(**asked)
    keep_time(at=in_days(190))
    assert stored(cast.treatment).state == State.FOLLOW_UP

    assert keep_time(at=in_days(206)).to_close == 0
    assert late(cast, 206) == []
    assert keep_time(at=in_days(208)).to_close == 1
    assert late(cast, 208) == [(False, 1)]


def test_a_course_without_follow_ups_counts_from_the_end_of_its_reading(cast: Cast) -> None:
    begin_closing(cast.treatment, by=tove(cast), at=clock.now())
    complete_treatment(cast.treatment, reason=WHY, by=tove(cast), at=clock.now())
    Occasion.objects.filter(series=cast.treatment.series_id, kind=Occasion.Kind.FOLLOW_UP).delete()

    assert keep_time(at=in_days(185)).to_close == 0
    assert keep_time(at=in_days(195)).to_close == 1


def test_the_task_goes_to_who_covers_while_her_therapist_is_away(cast: Cast) -> None:
    treatment = ended(cast)
    give_relation(treatment, staff=cast.kim, kind="stand_in", by=tove(cast), at=clock.now())
    register_absence(cast.tove, unit=cast.alfa, until=in_days(30), by=tove(cast), at=clock.now())

    keep_time(at=in_days(8))

    assert [task.owner for task in tasks(treatment)] == [cast.kim]


def test_what_ended_long_ago_makes_no_task_but_is_shown(cast: Cast) -> None:
    treatment = ended(cast)

    assert keep_time(at=in_days(40)).to_close == 0

    assert tasks(treatment) == []
    assert late(cast, 40) == [(False, 33)]


def test_a_treatment_for_the_wrong_patient_is_nobodys_to_close(cast: Cast) -> None:
    ended(cast)
    Treatment.objects.filter(pk=cast.treatment.pk).update(end_reason=Treatment.EndReason.WRONG_PATIENT)

    assert keep_time(at=in_days(8)).to_close == 0
    assert late(cast, 8) == []


def test_the_unit_may_switch_it_off_or_set_its_own_number(cast: Cast) -> None:
    ended(cast)
    cast.alfa.thresholds = {"close_days": 3}
    cast.alfa.save()
    reason, by = "Vi stänger på annat sätt.", tove(cast)
    switch_rule("close_case", unit=cast.alfa, is_off=True, reason=reason, by=by, at=clock.now())
    assert keep_time(at=in_days(5)).to_close == 0
    switch_rule("close_case", unit=cast.alfa, is_off=False, reason=reason, by=by, at=in_days(5))
    assert keep_time(at=in_days(5)).to_close == 1


def test_a_closing_talk_that_nobody_holds_is_shown_until_it_is_held(cast: Cast) -> None:
    begin_closing(cast.treatment, by=tove(cast), at=clock.now())
    assert late(cast, 13) == []
    keep_time(at=in_days(15))
    cast.treatment.alerts.update(closed_at=in_days(15))

    assert late(cast, 40) == [(True, 26)]
    complete_treatment(cast.treatment, reason=WHY, by=tove(cast), at=in_days(41))
    assert late(cast, 42) == []


def test_nobody_sees_her_own_case_in_the_units_list(cast: Cast) -> None:
    ended(cast)

    assert unfinished_at([cast.alfa.pk], but=cast.anna.pk, most=9, at=in_days(20)) == []
    assert unfinished_at([cast.beta.pk], but=cast.kim.pk, most=9, at=in_days(20)) == []


@pytest.mark.django_db(transaction=True)
def test_three_workers_at_once_make_one_task() -> None:
    cast = gather()
    treatment, start, at = ended(cast), Barrier(3), in_days(8) + timedelta(minutes=1)

    def work(_number: int) -> tuple[int, int]:
        try:
            start.wait(timeout=20)
            kept = keep_time(at=at)
            return kept.to_close, kept.failed
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(work, range(3))) == [(0, 0), (0, 0), (1, 0)]
    assert len(tasks(treatment)) == 1
