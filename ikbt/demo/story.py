"""One treatment being told: who, what the simulated course says, until when it is lived, and the rows it
becomes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from django.db.models import Model

from ikbt.accounts.models import Person
from ikbt.demo.decks import Deck
from ikbt.demo.simulation import Course
from ikbt.treatments.models import (
    Alert,
    CareRelation,
    Feedback,
    Message,
    ModuleProgress,
    RiskAssessment,
    Treatment,
    TreatmentEvent,
    WorksheetEntry,
)
from measurements.models import AnswerSet, Occasion, Score


@dataclass(frozen=True)
class Scene:
    """What a set piece asks of a story. The default asks nothing.

    `keep_open`: the questionnaire that is open now stays unanswered, for a scene that answers it live.
    `alert_open`: the last alert has not been closed. `hands_in_hours_ago`: the module in hand is handed in
    then and
    waits for feedback. `settled`: nothing else waits for the therapist.
    """

    keep_open: bool = False
    alert_open: bool = False
    hands_in_hours_ago: int | None = None
    settled: bool = False


@dataclass
class Rows:
    """All rows of one treatment, in the order in which they must be stored."""

    relations: list[CareRelation] = field(default_factory=list)
    progress: list[ModuleProgress] = field(default_factory=list)
    entries: list[WorksheetEntry] = field(default_factory=list)
    feedback: list[Feedback] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    answer_sets: list[AnswerSet] = field(default_factory=list)
    scores: list[Score] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)
    assessments: list[RiskAssessment] = field(default_factory=list)
    events: list[TreatmentEvent] = field(default_factory=list)
    answered: list[Occasion] = field(default_factory=list)

    def insert(self) -> None:
        """Store everything, one statement a kind and batch."""
        lists: list[list[Any]] = [
            self.relations,
            self.progress,
            self.entries,
            self.feedback,
            self.messages,
            self.answer_sets,
            self.scores,
            self.alerts,
            self.assessments,
            self.events,
        ]
        for rows in lists:
            _insert(rows)
        Occasion.objects.bulk_update(self.answered, ["answered_at"])

    def newest(self) -> datetime | None:
        """When the patient last did something."""
        moments = [entry.saved_at for entry in self.entries]
        moments += [message.sent_at for message in self.messages if message.from_patient]
        moments += [score.answered_at for score in self.scores]
        moments += [one.submitted_at for one in self.progress if one.submitted_at is not None]
        return max(moments, default=None)


def _insert(rows: list[Model]) -> None:
    if rows:
        type(rows[0])._default_manager.bulk_create(rows, batch_size=500)


@dataclass
class Story:
    """The teller's desk: `until` is when the patient's part ends, the present or the end of the treatment."""

    treatment: Treatment
    course: Course
    modules: list[dict[str, Any]]
    started: datetime
    now: datetime
    chance: Random
    deck: Deck
    scene: Scene = field(default_factory=Scene)
    # She has a pause right now.
    rests: bool = False
    rows: Rows = field(default_factory=Rows)

    @property
    def patient(self) -> Person:
        """Whose story it is."""
        return self.treatment.patient

    @property
    def therapist(self) -> Person:
        """Who answers."""
        return self.treatment.therapist

    @property
    def until(self) -> datetime:
        """Nothing but the last questionnaires comes after the end of a treatment."""
        return min(self.now, self.treatment.ended_at or self.now)

    def event(self, kind: str, at: datetime, *, actor: Person | None = None, **more: Any) -> None:
        """Put a line in the timeline."""
        self.rows.events.append(
            TreatmentEvent(treatment=self.treatment, kind=kind, at=at, actor=actor, **more)
        )

    def lift(self, at: datetime) -> int:
        """How much better she is than at the start, by her last answers before `at`: from -2 to 3."""
        week = (at - self.started).days // 7 + 1
        last = [sum(one.phq9) for one in self.course.weeks if one.phq9 is not None and one.number <= week]
        first = sum(self.course.pre)
        return min(3, max(-2, round(4 * (first - last[-1]) / first))) if last and first else 0
