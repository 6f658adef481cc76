"""Opens the modules that a program lets open by themselves; wherever something happens that may have met their rule."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from ikbt.audit.recording import SYSTEM
from ikbt.outbox.models import Notice
from ikbt.outbox.queueing import notify
from ikbt.treatments.models import ModuleProgress, Treatment
from ikbt.treatments.paths import way_of
from ikbt.treatments.reading import forget_outline, module_to_open, outline_of
from ikbt.treatments.recalling import is_recalled
from ikbt.treatments.releasing import open_module, what_is_missing
from programs.tailoring.path import AUTO, closed_of


def may_open_alone(outline: Mapping[str, Any]) -> bool:
    """Whether the program lets any module open by itself."""
    return any(module["unlock"]["release"] == AUTO for module in outline["modules"])


def open_alone(treatment: Treatment, *, at: datetime) -> list[ModuleProgress]:
    """Open what the rule allows without a therapist; a repeat opens nothing more. Feedback is still due.

    1. Nothing unless the course is active: a pause opens nothing.
    2. Each module that says so, in her path's order, as long as all of its conditions hold, no alert is open and the
       newest score is not reliably worse than the first.
    3. She is told by a neutral notice.
    """
    # Asked anew: a minor version may have come since the caller read it, and what opens here changes it.
    forget_outline(treatment)
    may_open = may_open_alone(outline_of(treatment))
    forget_outline(treatment)
    if not may_open:
        return []
    with transaction.atomic():
        rows = Treatment.objects.select_for_update(of=("self",)).select_related("version", "unit", "patient")
        locked = rows.get(pk=treatment.pk)
        opened: list[ModuleProgress] = []
        if locked.state != Treatment.State.ACTIVE:
            return opened
        while (key := _allowed(locked, at)) is not None:
            progress = open_module(locked, key, opened_by=None, reason="", by=SYSTEM, at=at)
            notify(locked.patient, Notice.Kind.NEW_MESSAGE, key=f"opened-module:{progress.pk}", at=at)
            opened.append(progress)
    return opened


def _allowed(treatment: Treatment, at: datetime) -> str | None:
    """The first closed module that may open by itself now."""
    way = way_of(treatment)
    for module in closed_of(way.path, way.opened):
        key: str = module["key"]
        if is_recalled(module_to_open(treatment, key)):
            continue
        if module["unlock"]["release"] == AUTO and not what_is_missing(
            treatment, at=at, way=way, module_key=key, alone=True
        ):
            return key
    return None
