"""A module's first page: its goal, its steps with ticks, what is missing, and the therapist's feedback."""

from __future__ import annotations

from django.http import HttpRequest

from ikbt.treatments.access import MyModule
from ikbt.treatments.models import Feedback
from ikbt.treatments.pages.frame import address, frame
from ikbt.treatments.pages.home import current_step
from ikbt.treatments.pages.waiting import reason
from ikbt.treatments.submitting import missing_in_module


def module_page(request: HttpRequest, my: MyModule, *, confirm: bool = False) -> dict[str, object]:
    """Context of treatments/module.html; `confirm` asks before a module with gaps is handed in."""
    steps = my.module.document["steps"]
    titles = {step["key"]: step["title"] for step in steps}
    open_for_work = my.treatment.is_running and my.progress.submitted_at is None
    missing = missing_in_module(my.treatment, my.module.key) if open_for_work else []
    current = current_step(my.module.document, my.progress) if open_for_work else None
    place = {"module_key": my.module.key}
    return {
        **frame(request, my),
        "module": my.module.document,
        "progress": my.progress,
        "tasks": [step_task(my, step, current) for step in steps],
        "minutes": sum(step["minutes"] for step in steps),
        "missing": [reason(condition, titles.get(condition.step, "")) for condition in missing],
        "open_for_work": open_for_work,
        "confirm": confirm,
        "continue_url": address("step", my, **place, step_key=current["key"]) if current else "",
        "hand_in_url": address("hand_in_module", my, **place),
        "read_url": address("feedback_read", my, **place),
        "feedback": list(
            Feedback.objects.filter(treatment=my.treatment, module_key=my.module.key).select_related("author")
        ),
    }


def step_task(my: MyModule, step: dict[str, object], current: dict[str, object] | None) -> dict[str, object]:
    """One step as components/task_list.html takes it."""
    done = step["key"] in my.progress.steps_done
    is_current = current is not None and current["key"] == step["key"]
    return {
        "title": step["title"],
        "url": address("step", my, module_key=my.module.key, step_key=step["key"]),
        "minutes": step["minutes"],
        "status": "done" if done else "current" if is_current else "ready",
    }
