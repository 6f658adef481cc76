"""What a course measures beside its weeks: with a module, and after its end."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from ikbt.accounts.roles import Role
from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.common.clock import midnight
from ikbt.treatments.measuring import end_measurements, plan_course, plan_with_module
from ikbt.treatments.models import ModuleProgress, OutcomeSummary, Treatment
from ikbt.treatments.starting import start_treatment
from measurements.models import Occasion
from programs.activating import activate
from programs.models import ProgramVersion
from tests.cast import DECIDED, Cast, give, person
from tests.ikbt.treatments.patient import text_of, url

Kind = Occasion.Kind
START = date(2027, 1, 4)
FOLLOW_UPS = [{"instrument": "phq-9", "when": "follow_up", "month": month} for month in (3, 6, 12)]


def begun(cast: Cast, *more: dict[str, Any], decided: date = START) -> Treatment:
    """A treatment of a version with more measures than the cast's."""
    outline = cast.version.outline
    version = ProgramVersion.objects.create(
        program=cast.version.program,
        major=2,
        outline={**outline, "measures": [*outline["measures"], *more]},
        content_hash="1" * 64,
        published_at=clock.now(),
    )
    activate(version, unit=cast.alfa, by=None, at=clock.now())
    return start_treatment(
        give(person("Vera", "Ny"), Role.PATIENT),
        version=version,
        unit=cast.alfa,
        therapist=cast.tove,
        starts_on=START,
        decision=DECIDED,
        by=SYSTEM,
        at=midnight(decided),
    )


def opened(treatment: Treatment, at_day: int) -> list[Occasion]:
    """Module two opens so many days after the start."""
    at = midnight(START + timedelta(days=at_day))
    progress = ModuleProgress.objects.create(treatment=treatment, module_key="m02", position=2, opened_at=at)
    return plan_with_module(treatment, progress, at=at)


def test_a_module_s_questionnaire_opens_with_it(cast: Cast) -> None:
    treatment = begun(cast, {"instrument": "bbq", "when": "module", "module": "m02", "due": 2, "closes": 5})
    assert not Occasion.objects.filter(series=treatment.series, kind=Kind.MODULE).exists()

    [found] = opened(treatment, 8)

    assert (found.number, found.opens_at) == (2, midnight(START + timedelta(days=8)))
    assert found.due_at == midnight(START + timedelta(days=10))
    assert found.closes_at == midnight(START + timedelta(days=13))


def test_the_first_module_s_questionnaire_opens_with_the_treatment(cast: Cast) -> None:
    treatment = begun(cast, {"instrument": "bbq", "when": "module", "module": "m01"})
    assert Occasion.objects.get(series=treatment.series, kind=Kind.MODULE).is_open(midnight(START))


def test_a_module_asks_nothing_that_is_asked_in_the_same_week(cast: Cast) -> None:
    treatment = begun(cast, {"instrument": "phq-9", "when": "module", "module": "m02"})
    assert opened(treatment, 8) == []


def test_planning_twice_makes_nothing_twice(cast: Cast) -> None:
    before = Occasion.objects.filter(series=cast.treatment.series).count()
    plan_course(cast.treatment)
    assert Occasion.objects.filter(series=cast.treatment.series).count() == before


def test_the_end_withdraws_what_the_course_still_asked_and_plans_the_follow_ups_once(cast: Cast) -> None:
    treatment = begun(cast, *FOLLOW_UPS)
    at = midnight(date(2027, 2, 3)) + timedelta(hours=10)

    end_measurements(treatment, by=SYSTEM, at=at)
    end_measurements(treatment, by=SYSTEM, at=at + timedelta(hours=1))

    standing = Occasion.objects.standing().filter(series=treatment.series)
    assert not standing.filter(kind=Kind.WEEKLY, closes_at__gt=at).exists()
    assert standing.filter(kind=Kind.WEEKLY).count() == 3
    due = [clock.local_date(one.due_at) for one in standing.filter(kind=Kind.FOLLOW_UP)]
    assert due == [date(2027, 5, 3), date(2027, 8, 3), date(2028, 2, 3)]


def test_screening_is_asked_once_between_decision_and_start_and_counts_as_before(cast: Cast) -> None:
    treatment = begun(cast, {"instrument": "bbq", "when": "screening"}, decided=START - timedelta(days=9))
    plan_course(treatment)

    one = Occasion.objects.get(series=treatment.series, kind=Kind.SCREENING)
    assert one.is_open(midnight(START - timedelta(days=9)))
    assert clock.local_date(one.closes_at) == START
    assert OutcomeSummary.objects.get(treatment=treatment).measures["bbq"][0][:3] == ["screening", 0, -9]


def test_a_follow_up_after_a_month_is_never_open_beside_the_questions_after_the_treatment(cast: Cast) -> None:
    treatment = begun(cast, {"instrument": "phq-9", "when": "follow_up", "month": 1})

    end_measurements(treatment, by=SYSTEM, at=midnight(date(2027, 3, 15)))

    post, follow_up = (
        Occasion.objects.get(series=treatment.series, kind=kind, instrument__slug="phq-9")
        for kind in (Kind.POST, Kind.FOLLOW_UP)
    )
    assert post.closes_at == follow_up.opens_at


def test_the_questions_after_the_treatment_come_with_an_early_end(cast: Cast) -> None:
    treatment = begun(cast)
    at = midnight(date(2027, 2, 3)) + timedelta(hours=10)

    end_measurements(treatment, by=SYSTEM, at=at)

    post = Occasion.objects.get(series=treatment.series, kind=Kind.POST)
    assert post.is_open(at)
    assert (post.closes_at - post.opens_at).days == 28
    assert post.remind_on == ["2027-02-05", "2027-02-08"]


def test_follow_ups_over_both_clock_changes_open_and_close_at_local_midnight(cast: Cast) -> None:
    treatment = begun(cast, *FOLLOW_UPS)
    end_measurements(treatment, by=SYSTEM, at=midnight(date(2027, 1, 11)) + timedelta(hours=23, minutes=30))

    for one in Occasion.objects.filter(series=treatment.series, kind=Kind.FOLLOW_UP):
        for moment in (one.opens_at, one.due_at, one.closes_at):
            assert moment.astimezone(clock.STOCKHOLM).hour == 0


@pytest.mark.parametrize("who", ["patient", "staff"])
def test_what_a_clinician_rates_is_not_put_before_the_patient(
    cast: Cast, anna_client: Client, who: str
) -> None:
    Occasion.objects.filter(series=cast.treatment.series).update(who=who)
    occasion = Occasion.objects.filter(series=cast.treatment.series, kind=Kind.PRE).first()
    assert occasion is not None

    shown = url(cast, "questionnaire", occasion.pk) in text_of(anna_client.get(url(cast, "treatment")))

    assert shown is (who == "patient")
