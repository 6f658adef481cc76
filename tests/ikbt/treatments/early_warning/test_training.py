"""Learning from ended treatments, judging on those held back, signing, and what is shown to whom and when."""

from __future__ import annotations

import json
import random
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command

from ikbt.accounts.models import Person
from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM, Actor
from ikbt.common import clock
from ikbt.treatments.early_warning.advising import Advice, Standing, advice_for, known_forecasts
from ikbt.treatments.early_warning.signing import sign_purpose, withdraw_purpose
from ikbt.treatments.early_warning.training import Learnt, train_early_warning
from ikbt.treatments.models import EarlyWarningModel, OutcomeSummary, Treatment
from measurements.models import Series
from measurements.registry import instrument
from tests.cast import Cast

pytestmark = pytest.mark.django_db
PHQ = instrument("phq-9")


def course(made: random.Random, *, ends: bool = True) -> tuple[dict[str, Any], list[int]]:
    """A made-up course: who improves early and hands in modules tends to end well."""
    baseline = made.randint(10, 24)
    fast = made.random() < 0.5
    week4 = baseline - (made.randint(5, 9) if fast else made.randint(-2, 4))
    ended = baseline // 2 - 1 if made.random() < (0.85 if fast else 0.2) else baseline - 2
    rows = [
        ["pre", 0, 0, 3, 14, 0, float(baseline)],
        ["weekly", 4, 21, 23, 28, 22 if made.random() < 0.9 else None, float(max(week4, 0))],
        ["post", 10, 70, 75, 98, 71, float(max(ended, 0)) if ends else None],
    ]
    rows = [row if row[5] is not None else [*row[:6], None] for row in rows]
    return {"phq-9": rows}, [6, 13, 20] if (made.random() < 0.7) == fast else [13]


def ended_treatments(cast: Cast, n: int, *, without_end: int = 0) -> None:
    """Closed treatments at Alfa with summaries."""
    made, at = random.Random(7), clock.now()
    people = Person.objects.bulk_create(
        Person(email=f"p{number}@example.org", first_name="P", last_name=str(number)) for number in range(n)
    )
    series = Series.objects.bulk_create(Series(person=person) for person in people)
    treatments = Treatment.objects.bulk_create(
        Treatment(
            patient=person,
            version=cast.treatment.version,
            unit=cast.alfa,
            therapist=cast.tove,
            series=one,
            state=Treatment.State.CLOSED,
            starts_on=clock.today() - timedelta(days=900 - number % 700),
            ended_at=at,
        )
        for number, (person, one) in enumerate(zip(people, series, strict=True))
    )
    rows = [course(made, ends=number >= without_end) for number in range(n)]
    OutcomeSummary.objects.bulk_create(
        OutcomeSummary(
            treatment=one,
            measures=measures,
            hand_ins=days,
            modules_total=10,
            modules_done=len(days),
            made_at=at,
        )
        for one, (measures, days) in zip(treatments, rows, strict=True)
    )


def learn(cast: Cast, n: int = 500, **more: int) -> Learnt:
    ended_treatments(cast, n, **more)
    return train_early_warning(PHQ, week=4, by=SYSTEM, at=clock.now())


def advice(treatment: Treatment) -> Advice:
    return advice_for(treatment, known_forecasts(treatment).signed, today=clock.today())


def by(person: Person) -> Actor:
    return Actor(id=person.pk, role="unit_manager")


def running(cast: Cast, *, total: float, days: int = 30, hand_ins: tuple[int, ...] = ()) -> Treatment:
    """Anna's treatment some days on, with these scores."""
    treatment = cast.treatment
    Treatment.objects.filter(pk=treatment.pk).update(starts_on=clock.today() - timedelta(days=days))
    OutcomeSummary.objects.filter(treatment=treatment).update(
        measures={"phq-9": [["pre", 0, 0, 3, 14, 0, 18.0], ["weekly", 4, 21, 23, 28, 22, total]]},
        hand_ins=list(hand_ins),
    )
    treatment.refresh_from_db()
    return treatment


def test_too_few_treatments_give_no_forecast_and_the_reason(cast: Cast) -> None:
    learnt = learn(cast, 60)

    assert learnt.forecast.weights is None
    assert learnt.forecast.judgement is None
    assert learnt.why_not.startswith("Too few to learn from: ")


def test_enough_give_a_forecast_judged_on_others_than_it_learnt_from(cast: Cast) -> None:
    learnt = learn(cast, without_end=20)
    forecast = learnt.forecast

    assert learnt.why_not == ""
    assert forecast.judgement is not None
    assert forecast.without_end == 20
    assert forecast.learnt_from + forecast.held_back <= 480
    assert forecast.judgement["n"] == forecast.held_back
    assert forecast.judgement["ci95"][0] > 0.6, "85 and 20 in a hundred are well told apart"
    assert forecast.judgement["balanced_accuracy"] < 0.95
    assert 0.5 < forecast.judgement["slope"] < 2
    assert forecast.expected["moderate"][0][1] >= 30
    assert Entry.objects.filter(object_kind="early warning", object_id=str(forecast.pk)).count() == 1


