"""A module's first page: its goal, its steps with ticks, what is missing, and the therapist's feedback."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from ikbt.common import clock
from ikbt.treatments.access import MyModule
from ikbt.treatments.models import Feedback
from ikbt.treatments.pages.frame import address, frame
from ikbt.treatments.pages.home import current_step
from ikbt.treatments.pages.tailored import choices_in
from ikbt.treatments.pages.waiting import names_in, reason
from ikbt.treatments.paths import Way, way_of
from ikbt.treatments.promising import feedback_promised
from ikbt.treatments.submitting import missing_in_module


def module_page(request: HttpRequest, my: MyModule, *, confirm: bool = False) -> dict[str, object]:
    """Context of treatments/module.html; `confirm` asks before a module with gaps is handed in."""
    # Her other modules are not looked at here.
    way, document = way_of(my.treatment, progress=[my.progress]), my.module.document
    steps = way.steps(document)
    open_for_work = my.treatment.is_running and my.progress.submitted_at is None
    missing = missing_in_module(my.treatment, my.module.key, way=way) if open_for_work else []
    current = current_step(way, document, my.progress) if open_for_work else None
    place = {"module_key": my.module.key}
    return {
        **frame(request, my),
        "module": my.module.document,
        "progress": my.progress,
        "tasks": [step_task(my, way, step, current) for step in steps],
        "choices": choices_in(my, way, document),
        "minutes": sum(step["minutes"] for step in steps if not way.is_optional(document, step)),
        "missing": [reason(condition, names_in(way.outline)) for condition in missing],
        "open_for_work": open_for_work,
        "confirm": confirm,
        "continue_url": address("step", my, **place, step_key=current["key"]) if current else "",
        "booklet_url": address("booklet", my, **place),
        "hand_in_url": address("hand_in_module", my, **place),
        "read_url": address("feedback_read", my, **place),
        "promise": feedback_promised(my.treatment, my.progress, at=clock.now()),
        "feedback": list(
            Feedback.objects.filter(treatment=my.treatment, module_key=my.module.key).select_related("author")
        ),
    }


def step_task(
    my: MyModule, way: Way, step: Mapping[str, Any], current: Mapping[str, Any] | None
) -> dict[str, object]:
    """One step as components/task_list.html takes it."""
    done = step["key"] in my.progress.steps_done
    is_current = current is not None and current["key"] == step["key"]
    return {
        "title": step["title"],
        "url": address("step", my, module_key=my.module.key, step_key=step["key"]),
        "minutes": step["minutes"],
        "note": _("You may leave this step out") if way.is_optional(my.module.document, step) else "",
        "status": "done" if done else "current" if is_current else "ready",
    }
