"""Seeds the treatments of the demo: at all stages over 24 weeks, and some that need someone today."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from random import Random

from ikbt.accounts.models import CareUnit, Person
from ikbt.audit.recording import SYSTEM, record_list
from ikbt.common import clock
from ikbt.demo.history import Story, insert, newest, tell
from ikbt.demo.people import data
from ikbt.demo.simulation import Course, simulate
from ikbt.treatments.answering import answer_occasion
from ikbt.treatments.messaging import send_message
from ikbt.treatments.models import Treatment
from ikbt.treatments.starting import start_treatment
from measurements.models import Occasion, Series
from measurements.scheduling import plan_occasions
from measurements.storing import definition_of
from programs.models import ProgramVersion

WEEKS_BACK = 24
Progress = Callable[[int, int], None]
State = Treatment.State


def seed_caseload(
    patients: list[Person],
    *,
    version: ProgramVersion,
    therapists: list[tuple[Person, CareUnit]],
    now: datetime,
    told: Progress,
    seed: int = 1,
) -> list[Treatment]:
    """One treatment a patient, spread over therapists and weeks; the same for the same seed and day.

    `told(done, all)` is called as it goes on.
    """
    chance, made = Random(seed), []
    for index, patient in enumerate(patients):
        therapist, unit = therapists[index % len(therapists)]
        days_ago = 3 + int((index // len(therapists)) * (WEEKS_BACK * 7 - 4) / max(1, len(patients) // len(therapists)))
        started = clock.midnight(clock.local_date(now) - timedelta(days=days_ago)) + timedelta(hours=9)
        story = _begin(patient, version, unit, therapist, started, now, simulate(seed * 10_000 + index), chance)
        _store(story)
        made.append(story.treatment)
        told(index + 1, len(patients))
    record_list(by=SYSTEM, kind="treatment seeded", patients=[one.patient_id for one in made], relation="system")
    return made


def _begin(
    patient: Person,
    version: ProgramVersion,
    unit: CareUnit,
    therapist: Person,
    started: datetime,
    now: datetime,
    course: Course,
    chance: Random,
) -> Story:
    weeks = int(version.outline["weeks"])
    starts_on = clock.local_date(started)
    treatment = Treatment(
        patient=patient,
        version=version,
        unit=unit,
        therapist=therapist,
        series=Series.objects.create(person=patient),
        state=State.ACTIVE,
        starts_on=starts_on,
        ends_on=starts_on + timedelta(weeks=weeks),
        created_at=started,
    )
    _end(treatment, course, started, now, weeks)
    return Story(treatment=treatment, course=course, started=started, now=now, chance=chance)


def _end(treatment: Treatment, course: Course, started: datetime, now: datetime, weeks: int) -> None:
    """Those who stopped end five weeks after; the others close in their last week and keep reading half a year."""
    elapsed = (now - started).days / 7
    if course.stopped_after is not None and elapsed > course.stopped_after + 5:
        treatment.state, treatment.end_reason = State.DISCONTINUED, "unknown"
        treatment.ended_at = started + timedelta(weeks=course.stopped_after + 5)
    elif elapsed > weeks + 2:
        treatment.state, treatment.end_reason = State.MAINTENANCE, "completed"
        treatment.ended_at = started + timedelta(weeks=weeks + 2)
    elif elapsed > weeks:
        treatment.state = State.CLOSING


def _store(story: Story) -> None:
    treatment = story.treatment
    treatment.save()
    weeks = int(treatment.version.outline["weeks"])
    plan_occasions(
        treatment.series, treatment.version.outline["measures"], starts_on=treatment.starts_on, weeks=weeks
    )
    occasions = list(Occasion.objects.filter(series=treatment.series).select_related("instrument"))
    rows = tell(story, occasions)
    insert(rows.all())
    Occasion.objects.bulk_update(rows.answered, ["answered_at"])
    treatment.last_active_at = newest(rows) or story.started
    treatment.save(update_fields=["last_active_at"])


def seed_newcomer(
    patient: Person, *, version: ProgramVersion, therapist: Person, unit: CareUnit, now: datetime
) -> Treatment:
    """The patient to try the demo as: started two days ago, everything still to do."""
    started = now - timedelta(days=2)
    return start_treatment(
        patient,
        version=version,
        unit=unit,
        therapist=therapist,
        starts_on=clock.local_date(started),
        by=SYSTEM,
        at=started,
        given_by=therapist,
    )


def seed_today(therapist: Person, *, now: datetime) -> None:
    """What happened in the last hours at one desk, through the same functions as in real life."""
    waiting = _unanswered(therapist, now)
    for minutes, risk in ((50, 2), (300, 1)):
        occasion = next(waiting, None)
        if occasion is not None:
            _answer(occasion, risk=risk, at=now - timedelta(minutes=minutes))
    texts = data("texts")["patient"]
    active = Treatment.objects.filter(therapist=therapist, state=State.ACTIVE).order_by("starts_on")
    for number, (treatment, hours) in enumerate(zip(active[1:4], (3, 27, 50), strict=False)):
        send_message(
            treatment,
            texts[number],
            sender=treatment.patient,
            client_key=uuid.uuid4(),
            by=SYSTEM,
            at=now - timedelta(hours=hours),
        )


def _unanswered(therapist: Person, now: datetime) -> Iterator[Occasion]:
    found = (
        Occasion.objects.open(now - timedelta(hours=6))
        .filter(series__treatment__therapist=therapist, series__treatment__state=State.ACTIVE, kind="weekly")
        .select_related("instrument", "series__treatment__patient", "series__treatment__unit")
        .order_by("opens_at")
    )
    yield from found


def _answer(occasion: Occasion, *, risk: int, at: datetime) -> None:
    treatment = occasion.series.treatment
    instrument = definition_of(occasion.instrument)
    values = [2, 2, 2, 3, 1, 2, 2, 1, risk]
    answers = {
        item.link_id: next(option.code for option in item.options if option.value == value)
        for item, value in zip(instrument.items, values, strict=True)
    }
    answer_occasion(
        treatment,
        occasion,
        answers,
        language="sv",
        client_key=uuid.uuid4(),
        given_by=treatment.patient,
        by=SYSTEM,
        at=at,
    )

