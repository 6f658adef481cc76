"""Pure: decides what still stands between a patient and her next module."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ikbt.common.clock import days_between


class Unmet(StrEnum):
    """Kinds of conditions that are not met."""

    NOT_HANDED_IN = "not_handed_in"
    EXERCISE_MISSING = "exercise_missing"
    TOO_EARLY = "too_early"
    WEEKLY_UNANSWERED = "weekly_unanswered"
    RISK_OPEN = "risk_open"
    TOO_MANY_OPEN = "too_many_open"


@dataclass(frozen=True)
class Condition:
    """One unmet condition; `have` of `need` for counts and days, `step` for an exercise."""

    kind: Unmet
    have: int = 0
    need: int = 0
    step: str = ""


@dataclass(frozen=True)
class Situation:
    """What the rule looks at: the current module's unlock rule and what the patient has done."""

    unlock: Mapping[str, object]
    opened_at: datetime
    handed_in: bool
    entries: Mapping[str, int]
    weekly_overdue_ok: bool
    high_alert_open: bool
    open_modules: int
    max_open_modules: int


def missing_exercises(unlock: Mapping[str, object], entries: Mapping[str, int]) -> list[Condition]:
    """Exercises of a module that have fewer handed-in entries than it asks for, in the module's order."""
    asked = unlock.get("requires") or []
    if not isinstance(asked, Sequence):
        raise TypeError("unlock.requires is a list")
    return [
        Condition(
            Unmet.EXERCISE_MISSING, have=entries.get(rule["step"], 0), need=rule["count"], step=rule["step"]
        )
        for rule in asked
        if entries.get(rule["step"], 0) < rule["count"]
    ]


def unmet(situation: Situation, *, at: datetime) -> list[Condition]:
    """All that speaks against opening the next module now; an empty list means that the rule allows it.

    Syllabus default: module handed in, its exercises done, `min_days` since it opened, weekly questionnaire answered
    or 48 h overdue. An open high risk alert always blocks opening by rule.
    """
    found = [] if situation.handed_in else [Condition(Unmet.NOT_HANDED_IN)]
    found += missing_exercises(situation.unlock, situation.entries)
    days, least = days_between(situation.opened_at, at), int(str(situation.unlock.get("min_days", 0)))
    if days < least:
        found.append(Condition(Unmet.TOO_EARLY, have=days, need=least))
    if not situation.weekly_overdue_ok:
        found.append(Condition(Unmet.WEEKLY_UNANSWERED))
    if situation.high_alert_open:
        found.append(Condition(Unmet.RISK_OPEN))
    if situation.open_modules >= situation.max_open_modules:
        found.append(
            Condition(Unmet.TOO_MANY_OPEN, have=situation.open_modules, need=situation.max_open_modules)
        )
    return found
