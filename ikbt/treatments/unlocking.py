"""Pure: decides what still stands between a patient and a module."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from ikbt.common.clock import days_between


class Unmet(StrEnum):
    """Kinds of conditions that are not met."""

    OUT_OF_ORDER = "out_of_order"
    CHOICE_OPEN = "choice_open"
    NOT_HANDED_IN = "not_handed_in"
    EXERCISE_MISSING = "exercise_missing"
    TOO_EARLY = "too_early"
    WEEKLY_UNANSWERED = "weekly_unanswered"
    HELD = "held"
    HELD_BY_HAND = "held_by_hand"
    RISK_OPEN = "risk_open"
    TOO_MANY_OPEN = "too_many_open"
    # Only against opening without the therapist.
    ALERT_OPEN = "alert_open"
    WORSE = "worse"


# What an accepted offer does not lift: it changes the order, and lifts neither safety nor load.
NOT_BY_OFFER = frozenset(
    {
        Unmet.RISK_OPEN,
        Unmet.TOO_MANY_OPEN,
        Unmet.HELD,
        Unmet.HELD_BY_HAND,
        Unmet.ALERT_OPEN,
        Unmet.WORSE,
    }
)


@dataclass(frozen=True)
class Condition:
    """One unmet condition; `have` of `need` for counts and days, `step` for an exercise or a choice, `module` for
    the module that is to be handed in, `say` for what its authors want done first.
    """

    kind: Unmet
    have: int = 0
    need: int = 0
    step: str = ""
    module: str = ""
    say: str = ""


@dataclass(frozen=True)
class Guard:
    """A module that must be handed in first: what it asks, when it was opened (None: it is closed)."""

    module: str
    requires: Sequence[Mapping[str, Any]]
    min_days: int
    opened_at: datetime | None
    handed_in: bool


@dataclass(frozen=True)
class Situation:
    """What the rule looks at: the modules before this one, what the patient has done, and how she is."""

    guards: Sequence[Guard]
    entries: Mapping[str, int]
    weekly_overdue_ok: bool
    high_alert_open: bool
    open_modules: int
    max_open_modules: int
    in_turn: bool = True
    # Keys of choices that she has still to make.
    choices_open: Sequence[str] = ()
    # None: nothing holds it back; else what should be done first, or "".
    held: str | None = None
    # Her therapist holds it, for a reason of her own.
    held_by_hand: bool = False
    any_alert_open: bool = False
    is_worse: bool = False


def missing_exercises(requires: Sequence[Mapping[str, Any]], entries: Mapping[str, int]) -> list[Condition]:
    """Exercises that have fewer handed-in entries than is asked for, in the module's order."""
    return [
        Condition(
            Unmet.EXERCISE_MISSING, have=entries.get(rule["step"], 0), need=rule["count"], step=rule["step"]
        )
        for rule in requires
        if entries.get(rule["step"], 0) < rule["count"]
    ]


def unmet(situation: Situation, *, at: datetime) -> list[Condition]:
    """All that speaks against opening the module now; an empty list means that the rule allows it.

    Syllabus default: the module before it handed in, its exercises done, `min_days` since it opened, weekly
    questionnaire answered or 48 h overdue. An open high risk alert always blocks opening by rule.
    """
    found = [] if situation.in_turn else [Condition(Unmet.OUT_OF_ORDER)]
    found += [Condition(Unmet.CHOICE_OPEN, step=key) for key in situation.choices_open]
    for guard in situation.guards:
        found += _of_guard(guard, situation.entries, at)
    if not situation.weekly_overdue_ok:
        found.append(Condition(Unmet.WEEKLY_UNANSWERED))
    if situation.held is not None:
        found.append(Condition(Unmet.HELD, say=situation.held))
    if situation.held_by_hand:
        found.append(Condition(Unmet.HELD_BY_HAND))
    if situation.high_alert_open:
        found.append(Condition(Unmet.RISK_OPEN))
    if situation.open_modules >= situation.max_open_modules:
        found.append(
            Condition(Unmet.TOO_MANY_OPEN, have=situation.open_modules, need=situation.max_open_modules)
        )
    return found


def unmet_alone(situation: Situation, *, at: datetime) -> list[Condition]:
    """The same, where no therapist looks: any open alert, and a score that is reliably worse, speak against it too."""
    found = unmet(situation, at=at)
    if situation.any_alert_open and not situation.high_alert_open:
        found.append(Condition(Unmet.ALERT_OPEN))
    if situation.is_worse:
        found.append(Condition(Unmet.WORSE))
    return found


def _of_guard(guard: Guard, entries: Mapping[str, int], at: datetime) -> list[Condition]:
    found = [] if guard.handed_in else [Condition(Unmet.NOT_HANDED_IN, module=guard.module)]
    found += missing_exercises(guard.requires, entries)
    # A module that is closed has not been handed in, which is said already.
    days = days_between(guard.opened_at, at) if guard.opened_at else guard.min_days
    if days < guard.min_days:
        found.append(Condition(Unmet.TOO_EARLY, have=days, need=guard.min_days, module=guard.module))
    return found