def test_the_same_treatments_teach_the_same(cast: Cast) -> None:
    first = learn(cast).forecast
    second = train_early_warning(PHQ, week=4, by=SYSTEM, at=clock.now()).forecast

    assert first.weights == second.weights
    assert first.judgement == second.judgement


def test_a_forecast_is_never_changed(cast: Cast) -> None:
    forecast = learn(cast, 60).forecast

    with pytest.raises(TypeError, match="never changed"):
        forecast.save()


def test_nothing_is_shown_until_the_manager_has_signed(cast: Cast) -> None:
    forecast = learn(cast).forecast
    treatment = running(cast, total=19)
    assert advice(treatment).standing == Standing.OFF

    sign_purpose(cast.alfa, forecast, signer=cast.manager, by=by(cast.manager), at=clock.now())
    shown = advice(treatment)
    assert shown.standing == Standing.SUPPORT
    assert 0.5 < (shown.chance or 0) < 1
    assert "change" in shown.reasons

    assert withdraw_purpose(cast.alfa, signer=cast.manager, by=by(cast.manager), at=clock.now())
    assert advice(treatment).standing == Standing.OFF


def test_who_does_well_is_not_pointed_out(cast: Cast) -> None:
    forecast = learn(cast).forecast
    sign_purpose(cast.alfa, forecast, signer=cast.manager, by=by(cast.manager), at=clock.now())

    calm = advice(running(cast, total=9, hand_ins=(6, 13, 20)))

    assert (calm.standing, calm.reasons) == (Standing.CALM, ())


def test_before_its_week_and_without_scores_it_says_so(cast: Cast) -> None:
    forecast = learn(cast).forecast
    sign_purpose(cast.alfa, forecast, signer=cast.manager, by=by(cast.manager), at=clock.now())

    assert advice(running(cast, total=19, days=20)).standing == Standing.EARLY
    treatment = running(cast, total=19)
    OutcomeSummary.objects.filter(treatment=treatment).update(measures={})
    assert advice(treatment).standing == Standing.UNKNOWN


def test_only_the_units_manager_signs_and_withdraws(cast: Cast) -> None:
    forecast = learn(cast).forecast

    for nobody in (cast.tove, cast.administrator, cast.editor, cast.anna):
        with pytest.raises(PermissionDenied):
            sign_purpose(cast.alfa, forecast, signer=nobody, by=by(nobody), at=clock.now())
    with pytest.raises(PermissionDenied):
        sign_purpose(cast.beta, forecast, signer=cast.manager, by=by(cast.manager), at=clock.now())
    with pytest.raises(PermissionDenied):
        withdraw_purpose(cast.beta, signer=cast.manager, by=by(cast.manager), at=clock.now())


@pytest.mark.parametrize("judgement", [None, {"ci95": [0.45, 0.7]}, {"ci95": [0.5, 0.8]}])
def test_what_was_not_learnt_or_is_no_better_than_chance_cannot_be_signed(
    cast: Cast, judgement: dict[str, Any] | None
) -> None:
    forecast = EarlyWarningModel.objects.create(
        instrument="phq-9",
        week=4,
        judgement=judgement,
        learnt_from=0,
        held_back=0,
        without_end=0,
        made_at=clock.now(),
    )

    with pytest.raises(ValidationError):
        sign_purpose(cast.alfa, forecast, signer=cast.manager, by=by(cast.manager), at=clock.now())


def test_signing_a_newer_forecast_ends_the_older_signature(cast: Cast) -> None:
    first = learn(cast).forecast
    second = train_early_warning(PHQ, week=4, by=SYSTEM, at=clock.now()).forecast
    for forecast in (first, second):
        sign_purpose(cast.alfa, forecast, signer=cast.manager, by=by(cast.manager), at=clock.now())

    running_ones = cast.alfa.early_warning_purposes.filter(withdrawn_at=None)
    assert [one.forecast_id for one in running_ones] == [second.pk]


def test_advice_changes_nothing(cast: Cast) -> None:
    forecast = learn(cast).forecast
    sign_purpose(cast.alfa, forecast, signer=cast.manager, by=by(cast.manager), at=clock.now())
    treatment = running(cast, total=19)
    before = (Entry.objects.count(), treatment.alerts.count(), treatment.events.count())

    advice(treatment)

    assert (Entry.objects.count(), treatment.alerts.count(), treatment.events.count()) == before


def test_the_command_tells_in_words_and_in_json(cast: Cast) -> None:
    ended_treatments(cast, 500)
    words, data = StringIO(), StringIO()

    call_command("train_early_warning", stdout=words)
    call_command("train_early_warning", "--json", stdout=data)

    assert "Balanced accuracy 0." in words.getvalue()
    assert "Shown to nobody" in words.getvalue()
    assert json.loads(data.getvalue())["judgement"]["n"] > 100


def test_the_command_says_that_there_are_too_few(cast: Cast) -> None:
    told = StringIO()
    call_command("train_early_warning", stdout=told)

    assert "No forecast: Too few to learn from: 0 treatments" in told.getvalue()


@pytest.mark.parametrize("words", [["--instrument", "nothing"], ["--week", "1"], ["--week", "99"]])
def test_the_command_refuses_nonsense(words: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("train_early_warning", *words)
