"""A step as the patient reads it: its blocks, the exercise with her entries, and the way on."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest

from ikbt.treatments.access import MyModule
from ikbt.treatments.models import WorksheetEntry
from ikbt.treatments.pages.frame import address, frame
from ikbt.treatments.pages.linked import Links, links_of, weeks_of
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
    if my.treatment.is_running:
        chosen = work or begin_work(my, exercise, entries, request.GET.get("post", ""))
    links = links_of(exercise.definition, my.treatment, at=at)
    listed = shown_entries(exercise, entries, chosen, links, at=at)
    done = sum(1 for entry in entries if is_done_here(entry, exercise))
    return {
        **addresses(my, exercise),
        **form_part(exercise, chosen, links, at=at),
        "block": exercise.block,
        "language": exercise.language,
        "repeatable": exercise.definition.repeatable,
        "newest": listed[:NEWEST_SHOWN],
        "older": listed[NEWEST_SHOWN:],
        "series": weeks_of(exercise.definition, entries, links, language=exercise.language, at=at),
        "count": done,
        "need": exercise.block.get("required_count") or 0,
        "left": chosen is not None and not exercise.block.get("optional") and not done,
        "can_begin": my.treatment.is_running and can_begin(exercise, chosen),
    }


def addresses(my: MyModule, exercise: Exercise) -> dict[str, object]:
    """Where the exercise is read, saved and handed in."""
    place = {"module_key": my.module.key, "step_key": exercise.place.step_key}
    return {
        "url": address("step", my, **place),
        "draft_url": address("draft", my, **place),
        "hand_in_url": address("hand_in_entry", my, **place),
    }


def form_part(exercise: Exercise, work: Work | None, links: Links, *, at: datetime) -> dict[str, object]:
    """The form with what it holds, and the other text after a conflict; nothing without work to do."""
    if work is None:
        return {"work": None, "form": None, "other": None}
    other = shown(exercise, work.other, at=at) if work.other is not None else None
    return {"work": work, "form": form_of(exercise, work, links), "other": other}


def can_begin(exercise: Exercise, work: Work | None) -> bool:
    """Whether to offer an empty form beside the one that is shown, if any."""
    return exercise.definition.repeatable and (work is None or work.entry is not None)


def is_done_here(entry: WorksheetEntry, exercise: Exercise) -> bool:
    """Handed in at this very step, not at the one it continues."""
    return entry.state == WorksheetEntry.State.HANDED_IN and entry.step_key == exercise.place.step_key
