"""A step as the patient reads it: its blocks, the exercise with her entries, and the way on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.http import HttpRequest

from ikbt.common.clock import local_date
from ikbt.treatments.access import MyModule
from ikbt.treatments.models import WorksheetEntry
from ikbt.treatments.pages.attempts import attempts_of
from ikbt.treatments.pages.frame import address, frame
from ikbt.treatments.pages.homework import with_homework
from ikbt.treatments.pages.linked import Links, links_of, weeks_of
from ikbt.treatments.pages.schedule import schedule_view
from ikbt.treatments.pages.sleep import sleep_view
from ikbt.treatments.pages.worksheet import (
    Exercise,
    Work,
    entries_of,
    exercise_of,
    form_of,
    shown,
    shown_entries,
)
from ikbt.treatments.pages.worksheet import work_on as begin_work
from ikbt.treatments.paths import way_of
from programs.rendering import DrawnStep
from programs.tailoring.path import tailors_steps

# Older entries stand folded below the newest.
NEWEST_SHOWN = 3
# So far back a missed day may be filled in from a link.
REMEMBERED = timedelta(days=14)


def hers(my: MyModule, step: DrawnStep) -> DrawnStep | None:
    """The step among those she sees: its place, and its neighbours; None when it is hidden from her.

    For reading: what she sends from a step that has been hidden meanwhile is kept, and then keeps it in sight.
    """
    if not tailors_steps(my.module.document):
        return step
    way = way_of(my.treatment, progress=[my.progress])
    keys = [one["key"] for one in way.steps(my.module.document)]
    if step.key not in keys:
        return None
    place = keys.index(step.key)
    return replace(
        step,
        position=place + 1,
        total=len(keys),
        previous=keys[place - 1] if place else None,
        following=keys[place + 1] if place + 1 < len(keys) else None,
    )


def step_page(
    request: HttpRequest, my: MyModule, step: DrawnStep, *, at: datetime, work: Work | None = None
) -> dict[str, object]:
    """Context of treatments/step.html; `work` is what a post has typed, else the page chooses."""
    exercise = exercise_of(my, step)
    return {
        **frame(request, my),
        "module": my.module.document,
        "step": with_homework(my, step),
        "language": my.treatment.version.outline.get("language", "sv"),
        "before": address_of(my, step.previous),
        "after": address_of(my, step.following),
        "module_url": address("module", my, module_key=my.module.key),
        "done_url": address("step_done", my, module_key=my.module.key, step_key=step.key),
        "is_done": step.key in my.progress.steps_done,
        "exercise": exercise_part(request, my, exercise, at=at, work=work) if exercise else None,
    }


def address_of(my: MyModule, step_key: str | None) -> str:
    """Where a step of this module is; empty where there is none."""
    return address("step", my, module_key=my.module.key, step_key=step_key) if step_key else ""


def exercise_part(
    request: HttpRequest, my: MyModule, exercise: Exercise, *, at: datetime, work: Work | None
) -> dict[str, object]:
    """The exercise's form, its entries and its addresses."""
    entries = entries_of(my, exercise)
    chosen = None
    if my.treatment.may_practise:
        chosen = work or begin_work(
            my, exercise, entries, request.GET.get("post", ""), day=missed_day(request, at=at)
        )
    links = links_of(exercise.definition, my.treatment, at=at)
    listed = shown_entries(exercise, entries, chosen, links, at=at)
    done = sum(1 for entry in entries if is_done_here(entry, exercise))
    places = addresses(my, exercise)
    return {
        **places,
        **form_part(exercise, chosen, links, entries, at=at),
        "block": exercise.block,
        "attempts": attempts_of(my.treatment, exercise.definition.id, entries),
        "schedule": schedule_view(my, exercise, entries, at=at),
        "sleep": sleep_view(my.treatment, exercise.definition.id, url=str(places["url"]), at=at),
        "language": exercise.language,
        "repeatable": exercise.definition.repeatable,
        "newest": listed[:NEWEST_SHOWN],
        "older": listed[NEWEST_SHOWN:],
        "series": weeks_of(exercise.definition, entries, links, language=exercise.language, at=at),
        "count": done,
        "need": exercise.block.get("required_count") or 0,
        "left": chosen is not None and not exercise.block.get("optional") and not done,
        "can_begin": my.treatment.may_practise and can_begin(exercise, chosen),
    }


def addresses(my: MyModule, exercise: Exercise) -> dict[str, object]:
    """Where the exercise is read, saved and handed in."""
    place = {"module_key": my.module.key, "step_key": exercise.place.step_key}
    return {
        "url": address("step", my, **place),
        "draft_url": address("draft", my, **place),
        "hand_in_url": address("hand_in_entry", my, **place),
    }


def missed_day(request: HttpRequest, *, at: datetime) -> date | None:
    """A day that the page asks to fill in afterwards: not to come, and no longer ago than is remembered."""
    try:
        day = date.fromisoformat(request.GET.get("datum", ""))
    except ValueError:
        return None
    today = local_date(at)
    return day if today - REMEMBERED <= day <= today else None


def form_part(
    exercise: Exercise,
    work: Work | None,
    links: Links,
    entries: Sequence[WorksheetEntry],
    *,
    at: datetime,
) -> dict[str, object]:
    """The form with what it holds, and the other text after a conflict; nothing without work to do."""
    if work is None:
        return {"work": None, "form": None, "other": None}
    other = shown(exercise, work.other, at=at) if work.other is not None else None
    return {"work": work, "form": form_of(exercise, work, links, entries), "other": other}


def can_begin(exercise: Exercise, work: Work | None) -> bool:
    """Whether to offer an empty form beside the one that is shown, if any."""
    return exercise.definition.repeatable and (work is None or work.entry is not None)


def is_done_here(entry: WorksheetEntry, exercise: Exercise) -> bool:
    """Handed in at this very step, not at the one it continues."""
    return entry.state == WorksheetEntry.State.HANDED_IN and entry.step_key == exercise.place.step_key
