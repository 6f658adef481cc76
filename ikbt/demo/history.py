"""Turns a simulated course into the rows of a lived treatment."""

from __future__ import annotations

from ikbt.demo.answer_history import tell_answers
from ikbt.demo.conversation_history import tell_conversation
from ikbt.demo.module_history import tell_modules
from ikbt.demo.story import Rows, Story
from ikbt.treatments.models import CareRelation, TreatmentEvent
from measurements.models import Occasion


def tell(story: Story, occasions: list[Occasion]) -> Rows:
    """All that has happened in this treatment until now; `occasions` are its own, by opening time."""
    treatment = story.treatment
    story.rows.relations.append(
        CareRelation(
            treatment=treatment,
            staff=treatment.therapist,
            kind=CareRelation.Kind.RESPONSIBLE,
            starts_at=story.started,
        )
    )
    story.event(TreatmentEvent.Kind.STARTED, story.started, actor=treatment.therapist)
    tell_modules(story)
    tell_answers(story, occasions)
    tell_conversation(story)
    if treatment.ended_at is not None:
        story.event(
            TreatmentEvent.Kind.ENDED,
            treatment.ended_at,
            actor=treatment.therapist,
            details={"reason": treatment.end_reason},
        )
    return story.rows
