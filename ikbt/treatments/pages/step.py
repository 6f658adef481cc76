"""A step as the patient reads it: its blocks, the exercise with her entries, and the way on."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest

from ikbt.treatments.access import MyModule
from ikbt.treatments.models import WorksheetEntry
from ikbt.treatments.pages.frame import address, frame
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
from programs.rendering import DrawnStep

# Older entries stand folded below the newest.
NEWEST_SHOWN = 3


def step_page(
    request: HttpRequest, my: MyModule, step: DrawnStep, *, at: datetime, work: Work | None = None
) -> dict[str, object]:
    """Context of treatments/step.html; `work` is what a post has typed, else the page chooses."""
    exercise = exercise_of(my, step)
    return {
        **frame(request, my),
        "module": my.module.document,
        "step": step,
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
    running = my.treatment.is_running
    chosen = work or begin_work(my, exercise, entries, request.GET.get("post", ""))
    place = {"module_key": my.module.key, "step_key": exercise.place.step_key}
    listed = shown_entries(exercise, entries, chosen if running else None, at=at)
    done = len([entry for entry in entries if is_done_here(entry, exercise)])
    return {
        "block": exercise.block,
        "repeatable": exercise.definition.repeatable,
        "work": chosen if running else None,
        "form": form_of(exercise, chosen) if chosen is not None and running else None,
        "other": shown(exercise, chosen.other, at=at)
        if chosen is not None and chosen.other is not None
        else None,
        "newest": listed[:NEWEST_SHOWN],
        "older": listed[NEWEST_SHOWN:],
        "count": done,
        "need": exercise.block.get("required_count") or 0,
        "left": bool(chosen) and running and not exercise.block.get("optional") and not done,
        "url": address("step", my, **place),
        "draft_url": address("draft", my, **place),
        "hand_in_url": address("hand_in_entry", my, **place),
        "can_begin": running
        and chosen is not None
        and chosen.entry is not None
        and exercise.definition.repeatable,
    }


def is_done_here(entry: WorksheetEntry, exercise: Exercise) -> bool:
    """Handed in at this very step, not at the one it continues."""
    return entry.state == WorksheetEntry.State.HANDED_IN and entry.step_key == exercise.place.step_key
