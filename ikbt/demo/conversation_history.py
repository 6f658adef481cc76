"""Tells what a simulated patient and her therapist wrote to each other."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from ikbt.accounts.models import Person
from ikbt.demo.daytimes import at_work, awake
from ikbt.demo.people import data
from ikbt.demo.story import Story
from ikbt.treatments.models import Message

WRITES_A_WEEK = 0.4
# A set piece's own message must be the only one that waits, and its own answer the only new thing.
QUIET_BEFORE = timedelta(days=3)


def tell_conversation(story: Story) -> None:
    """A welcome, then something from the patient many weeks while she works, answered within two days or
    so."""
    welcome = data("texts")["welcome"].format(name=story.patient.first_name, therapist=story.therapist.name)
    story.rows.messages.append(_message(story, story.therapist, welcome, story.started, None))
    last = story.course.stopped_after or len(story.course.weeks)
    for week in range(1, last + 1):
        at = awake(story.started + timedelta(weeks=week - 1, days=story.chance.uniform(0.6, 6.5)))
        quiet = story.scene.settled and at > story.now - QUIET_BEFORE
        if at <= story.until and not quiet and story.chance.random() < WRITES_A_WEEK:
            _thread(story, at)


def _thread(story: Story, at: datetime) -> None:
    """A patient's message about where she is, and the reply that belongs to it once there is one."""
    module = sum(1 for progress in story.rows.progress if progress.opened_at <= at)
    fitting = {
        thread["text"]: thread["reply"]
        for thread in data("threads")
        if thread["modules"][0] <= module <= thread["modules"][1] and story.deck.fits(thread)
    }
    text = story.deck.pick(list(fitting))
    if text is None:
        return
    replied = at_work(at + timedelta(hours=story.chance.uniform(2, 30)))
    answered = replied if replied < story.until else None
    story.rows.messages.append(_message(story, story.patient, text, at, answered))
    if answered:
        story.rows.messages.append(_message(story, story.therapist, fitting[text], answered, None))


def _message(story: Story, sender: Person, body: str, at: datetime, answered: datetime | None) -> Message:
    from_patient = sender.pk == story.patient.pk
    read = awake(at + timedelta(hours=story.chance.uniform(1, 20)))
    return Message(
        treatment=story.treatment,
        sender=sender,
        from_patient=from_patient,
        body=body,
        sent_at=at,
        read_at=answered if from_patient else (read if at < read < story.until else None),
        answered_at=answered,
        client_key=uuid.uuid4(),
    )
