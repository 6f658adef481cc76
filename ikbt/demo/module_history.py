"""Tells how a simulated patient came through the modules: opened, practised, handed in, answered by the
therapist."""

from __future__ import annotations

import uuid
from datetime import date, datetime, time, timedelta
from typing import Any

from ikbt.common import clock
from ikbt.demo.daytimes import at_work, awake
from ikbt.demo.story import Story
from ikbt.demo.work import written
from ikbt.demo.worksheets import Page
from ikbt.treatments.models import Feedback, ModuleProgress, TreatmentEvent, WorksheetEntry
from programs.exercises.definitions import load_all

Kind = TreatmentEvent.Kind
# The fewest days from opening until hand-in, and what the program asks before the next module opens.
PRACTICE, MIN_DAYS = timedelta(days=3), timedelta(days=5)
OPTIONAL_TRIED = 0.4


def tell_modules(story: Story) -> None:
    """Week by week, until she stops, the program ends or the present is reached."""
    opened, position, cut = story.started, 0, _last_hand_in(story)
    for week in (week for week in story.course.weeks if week.handed_in):
        planned = story.started + timedelta(weeks=week.number - 1, hours=story.chance.uniform(82, 158))
        handed_in = awake(max(planned, opened + PRACTICE))
        if not _is_ahead(story, position, opened) or (cut is not None and handed_in > cut - MIN_DAYS):
            break
        opened = _module(story, position, opened, handed_in)
        position += 1
    if _is_ahead(story, position, opened):
        _module(story, position, opened, cut)


def _is_ahead(story: Story, position: int, opened: datetime) -> bool:
    """There is such a module, and it has been opened by now."""
    return position < len(story.modules) and opened <= story.until


def _last_hand_in(story: Story) -> datetime | None:
    hours = story.scene.hands_in_hours_ago
    return None if hours is None else story.now - timedelta(hours=hours)


def _module(story: Story, position: int, opened: datetime, handed_in: datetime | None) -> datetime:
    """One module; returns when the next opened, after the present when it has not."""
    module = story.modules[position]
    steps = [step["key"] for step in module["steps"]]
    progress = ModuleProgress(
        treatment=story.treatment,
        module_key=module["key"],
        position=position + 1,
        opened_at=opened,
    )
    story.rows.progress.append(progress)
    if position:
        progress.opened_by = story.therapist
        story.event(Kind.MODULE_OPENED, opened, actor=story.therapist, module_key=module["key"])
    done = handed_in is not None and handed_in <= story.until
    progress.steps_done = steps if done else steps[: story.chance.randint(0, len(steps) // 2)]
    if not done or handed_in is None:
        # Before she has done anything there is no place to go back to.
        progress.last_step = steps[len(progress.steps_done)] if progress.steps_done else ""
        # She has begun: exercises of the steps she has passed are there, what she has not reached is not.
        begun = [step for step in module["steps"] if step["key"] in progress.steps_done]
        last_week = min(story.until, opened + timedelta(weeks=1))
        _entries(story, module["key"], begun, opened, last_week)
        return story.now + timedelta(days=1)
    _entries(story, module["key"], module["steps"], opened, handed_in)
    progress.submitted_at, progress.last_step = handed_in, steps[-1]
    story.event(Kind.MODULE_SUBMITTED, handed_in, actor=story.patient, module_key=module["key"])
    return _answer_module(story, progress, handed_in)


def _answer_module(story: Story, progress: ModuleProgress, handed_in: datetime) -> datetime:
    """Feedback, unless the therapist has not come to it yet; returns when the next module opened."""
    answered = at_work(handed_in + timedelta(hours=story.chance.uniform(2, 26)))
    if story.scene.settled and handed_in < story.now - timedelta(hours=8):
        answered = min(answered, story.now - timedelta(hours=2))
    waits = story.scene.hands_in_hours_ago is not None and handed_in == _last_hand_in(story)
    if answered > story.until or waits:
        return story.now + timedelta(days=1)
    progress.feedback_at = answered
    read = awake(answered + timedelta(hours=story.chance.uniform(1, 30)))
    story.rows.feedback.append(
        Feedback(
            treatment=story.treatment,
            module_key=progress.module_key,
            author=story.therapist,
            body=_feedback(story, progress.module_key),
            sent_at=answered,
            read_at=read if answered < read < story.until else None,
            client_key=uuid.uuid4(),
        )
    )
    story.event(Kind.FEEDBACK_GIVEN, answered, actor=story.therapist, module_key=progress.module_key)
    return max(answered, at_work(progress.opened_at + MIN_DAYS))


def _feedback(story: Story, module_key: str) -> str:
    feedback = story.deck.texts("feedback", others="texts")
    texts = feedback.get(module_key) or feedback["m06"]
    chosen = story.deck.pick(texts) or texts[0]
    return str(chosen.format(name=story.patient.first_name))


def _entries(
    story: Story, module_key: str, steps: list[dict[str, Any]], opened: datetime, until: datetime
) -> None:
    for step in steps:
        block = next((block for block in step["blocks"] if block["type"] == "exercise"), None)
        if block is None or (block["optional"] and story.chance.random() > OPTIONAL_TRIED):
            continue
        # The reflection is written when the rest is done.
        first = until if block["exercise"] == "module_reflection" else opened
        for day in _days(story, max(1, block["required_count"]), first, until):
            story.rows.entries.append(_entry(story, module_key, step["key"], block, day, opened, until))


def _days(story: Story, count: int, opened: datetime, until: datetime) -> list[date]:
    """As many different days; those before the opening are written in afterwards, as one does in a sleep
    diary."""
    first, last = clock.local_date(opened), clock.local_date(until)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    if len(days) < count:
        return [last - timedelta(days=number) for number in reversed(range(count))]
    return sorted(story.chance.sample(days, count))


def _entry(
    story: Story,
    module_key: str,
    step_key: str,
    block: dict[str, Any],
    day: date,
    opened: datetime,
    until: datetime,
) -> WorksheetEntry:
    evening = datetime.combine(
        day, time(story.chance.randint(17, 21), story.chance.randint(0, 59)), clock.STOCKHOLM
    )
    saved = min(max(evening, opened + timedelta(minutes=20)), until)
    # The work is dated on its own day, which may lie before it was written in.
    page = Page(story.deck, story.chance, module_key, min(evening, until), story.lift(saved))
    return WorksheetEntry(
        treatment=story.treatment,
        module_key=module_key,
        step_key=step_key,
        exercise=block["exercise"],
        definition_hash=load_all()[block["exercise"]].content_hash,
        state=WorksheetEntry.State.HANDED_IN,
        values=written(block["exercise"], page, only=block["fields"]),
        revision=1,
        client_key=uuid.uuid4(),
        created_at=saved,
        saved_at=saved,
        handed_in_at=saved,
    )
