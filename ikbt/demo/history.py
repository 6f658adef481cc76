"""Turns a simulated course into the rows of a lived treatment."""

from __future__ import annotations

from ikbt.demo.answer_history import tell_answers
from ikbt.demo.conversation_history import tell_conversation
from ikbt.demo.course_history import tell_course
from ikbt.demo.module_history import tell_modules
from ikbt.demo.story import Rows, Story
from ikbt.treatments.models import CareRelation
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
    tell_course(story)
    tell_modules(story)
    tell_answers(story, occasions)
    tell_conversation(story)
    return story.rows
