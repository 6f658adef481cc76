"""A small unit lives through some days by the project's verbs; each invariant holds, and tells when it does not."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime, timedelta
from io import StringIO
from types import SimpleNamespace
from typing import cast as as_type

import pytest
from django.conf import LazySettings
from django.core import mail
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command
from django.db import transaction

from ikbt.common import clock
from ikbt.demo.management.commands import simulate_month as command
from ikbt.demo.month import invariants
from ikbt.demo.month.cron import red_without_owner
from ikbt.demo.month.invariants import INVARIANTS
from ikbt.demo.month.living import Month
from ikbt.demo.month.planning import What, plan_month
from ikbt.demo.month.simulating import simulate_month
from ikbt.outbox.models import Notice
from ikbt.treatments.models import Alert, CareRelation, ModuleProgress, Treatment, TreatmentDecision
from programs.models import ProgramVersion
from tests.cast import Cast
from tests.therapist import scenes

# The clock's runs are most of what a month costs: every second hour it does the same, and each look finds more.
SMALL = {"therapists": 3, "patients": 12, "days": 10, "every": 120}


def break_decisions(month: Month) -> None:
    TreatmentDecision.objects.all().delete()


def break_guards(month: Month) -> None:
    ModuleProgress.objects.filter(position=1).update(submitted_at=None)
    for one in ModuleProgress.objects.filter(position=2):
        one.reason = ""
        one.save(update_fields=["reason"])


def break_episodes(month: Month) -> None:
    one, two = Treatment.objects.everybodys().running()[:2]
    program = month.unit.version.program
    later = ProgramVersion.objects.create(
        program=program,
        major=99,
        outline=one.version.outline,
        content_hash="0" * 64,
        published_at=clock.now(),
    )
    Treatment.objects.filter(pk=two.pk).update(patient=one.patient, version=later, is_beside=True)


def break_red(month: Month) -> None:
    month.broken.append("a red alert without owner")


def break_ends(month: Month) -> None:
    one = Treatment.objects.everybodys().running()[0]
    assert one.ends_on is not None
    Treatment.objects.filter(pk=one.pk).update(ends_on=one.ends_on + timedelta(days=1))


def break_texts(month: Month) -> None:
    to = month.unit.patients[0].email
    mail.outbox.append(EmailMessage("PHQ-9", "Din behandling", to=[to], headers={"Message-ID": "1"}))
    month.posted.empty_the_boxes()


def break_reads(month: Month) -> None:
    CareRelation.objects.update(starts_at=month.ends)


def close_one(month: Month) -> None:
    one = Treatment.objects.everybodys().running()[0]
    Treatment.objects.filter(pk=one.pk).update(state=Treatment.State.CLOSED)


def break_limits(month: Month) -> None:
    Notice.objects.exclude(rule="").update(begun_at=month.ends)


def let_them_wait(month: Month) -> None:
    Notice.objects.exclude(rule="").update(dropped=Notice.Dropped.COVERED, covered_by=None)


def send_again(month: Month) -> None:
    month.posted.left.update(list(month.posted.left)[:1])


BREAKS: dict[Callable[[Month], list[str]], Callable[[Month], None]] = {
    invariants.running_courses_have_decision_version_therapist_and_cover: break_decisions,
    invariants.no_module_opens_before_its_guard: break_guards,
    invariants.one_open_episode_a_patient_and_program: break_episodes,
    invariants.every_red_flag_had_an_owner_all_the_time: break_red,
    invariants.paused_days_are_the_days_the_end_moved: break_ends,
    invariants.notices_say_neutral_texts_alone: break_texts,
    invariants.staff_read_by_care_relation_alone: break_reads,
    invariants.closed_means_that_no_clock_runs: close_one,
    invariants.replaying_all_events_gives_what_is_stored: close_one,
    invariants.automatic_messages_keep_their_limits: break_limits,
    invariants.each_message_left_or_another_told: let_them_wait,
    invariants.no_notice_left_twice: send_again,
}


@pytest.mark.django_db
def test_a_small_month_ends_with_every_invariant_true_and_each_tells_when_it_is_broken(
    monkeypatch: pytest.MonkeyPatch, subtests: pytest.Subtests
) -> None:
    lived: list[Month] = []

    def live(**options: object) -> Month:
        lived.append(simulate_month(**options))  # type: ignore[arg-type]
        return lived[0]

    monkeypatch.setattr(command, "throwaway_database", lambda folder: nullcontext())
    monkeypatch.setattr(command, "simulate_month", live)
    told = StringIO()

    call_command("simulate_month", **SMALL, stdout=told)

    month = lived[0]
    with subtests.test("all that a unit does was done"):
        assert {"start", "answer", "hand_in", "write", "round", "visit", "cron", "leave"} <= set(month.done)
        assert month.done["start"] == 12
        assert (month.posted.count["email"] > 0, month.posted.count["sms"] > 0) == (True, True)
    with subtests.test("the report tells of it"):
        for words in ("risk ", "messages", "modules handed in", "silent_remind, sent by", "Invariants"):
            assert words in told.getvalue()
        assert told.getvalue().count("  holds ") == len(INVARIANTS) == len(BREAKS)
    for invariant, breaks in BREAKS.items():
        with subtests.test(invariant.__name__), transaction.atomic():
            assert invariant(month) == []
            breaks(month)
            assert invariant(month) != []
            transaction.set_rollback(True)
    with subtests.test("the command fails when one is broken"):
        monkeypatch.setattr(command, "simulate_month", lambda **options: month)
        with pytest.raises(CommandError, match="invariants do not hold") as failed:
            call_command("simulate_month", **SMALL, stdout=StringIO())
        assert failed.value.returncode == 1


@pytest.mark.parametrize(
    "breaks",
    [
        lambda cast, alert, at: cast.tove.roles.update(ends_at=at),
        lambda cast, alert, at: Alert.objects.filter(pk=alert.pk).update(escalates_at=at),
        lambda cast, alert, at: Alert.objects.filter(pk=alert.pk).update(taken_at=at, taken_by=cast.olle),
    ],
    ids=["owner left", "late", "taker without access"],
)
def test_a_red_flag_that_nobody_can_act_on_is_told(
    cast: Cast, breaks: Callable[[Cast, Alert, datetime], object]
) -> None:
    at, month = clock.now(), SimpleNamespace(unit=SimpleNamespace(unit=cast.alfa))
    alert = scenes.high_alert(cast.treatment, at=at)
    assert red_without_owner(as_type(Month, month), at) == []

    breaks(cast, alert, at)

    assert len(red_without_owner(as_type(Month, month), at)) == 1


def test_the_same_seed_plans_the_same_month_and_another_one_does_not() -> None:
    def plan(seed: int) -> object:
        return plan_month(patients=60, therapists=5, days=30, seed=seed)

    assert plan(1) == plan(1)
    assert plan(1) != plan(2)


def test_everything_that_may_happen_is_planned_within_the_month() -> None:
    plans = plan_month(patients=400, therapists=30, days=30, seed=1)

    acts = [act for one in plans for act in one.acts]
    assert {act.what for act in acts} == set(What)
    assert all(timedelta() <= act.after < timedelta(days=30) for act in acts)
    assert {one.notices_by for one in plans} == {"email", "sms", "none"}
    assert all(one.acts[0].what == What.START for one in plans)


@pytest.mark.parametrize("setting", ["CLOCK_MAY_MOVE", "SCENARIO_MAY_SEED"])
def test_outside_the_test_profile_it_is_refused_before_anything_is_done(
    setting: str, settings: LazySettings
) -> None:
    setattr(settings, setting, False)

    with pytest.raises(CommandError, match="test profile"):
        call_command("simulate_month")
    with pytest.raises(CommandError, match="test profile"):
        simulate_month(therapists=1, people=1, days=1)


@pytest.mark.parametrize("word", ["therapists", "patients", "days", "every"])
def test_none_is_no_number(word: str) -> None:
    with pytest.raises(CommandError, match=f"--{word} is at least 1"):
        call_command("simulate_month", **{word: 0})
