"""How a simulated course began and ended: the signed decision, and the events that its state follows from."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from ikbt.common.clock import midnight
from ikbt.demo.story import Story
from ikbt.treatments.course_states import Event
from ikbt.treatments.models import Treatment, TreatmentDecision

State = Treatment.State
REASON = "Bedömd: programmet passar besvären, motiverad, ingen akut självmordsrisk. Krisplan genomgången."


def tell_decision(story: Story) -> None:
    """Signed by her therapist on the day it began."""
    TreatmentDecision.objects.create(
        treatment=story.treatment,
        version=story.treatment.version,
        reason=REASON,
        safety_plan_seen=True,
        signed_by=story.therapist,
        signed_at=story.started,
    )


def tell_course(story: Story) -> None:
    """The steps in their order; a pause that runs now is made by its own verb."""
    treatment = story.treatment
    ends_on = treatment.starts_on + timedelta(weeks=int(treatment.version.outline["weeks"]))
    over = midnight(ends_on + timedelta(days=1))
    who = {"unit": str(treatment.unit_id), "therapist": str(treatment.therapist_id)}
    dates = {"starts_on": treatment.starts_on.isoformat(), "ends_on": ends_on.isoformat()}
    steps: list[tuple[Event, Any, dict[str, str]]] = [
        (Event.PREPARED, story.started, who),
        (Event.STARTED, story.started, dates),
    ]
    if treatment.state in (State.CLOSING, State.MAINTENANCE):
        steps.append((Event.CLOSING_BEGUN, over, {}))
    if treatment.state == State.MAINTENANCE:
        steps.append((Event.COMPLETED, treatment.ended_at, {"reason": treatment.end_reason}))
    if treatment.state == State.DISCONTINUED:
        steps.append((Event.DISCONTINUED, treatment.ended_at, {"reason": treatment.end_reason}))
    for number, (event, at, details) in enumerate(steps, start=1):
        story.event(event, at, actor=treatment.therapist, details=details, course_step=number)
