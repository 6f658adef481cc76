"""An exercise where nothing can be handed in: its form with made-up answers, for authors and reviewers."""

from __future__ import annotations

from typing import Any

from ikbt.common import clock
from programs.exercises.definitions import load_all
from programs.exercises.drawing import form_view
from programs.exercises.example_answers import example_answers
from programs.exercises.words import label_in
from programs.rendering import DrawnStep


def exercise_preview(step: DrawnStep, *, language: str) -> dict[str, Any]:
    """What programs/_preview_exercise.html draws besides the block; no form for a step without a known exercise."""
    known = load_all().get(step.exercise["exercise"]) if step.exercise else None
    if known is None or step.exercise is None:
        return {"name": "", "form": None}
    only = step.exercise["fields"] or None
    answers = example_answers(known, language=language, today=clock.today(), only=only)
    form = form_view(known, answers, language=language, only=only, prefix=f"{step.key}-")
    return {"name": label_in(known.name, language), "form": form}
