"""The outcome summary tells what the occasions and modules tell, after every change of them."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from ikbt.accounts.models import Person
from ikbt.accounts.roles import Role
from ikbt.audit.recording import Actor
from ikbt.common import clock
from ikbt.common.clock import local_date
from ikbt.treatments.answering import answer_occasion
from ikbt.treatments.models import ModuleProgress, OutcomeSummary, Treatment
from ikbt.treatments.releasing import open_module
from ikbt.treatments.starting import start_treatment
from ikbt.treatments.submitting import hand_in_module
from measurements.models import Occasion, Score
from measurements.storing import definition_of
from programs.activating import activate
from programs.models import ProgramVersion
from tests.cast import DECIDED, Cast, give, person

pytestmark = pytest.mark.django_db


def counted(treatment: Treatment) -> dict[str, list[Any]]:
    """What the summary should say, from the rows themselves, one by one."""
    found: dict[str, list[Any]] = {}
    for one in Occasion.objects.filter(series=treatment.series_id).order_by("opens_at", "id"):
        days = [
            None if at is None else (local_date(at) - treatment.starts_on).days
            for at in (one.opens_at, one.due_at, one.closes_at, one.answered_at)
        ]
        score = Score.objects.filter(occasion=one).first()
        total = None if score is None or score.total is None else float(score.total)
        found.setdefault(one.instrument.slug, []).append([one.kind, one.number, *days, total])
    return found


def first_phq(treatment: Treatment) -> Occasion:
    phq = Occasion.objects.filter(series=treatment.series_id, instrument__slug="phq-9")
    return phq.earliest("opens_at", "id")


def answer(treatment: Treatment, by: Person) -> Occasion:
    occasion = first_phq(treatment)
    instrument = definition_of(occasion.instrument)
    answers = {item.link_id: item.options[1].code for item in instrument.items[:8]}
    answers[instrument.items[8].link_id] = instrument.items[8].options[0].code
    answer_occasion(
        treatment,
        occasion,
        answers,
        language="sv",
        client_key=uuid4(),
        given_by=by,
        by=Actor(id=by.pk, role="patient"),
        at=max(clock.now(), occasion.opens_at + timedelta(minutes=1)),
    )
    return occasion


def test_a_new_treatment_has_its_plan_in_the_summary(cast: Cast) -> None:
    summary = OutcomeSummary.objects.get(treatment=cast.treatment)

    assert summary.measures == counted(cast.treatment)
    assert sum(map(len, summary.measures.values())) > 1
    assert (summary.modules_done, summary.hand_ins) == (0, [])
    assert summary.modules_total == len(cast.treatment.version.outline["modules"])


def test_an_answer_is_in_it_at_once(cast: Cast) -> None:
    occasion = answer(cast.treatment, cast.anna)

    summary = OutcomeSummary.objects.get(treatment=cast.treatment)
    assert summary.measures == counted(cast.treatment)
    assert [row[6] for row in summary.measures[occasion.instrument.slug] if row[5] is not None] == [8.0]


def test_a_module_handed_in_is_in_it_at_once(cast: Cast) -> None:
    key = ModuleProgress.objects.filter(treatment=cast.treatment).earliest("position").module_key
    at = clock.now()
    by = Actor(id=cast.anna.pk, role="patient")
    hand_in_module(cast.treatment, key, patient=cast.anna, confirmed=True, by=by, at=at)

    summary = OutcomeSummary.objects.get(treatment=cast.treatment)
    assert summary.modules_done == 1
    assert summary.hand_ins == [(local_date(at) - cast.treatment.starts_on).days]


def test_what_a_module_asks_when_it_opens_is_in_it_at_once(cast: Cast) -> None:
    outline = cast.version.outline
    key = outline["modules"][1]["key"]
    asked = {"instrument": "bbq", "when": "module", "module": key}
    version = ProgramVersion.objects.create(
        program=cast.version.program,
        major=2,
        outline={**outline, "measures": [*outline["measures"], asked]},
        content_hash="1" * 64,
        published_at=clock.now(),
    )
    activate(version, unit=cast.alfa, by=None, at=clock.now())
    by = Actor(id=cast.tove.pk, role="therapist")
    treatment = start_treatment(
        give(person("Vera", "Ny"), Role.PATIENT),
        version=version,
        unit=cast.alfa,
        therapist=cast.tove,
        starts_on=clock.today(),
        decision=DECIDED,
        by=by,
        at=clock.now(),
    )

    open_module(treatment, key, opened_by=cast.tove, reason="Hon vill vidare", by=by, at=clock.now())

    assert Occasion.objects.filter(series=treatment.series_id, kind=Occasion.Kind.MODULE).exists()
    assert OutcomeSummary.objects.get(treatment=treatment).measures == counted(treatment)


def test_the_command_makes_them_all_and_says_which_were_wrong(cast: Cast) -> None:
    answer(cast.treatment, cast.anna)
    OutcomeSummary.objects.filter(treatment=cast.treatment).update(modules_total=99)
    told = StringIO()

    call_command("refresh_outcomes", stdout=told)

    assert " 1 told something else before" in told.getvalue()
    again = StringIO()
    call_command("refresh_outcomes", stdout=again)
    assert " 0 told something else before" in again.getvalue()
    assert OutcomeSummary.objects.get(treatment=cast.treatment).measures == counted(cast.treatment)


def test_an_answer_that_is_rolled_back_leaves_the_summary_as_it_was(cast: Cast) -> None:
    before = OutcomeSummary.objects.get(treatment=cast.treatment).measures
    occasion = first_phq(cast.treatment)
    Occasion.objects.filter(pk=occasion.pk).update(closes_at=occasion.opens_at)

    with pytest.raises(ValidationError):
        answer(cast.treatment, cast.anna)

    assert OutcomeSummary.objects.get(treatment=cast.treatment).measures == before
