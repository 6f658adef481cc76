"""The modules of a course: where each stands, and what is missing before the next one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ikbt.treatments.models import ModuleProgress
from ikbt.treatments.unlocking import Condition, Unmet
from therapist.courses import Course


class State(StrEnum):
    """Where a module stands, from the therapist's side."""

    ANSWERED = "answered"
    WAITING = "waiting"
    WORKING = "working"
    LOCKED = "locked"


COLOURS = {
    State.ANSWERED: "success",
    State.WAITING: "warning",
    State.WORKING: "accent",
    State.LOCKED: "neutral",
}


@dataclass(frozen=True)
class ModuleLine:
    """One module. `is_next`: the first locked one; `opened_by`, `reason`: who opened it ahead of its
    rule, and why.
    """

    key: str
    position: int
    title: str
    state: State
    state_text: str
    colour: str
    moment: datetime | None
    steps_done: int
    steps: int
    is_next: bool
    reason: str


def module_lines(course: Course) -> list[ModuleLine]:
    """Every module of the program, in its order."""
    opened = {one.module_key: one for one in course.progress}
    return [
        _line(module, place, opened.get(module["key"]), is_next=module["key"] == course.next_key)
        for place, module in enumerate(course.outline["modules"], start=1)
    ]


def _line(
    module: Mapping[str, Any], place: int, progress: ModuleProgress | None, *, is_next: bool
) -> ModuleLine:
    state = state_of(progress)
    return ModuleLine(
        key=module["key"],
        position=place,
        title=module["title"],
        state=state,
        state_text=_STATES[state](),
        colour=COLOURS[state],
        moment=(progress.feedback_at or progress.submitted_at or progress.opened_at) if progress else None,
        steps_done=len(progress.steps_done) if progress else 0,
        steps=len(module["steps"]),
        is_next=is_next,
        reason=progress.reason if progress else "",
    )


def state_of(progress: ModuleProgress | None) -> State:
    """Locked without a row; waiting from hand-in until feedback."""
    if progress is None:
        return State.LOCKED
    if progress.feedback_at is not None:
        return State.ANSWERED
    return State.WAITING if progress.submitted_at is not None else State.WORKING


_STATES = {
    State.ANSWERED: lambda: _("Feedback given"),
    State.WAITING: lambda: _("Awaits your feedback"),
    State.WORKING: lambda: _("In progress"),
    State.LOCKED: lambda: _("Not open"),
}


def conditions_in_words(conditions: Sequence[Condition], course: Course) -> list[str]:
    """What speaks against opening the next module now, one sentence each."""
    titles = {step["key"]: step["title"] for module in course.outline["modules"] for step in module["steps"]}
    return [_condition(one, titles) for one in conditions]


def _condition(one: Condition, titles: Mapping[str, str]) -> str:
    if one.kind is Unmet.EXERCISE_MISSING:
        words = _("%(step)s: %(have)d of %(need)d handed in")
        return words % {"step": titles.get(one.step, one.step), "have": one.have, "need": one.need}
    if one.kind is Unmet.TOO_EARLY:
        days = one.need - one.have
        words = ngettext(
            "The rule is %(need)d days in each module: %(n)d day is left",
            "The rule is %(need)d days in each module: %(n)d days are left",
            days,
        )
        return words % {"need": one.need, "n": days}
    if one.kind is Unmet.TOO_MANY_OPEN:
        return _("%(n)d modules are open without feedback already") % {"n": one.have}
    return _PLAIN[one.kind]()


_PLAIN = {
    Unmet.NOT_HANDED_IN: lambda: _("The module before it has not been handed in"),
    Unmet.WEEKLY_UNANSWERED: lambda: _("This week's questionnaire has not been answered"),
    Unmet.RISK_OPEN: lambda: _("A high risk alert is open"),
}
