"""The modules of a course: where each stands, and what is missing before the next one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ikbt.treatments.models import ModuleProgress
from ikbt.treatments.pages.waiting import Names, names_in
from ikbt.treatments.paths import Way
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


def module_lines(course: Course, way: Way) -> list[ModuleLine]:
    """Every module of her path in its order, then those she has open beside it."""
    following = way.next_module
    return [
        _line(way, module, place, is_next=module is following)
        for place, module in enumerate([*way.path, *way.beside], start=1)
    ]


def _line(way: Way, module: Mapping[str, Any], place: int, *, is_next: bool) -> ModuleLine:
    progress = way.opened.get(module["key"])
    state = state_of(progress)
    steps = {step["key"] for step in way.steps(module)}
    return ModuleLine(
        key=module["key"],
        position=place,
        title=module["title"],
        state=state,
        state_text=_STATES[state](),
        colour=COLOURS[state],
        moment=(progress.feedback_at or progress.submitted_at or progress.opened_at) if progress else None,
        steps_done=len(steps & set(progress.steps_done)) if progress else 0,
        steps=len(steps),
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
    names = names_in(course.outline)
    return [_WORDS[one.kind](one, names) for one in conditions]


def _exercise(one: Condition, names: Names) -> str:
    words = _("%(step)s: %(have)d of %(need)d handed in")
    return words % {"step": names.get(f"step:{one.step}", one.step), "have": one.have, "need": one.need}


def _too_early(one: Condition, names: Names) -> str:
    days = one.need - one.have
    words = ngettext(
        "The rule is %(need)d days in each module: %(n)d day is left",
        "The rule is %(need)d days in each module: %(n)d days are left",
        days,
    )
    return words % {"need": one.need, "n": days}


def _not_handed_in(one: Condition, names: Names) -> str:
    return _("“%(module)s” has not been handed in") % {"module": names.get(f"module:{one.module}", "")}


def _held(one: Condition, names: Names) -> str:
    return one.say or _("The program holds it back until you have looked")


_WORDS: dict[Unmet, Callable[[Condition, Names], str]] = {
    Unmet.OUT_OF_ORDER: lambda one, names: _("Other modules come before it"),
    Unmet.CHOICE_OPEN: lambda one, names: (
        _("She has not chosen yet: %(choice)s") % {"choice": names.get(f"choice:{one.step}", "")}
    ),
    Unmet.NOT_HANDED_IN: _not_handed_in,
    Unmet.EXERCISE_MISSING: _exercise,
    Unmet.TOO_EARLY: _too_early,
    Unmet.WEEKLY_UNANSWERED: lambda one, names: _("This week's questionnaire has not been answered"),
    Unmet.HELD: _held,
    Unmet.RISK_OPEN: lambda one, names: _("A high risk alert is open"),
    Unmet.TOO_MANY_OPEN: lambda one, names: (
        _("%(n)d modules are open without feedback already") % {"n": one.have}
    ),
    Unmet.ALERT_OPEN: lambda one, names: _("An alert is open"),
    Unmet.WORSE: lambda one, names: _("The newest score is reliably worse than the first"),
}
