"""Clinical numbers that a unit may set for itself, in one place; unproven defaults are marked [D] by their source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from ikbt.accounts.models import CareUnit


@dataclass(frozen=True)
class Thresholds:
    """Defaults; a unit's own are read from CareUnit.thresholds."""

    # Working-hours clocks come with the alert engine; until then these count plain hours.
    high_alert_hours: int = 2
    watch_alert_hours: int = 24
    answer_hours: int = 48
    feedback_amber_hours: int = 24
    feedback_red_hours: int = 48
    inactive_amber_days: int = 7
    inactive_red_days: int = 14
    weekly_overdue_hours: int = 48
    max_open_modules: int = 2
    # Hours from opening until an unanswered weekly questionnaire becomes somebody's task; 0: never [D].
    missing_weekly_hours: int = 72
    # Minutes that a risk answer may lie chosen and not handed in before it is told; 0: never [D].
    unsent_risk_minutes: int = 60
    # Answers in a row that must be reliably worse than at the start for an alert; one fewer is shown [D].
    worse_in_a_row: int = 2
    # Days of the occasions' windows by kind, over measurements.plan.WINDOWS: {"weekly": {"due": 2, "remind": [1, 2]}}.
    measure_windows: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def thresholds_of(unit: CareUnit) -> Thresholds:
    """The unit's numbers over the defaults; names it does not know are left out."""
    known = {field.name for field in fields(Thresholds)}
    own: dict[str, Any] = {name: value for name, value in unit.thresholds.items() if name in known}
    return Thresholds(**own)


@dataclass(frozen=True)
class Learning:
    """How much a forecast needs before it may be shown; the service's, not a unit's, and proposals [D] all of them."""

    treatments: int = 200
    each_outcome: int = 50
    # The latest starters are held back and judged on.
    held_back: float = 0.3
    each_held_back: int = 20
    # A week of the expected course is drawn from so many treatments on.
    expected_at_least: int = 30
    # Weeks after the start at which the forecast is made.
    week: int = 4


LEARNING = Learning()

# Who has handed in so many of the modules has completed the program (75 to 80 % in the literature) [D].
COMPLETED_SHARE = 0.75
