"""Turns a simulated course into rows: occasions and scores, modules, work, feedback, messages, alerts, events."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.db.models import Model

from ikbt.accounts.models import Person
from ikbt.demo.people import data
from ikbt.demo.simulation import Course, Week
from ikbt.demo.work import written
from ikbt.treatments.models import (
    Alert,
    CareRelation,
    Feedback,
    Message,
    ModuleProgress,
    Treatment,
    TreatmentEvent,
    WorksheetEntry,
)
from measurements.flags import RiskLevel
from measurements.models import AnswerSet, Occasion, Score
from measurements.recording import risk_of, scored
from measurements.storing import definition_of
from programs.exercises.definitions import load_all

Kind = TreatmentEvent.Kind


@dataclass
class Rows:
    """All rows of one treatment, in the order in which they must be stored."""

    progress: list[ModuleProgress] = field(default_factory=list)
    entries: list[WorksheetEntry] = field(default_factory=list)
    feedback: list[Feedback] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    answer_sets: list[AnswerSet] = field(default_factory=list)
    scores: list[Score] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)
    events: list[TreatmentEvent] = field(default_factory=list)
    relations: list[CareRelation] = field(default_factory=list)
    answered: list[Occasion] = field(default_factory=list)

    def all(self) -> list[list[Any]]:
        """The lists to insert."""
        return [
            self.relations,
            self.progress,
            self.entries,
            self.feedback,
            self.messages,
            self.answer_sets,
            self.scores,
            self.alerts,
            self.events,
        ]


@dataclass
class Story:
    """One treatment being told: who, what the course says, and until when it has been lived."""

    treatment: Treatment
    course: Course
    started: datetime
    now: datetime
    chance: Random
    rows: Rows = field(default_factory=Rows)

    @property
    def patient(self) -> Person:
        """Whose story it is."""
        return self.treatment.patient

    def event(self, kind: str, at: datetime, *, actor: Person | None = None, **more: Any) -> None:
        """Put a line in the timeline."""
        self.rows.events.append(TreatmentEvent(treatment=self.treatment, kind=kind, at=at, actor=actor, **more))


def tell(story: Story, occasions: list[Occasion]) -> Rows:
    """All that has happened in this treatment until now."""
    treatment = story.treatment
    story.rows.relations.append(
        CareRelation(
            treatment=treatment, staff=treatment.therapist, kind=CareRelation.Kind.RESPONSIBLE, starts_at=story.started
        )
    )
    story.event(Kind.STARTED, story.started, actor=treatment.therapist)
    _work(story)
    _answer(story, occasions)
    _write(story)
    return story.rows


def _work(story: Story) -> None:
    """Modules opened, exercised, handed in and answered, week by week."""
    outline = story.treatment.version.outline["modules"]
    opened, position = story.started, 0
    for week in story.course.weeks:
        if position >= len(outline) or opened > story.now:
            return
        if not week.handed_in:
            opened = max(opened, story.started + timedelta(weeks=week.number))
            continue
        handed_in = story.started + timedelta(
            weeks=week.number - 1, days=story.chance.uniform(3.2, 6.6), hours=story.chance.uniform(0, 8)
        )
        opened = _module(story, outline[position], position + 1, opened, max(handed_in, opened + timedelta(days=2)))
        position += 1
    if position < len(outline) and opened <= story.now:
        _module(story, outline[position], position + 1, opened, None)


def _module(story: Story, module: dict[str, Any], position: int, opened: datetime, handed_in: datetime | None) -> datetime:
    """One module; returns when the next opened."""
    steps = [step["key"] for step in module["steps"]]
    progress = ModuleProgress(
        treatment=story.treatment, module_key=module["key"], position=position, opened_at=opened, last_step=steps[0]
    )
    story.rows.progress.append(progress)
    if position > 1:
        progress.opened_by = story.treatment.therapist
        story.event(Kind.MODULE_OPENED, opened, actor=story.treatment.therapist, module_key=module["key"])
    until = min(handed_in or story.now, story.now)
    done = handed_in is not None and handed_in <= story.now
    progress.steps_done = steps if done else steps[: story.chance.randint(0, len(steps) // 2)]
    _entries(story, module, opened, until, complete=done)
    if not done or handed_in is None:
        return story.now + timedelta(days=1)
    progress.submitted_at, progress.last_step = handed_in, steps[-1]
    story.event(Kind.MODULE_SUBMITTED, handed_in, actor=story.patient, module_key=module["key"])
    return _answer_module(story, progress, handed_in)


def _answer_module(story: Story, progress: ModuleProgress, handed_in: datetime) -> datetime:
    """Feedback, unless the therapist has not come to it yet; returns when the next module opened."""
    answered = handed_in + timedelta(hours=story.chance.uniform(4, 44))
    if answered > story.now:
        return story.now + timedelta(days=1)
    therapist = story.treatment.therapist
    progress.feedback_at = answered
    body = story.chance.choice(data("texts")["feedback"]).format(name=story.patient.first_name)
    read = answered + timedelta(hours=story.chance.uniform(1, 30))
    story.rows.feedback.append(
        Feedback(
            treatment=story.treatment,
            module_key=progress.module_key,
            author=therapist,
            body=body,
            sent_at=answered,
            read_at=read if read < story.now else None,
            client_key=uuid.uuid4(),
        )
    )
    story.event(Kind.FEEDBACK_GIVEN, answered, actor=therapist, module_key=progress.module_key)
    return answered


def _entries(story: Story, module: dict[str, Any], opened: datetime, until: datetime, *, complete: bool) -> None:
    for step in module["steps"]:
        if not step["exercise"] or (step["optional"] and story.chance.random() < 0.5):
            continue
        wanted = max(1, step["required_count"])
        count = wanted if complete else story.chance.randint(0, wanted)
        for number in range(count):
            at = opened + (until - opened) * ((number + story.chance.uniform(0.3, 0.9)) / max(1, count))
            story.rows.entries.append(_entry(story, module["key"], step, at))


def _entry(story: Story, module_key: str, step: dict[str, Any], at: datetime) -> WorksheetEntry:
    return WorksheetEntry(
        treatment=story.treatment,
        module_key=module_key,
        step_key=step["key"],
        exercise=step["exercise"],
        definition_hash=load_all()[step["exercise"]].content_hash,
        state=WorksheetEntry.State.HANDED_IN,
        values=written(step["exercise"], chance=story.chance, at=at),
        revision=1,
        client_key=uuid.uuid4(),
        created_at=at,
        saved_at=at,
        handed_in_at=at,
    )


def _answer(story: Story, occasions: list[Occasion]) -> None:
    """Answer sets and scores of the occasions that the course says were answered, and the alerts they raised."""
    weeks = {week.number: week for week in story.course.weeks}
    for occasion in occasions:
        values = _values(story.course, occasion, weeks)
        at = occasion.opens_at + timedelta(hours=story.chance.triangular(7, 96, 14))
        if values is None or at >= story.now or at >= occasion.closes_at:
            continue
        occasion.answered_at = at
        instrument = definition_of(occasion.instrument)
        answers = {
            item.link_id: next(option.code for option in item.options if option.value == value)
            for item, value in zip(instrument.items, values, strict=True)
        }
        answer_set = AnswerSet(
            occasion=occasion,
            answers=answers,
            language="sv",
            given_by=story.patient,
            answered_at=at,
            client_key=uuid.uuid4(),
        )
        score = scored(occasion, answer_set, at=at)
        story.rows.answered.append(occasion)
        story.rows.answer_sets.append(answer_set)
        story.rows.scores.append(score)
        if risk_of(score).raises_alert:
            _alert(story, occasion, risk_of(score), at)


def _values(course: Course, occasion: Occasion, weeks: dict[int, Week]) -> tuple[int, ...] | None:
    phq9 = occasion.instrument.slug == "phq-9"
    if occasion.kind == Occasion.Kind.PRE:
        return course.pre if phq9 else course.pre_gad7
    if occasion.kind == Occasion.Kind.POST:
        return course.post if phq9 else course.post_gad7
    week = weeks.get(occasion.number)
    return week.phq9 if week and phq9 else None


def _alert(story: Story, occasion: Occasion, level: RiskLevel, at: datetime) -> None:
    high = level is RiskLevel.HIGH
    alert = Alert(
        treatment=story.treatment,
        kind=Alert.Kind.RISK,
        level=str(level),
        occasion=occasion,
        raised_at=at,
        due_at=at + timedelta(hours=2 if high else 24),
        owner=story.treatment.therapist,
    )
    story.rows.alerts.append(alert)
    story.event(Kind.ALERT_RAISED, at, details={"alert": str(alert.pk), "level": str(level), "kind": "risk"})
    closed = at + timedelta(hours=story.chance.uniform(0.5, 2) if high else story.chance.uniform(3, 26))
    if closed < story.now:
        alert.taken_at = alert.closed_at = closed
        alert.taken_by = alert.closed_by = story.treatment.therapist
        alert.outcome = Alert.Outcome.SAFETY_PLAN if high else Alert.Outcome.REVIEWED
        alert.note = story.chance.choice(data("texts")["close_notes"])
        story.event(
            Kind.ALERT_CLOSED, closed, actor=story.treatment.therapist, details={"alert": str(alert.pk), "outcome": alert.outcome}
        )


def _write(story: Story) -> None:
    """A conversation: something from the patient most weeks while she works, an answer within two days."""
    last = story.course.stopped_after or len(story.course.weeks)
    texts = data("texts")
    for week in range(1, last + 1):
        at = story.started + timedelta(weeks=week - 1, days=story.chance.uniform(0.5, 6.5))
        if at > story.now or story.chance.random() > 0.45:
            continue
        answered = at + timedelta(hours=story.chance.uniform(2, 46))
        replied = answered < story.now
        story.rows.messages.append(
            _message(story, story.patient, story.chance.choice(texts["patient"]), at, answered if replied else None)
        )
        if replied:
            story.rows.messages.append(
                _message(story, story.treatment.therapist, story.chance.choice(texts["therapist"]), answered, None)
            )


def _message(story: Story, sender: Person, body: str, at: datetime, answered: datetime | None) -> Message:
    from_patient = sender.pk == story.patient.pk
    read = at + timedelta(hours=story.chance.uniform(1, 20))
    return Message(
        treatment=story.treatment,
        sender=sender,
        from_patient=from_patient,
        body=body,
        sent_at=at,
        read_at=answered if from_patient else (read if read < story.now else None),
        answered_at=answered,
        client_key=uuid.uuid4(),
    )


def newest(rows: Rows) -> datetime | None:
    """When the patient last did something."""
    moments = [entry.saved_at for entry in rows.entries]
    moments += [message.sent_at for message in rows.messages if message.from_patient]
    moments += [score.answered_at for score in rows.scores]
    return max(moments, default=None)


def insert(lists: list[list[Model]]) -> None:
    """Store lists of rows, one statement a kind and batch."""
    for rows in lists:
        if rows:
            type(rows[0])._default_manager.bulk_create(rows, batch_size=500)
