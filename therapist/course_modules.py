"""The modules of a course: where each stands, and what is missing before the next one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ikbt.treatments.models import ModuleProgress, PathDecision
from ikbt.treatments.pages.waiting import Names, names_in
from ikbt.treatments.paths import Way
from ikbt.treatments.unlocking import Condition, Unmet
from programs.tailoring.ordering import places_for
from therapist.courses import Course
from therapist.replan_form import HOLD, LEAVE_OUT, MOVE, PUT_BACK, RELEASE, ReplanForm


class State(StrEnum):
    """Where a module stands, from the therapist's side."""

    ANSWERED = "answered"
    WAITING = "waiting"
    WORKING = "working"
    LOCKED = "locked"
    HELD = "held"
    LEFT_OUT = "left_out"


CLOSED = {State.LOCKED, State.HELD, State.LEFT_OUT}
COLOURS = {
    State.ANSWERED: "success",
    State.WAITING: "warning",
    State.WORKING: "accent",
    State.LOCKED: "neutral",
    State.HELD: "warning",
    State.LEFT_OUT: "neutral",
}


@dataclass(frozen=True)
class Replan:
    """The form, and a button for each act with its words."""

    form: ReplanForm
    acts: list[tuple[str, str]]


@dataclass(frozen=True)
class ModuleLine:
    """One module. `is_next`: the first closed one; `reason`: why it was opened ahead of its rule, held or left out;
    `replan`: what may be planned anew with it, None once it is open.
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
    replan: Replan | None

    @property
    def is_open(self) -> bool:
        """It has been opened for her."""
        return self.state not in CLOSED


def module_lines(way: Way, *, refused: Mapping[str, ReplanForm] | None = None) -> list[ModuleLine]:
    """Every module of her path in its order, then those she has open beside it, then those left out.

    `refused`: the form that was posted for a module, by its key.
    """
    following = way.next_module
    return [
        _line(way, module, place, is_next=module is following, refused=refused or {})
        for place, module in enumerate([*way.path, *way.beside, *way.left_out], start=1)
    ]


def _line(
    way: Way, module: Mapping[str, Any], place: int, *, is_next: bool, refused: Mapping[str, ReplanForm]
) -> ModuleLine:
    progress = way.opened.get(module["key"])
    state = _state_in(way, module["key"])
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
        reason=progress.reason if progress else why_not_opened(way, module["key"], state),
        # What was typed stays on the page also when somebody has opened the module meanwhile.
        replan=None
        if progress and module["key"] not in refused
        else replan_of(way, module["key"], state, refused.get(module["key"])),
    )


def _state_in(way: Way, key: str) -> State:
    if key in way.opened or key not in way.decided.left_out | way.decided.held:
        return state_of(way.opened.get(key))
    return State.LEFT_OUT if key in way.decided.left_out else State.HELD


def why_not_opened(way: Way, key: str, state: State) -> str:
    """What was written when the module was held or left out; "" when it was neither."""
    kind = {State.HELD: PathDecision.Kind.HOLD, State.LEFT_OUT: PathDecision.Kind.SKIP}.get(state)
    return next((one.reason for one in way.decisions if (one.kind, one.key) == (kind, key)), "")


def replan_of(way: Way, key: str, state: State, refused: ReplanForm | None) -> Replan:
    """What may be done with a closed module now, and the form for it."""
    places = places_for(way.outline, way.path, key, way.opened) if state is not State.LEFT_OUT else {}
    titles = [(after, str(way.module(after)["title"])) for after in places]
    form = refused if refused is not None else ReplanForm(prefix=key)
    form.offer_places(titles)
    acts = {
        State.LEFT_OUT: [(PUT_BACK, _("Put it back"))],
        State.HELD: [(RELEASE, _("No longer hold it")), (LEAVE_OUT, _("Leave it out"))],
        State.LOCKED: [(HOLD, _("Hold it")), (LEAVE_OUT, _("Leave it out"))],
    }.get(state, [])
    return Replan(form, [*acts, *([(MOVE, _("Move it"))] if titles else [])])


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
    State.HELD: lambda: _("Held"),
    State.LEFT_OUT: lambda: _("Left out"),
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
        _("Not chosen yet: %(choice)s") % {"choice": names.get(f"choice:{one.step}", "")}
    ),
    Unmet.NOT_HANDED_IN: _not_handed_in,
    Unmet.EXERCISE_MISSING: _exercise,
    Unmet.TOO_EARLY: _too_early,
    Unmet.WEEKLY_UNANSWERED: lambda one, names: _("This week's questionnaire has not been answered"),
    Unmet.HELD: _held,
    Unmet.HELD_BY_HAND: lambda one, names: _("It is held"),
    Unmet.RISK_OPEN: lambda one, names: _("A high risk alert is open"),
    Unmet.TOO_MANY_OPEN: lambda one, names: (
        _("%(n)d modules are open without feedback already") % {"n": one.have}
    ),
    Unmet.ALERT_OPEN: lambda one, names: _("An alert is open"),
    Unmet.WORSE: lambda one, names: _("The newest score is reliably worse than the first"),
}
