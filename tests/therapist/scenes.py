"""What happens to patients in the tests of the desk: they answer, hand in work, write; many at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.test.utils import CaptureQueriesContext

from ikbt.accounts.models import CareUnit, Person
from ikbt.accounts.roles import Role
from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.treatments.answering import Answered, answer_occasion
from ikbt.treatments.assessing_risk import Assessed
from ikbt.treatments.messaging import send_message
from ikbt.treatments.models import Alert, Message, Treatment, WorksheetEntry
from ikbt.treatments.saving import Place, hand_in_entry, save_draft
from ikbt.treatments.starting import start_treatment
from ikbt.treatments.submitting import hand_in_module
from measurements.models import Occasion
from measurements.registry import instrument
from programs.models import ProgramVersion
from tests.cast import DECIDED, give
from therapist.assessing import state_of

SAFE = [1, 1, 1, 1, 1, 1, 1, 1, 0]
DIARY = {"date": "2026-11-02", "block": "morning", "activity": "Promenad runt sjön", "mood": 6}
GOALS = {"goal": "Ringa min syster", "first_step": "Leta upp numret"}


def codes(slug: str, values: Sequence[int | None]) -> dict[str, str]:
    """Answers as option codes; None leaves a question out."""
    return {
        item.link_id: next(option.code for option in item.options if option.value == value)
        for item, value in zip(instrument(slug).items, values, strict=True)
        if value is not None
    }


def answer(
    treatment: Treatment,
    values: Sequence[int | None],
    *,
    kind: str = "pre",
    number: int = 0,
    at: datetime | None = None,
) -> Answered:
    """PHQ-9 at one occasion; without `at`, an hour after it opened."""
    occasion = Occasion.objects.get(
        series=treatment.series_id, instrument__slug="phq-9", kind=kind, number=number
    )
    return answer_occasion(
        treatment,
        occasion,
        codes("phq-9", values),
        language="sv",
        client_key=uuid4(),
        given_by=treatment.patient,
        by=SYSTEM,
        at=at or occasion.opens_at + timedelta(hours=1),
    )


def high_alert(treatment: Treatment, *, at: datetime | None = None, value: int = 2) -> Alert:
    """Item 9 answered with 2: a high risk alert."""
    found = answer(treatment, [2, 2, 2, 1, 1, 1, 1, 0, value], at=at or clock.now()).alert
    assert found is not None
    return found


def watch_alert(treatment: Treatment, *, at: datetime | None = None) -> Alert:
    """Item 9 answered with 1: watch."""
    return high_alert(treatment, at=at, value=1)


def assessed(*, at: datetime | None = None, **more: object) -> Assessed:
    """A whole assessment: rung, no plan, low, looked at again in two days."""
    at = at or clock.now()
    said: dict[str, Any] = {
        "contact": "phone",
        "contact_at": at - timedelta(minutes=20),
        "thoughts": "yes",
        "plan": "no",
        "intent": "no",
        "means": "no",
        "earlier_attempts": "no",
        "protective": "Barnen, och att hon vill bli bra",
        "action": "Ringde, gick igenom krisplanen",
        "level_after": "low",
        "safety_plan": "reviewed",
        "next_check_on": clock.local_date(at) + timedelta(days=2),
    }
    return Assessed(**{**said, **more})


def assessment_form(alert: Alert, **more: str) -> dict[str, str]:
    """The same as its form posts it, with outcome and note, from a page that showed the alert as it is."""
    said = asdict(assessed())
    texts = {name: str(value) for name, value in said.items()}
    texts["contact_at"] = f"{said['contact_at'].astimezone(clock.STOCKHOLM):%Y-%m-%dT%H:%M}"
    posted = {"outcome": "safety_plan", "body": "Inga planer, krisplan genomgången.", "revision": "0"}
    return {**texts, **posted, "seen": state_of(alert), **more}


def diary_entry(
    treatment: Treatment, text: str = "Promenad runt sjön", *, draft: bool = False, step: str = "m01-s02"
) -> WorksheetEntry:
    """One line in the activity diary."""
    place = Place(module_key=step[:3], step_key=step, exercise="activity_diary", definition_hash="")
    values: dict[str, object] = {**DIARY, "activity": text}
    key, at = uuid4(), clock.now()
    if draft:
        return save_draft(treatment, place, values, client_key=key, revision=0, by=SYSTEM, at=at).entry
    return hand_in_entry(treatment, place, values, client_key=key, by=SYSTEM, at=at)


def goal(treatment: Treatment) -> WorksheetEntry:
    """Her goals, handed in."""
    place = Place(module_key="m01", step_key="m01-s03", exercise="goal_setting", definition_hash="")
    return hand_in_entry(treatment, place, dict(GOALS), client_key=uuid4(), by=SYSTEM, at=clock.now())


def reflection(treatment: Treatment, *, question: str) -> WorksheetEntry:
    """What she writes when she hands the module in."""
    place = Place(module_key="m01", step_key="m01-s09", exercise="module_reflection", definition_hash="")
    values: dict[str, object] = {"summary": "Gick ut", "learned": "Det hjälper", "question": question}
    return hand_in_entry(treatment, place, values, client_key=uuid4(), by=SYSTEM, at=clock.now())


def hand_in(treatment: Treatment, module: str = "m01", *, at: datetime | None = None) -> None:
    """Module one goes to the therapist, exercises done or not."""
    at = at or clock.now()
    hand_in_module(treatment, module, patient=treatment.patient, confirmed=True, by=SYSTEM, at=at)


def write(
    treatment: Treatment, text: str, *, sender: Person | None = None, at: datetime | None = None
) -> Message:
    """A message, from the patient unless someone else is named."""
    return send_message(
        treatment,
        text,
        sender=sender or treatment.patient,
        client_key=uuid4(),
        by=SYSTEM,
        at=at or clock.now(),
    )


def started(
    name: str, *, unit: CareUnit, therapist: Person, version: ProgramVersion, days_ago: int = 0
) -> Treatment:
    """A treatment of somebody new; without password and app, which cost time."""
    patient = Person.objects.create(email=f"{uuid4().hex}@example.org", first_name=name, last_name="Testsson")
    give(patient, Role.PATIENT)
    return start_treatment(
        patient,
        unit=unit,
        therapist=therapist,
        version=version,
        starts_on=clock.today() - timedelta(days=days_ago),
        decision=DECIDED,
        by=SYSTEM,
        at=clock.now() - timedelta(days=days_ago),
    )


def statements(captured: CaptureQueriesContext) -> list[str]:
    """The SQL statements without the savepoints that a test's own transaction adds."""
    return [row["sql"] for row in captured.captured_queries if "SAVEPOINT" not in row["sql"]]
