"""Clinical numbers that a unit may set for itself, in one place; unproven defaults are marked [D] by their source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from ikbt.accounts.models import CareUnit


@dataclass(frozen=True)
class Thresholds:
    """Defaults; a unit's own are read from CareUnit.thresholds."""

    # Of opening time: by then somebody has reached her [D].
    high_alert_hours: int = 2
    # Of opening time: a high alert that nobody has taken goes to who is next in line [D].
    escalate_minutes: int = 60
    # Of opening time since it was taken: as long as there is to reach her, so both tries to call fit twice over [D].
    taken_minutes: int = 120
    # How long a coordinator whom an alert has reached may open the patient [D].
    escalation_days: int = 7
    # Days until a risk is checked again: at most, when it stays raised or high, and otherwise [D].
    risk_check_days: int = 7
    risk_check_longest_days: int = 90
    # Of working days at 24 hours each, as all promises below.
    watch_alert_hours: int = 24
    answer_hours: int = 48
    feedback_amber_hours: int = 24
    feedback_red_hours: int = 48
    inactive_amber_days: int = 7
    inactive_red_days: int = 14
    # Days of silence until each step of automatic_rules.py; 0: never [D].
    silent_remind_days: int = 3
    silent_message_days: int = 7
    silent_task_days: int = 7
    silent_write_days: int = 10
    silent_call_days: int = 14
    # The same call, when her last answer to the risk question raised an alert.
    silent_call_risk_days: int = 7
    silent_letter_days: int = 18
    silent_decide_days: int = 28
    weekly_overdue_hours: int = 48
    max_open_modules: int = 2
    # The course [D]: days of a pause by the patient herself and by staff, and weeks that a therapist may add alone.
    pause_patient_days: int = 14
    pause_staff_days: int = 28
    prolong_weeks: int = 4
    # Days from the last week to the closing talk, months of reading on after the end, days to reopen.
    closing_days: int = 14
    maintenance_months: int = 6
    # From an early end, or from the last follow-up, until the case is closed: five working days; 0: no task [D].
    close_days: int = 7
    reopen_days: int = 30
    # Working days that a receiving unit has to answer.
    transfer_days: int = 5
    # Hours from opening until an unanswered weekly questionnaire becomes somebody's task; 0: never [D].
    missing_weekly_hours: int = 72
    # Minutes that a risk answer may lie chosen and not handed in before it is told; 0: never [D].
    unsent_risk_minutes: int = 60
    # Answers in a row that must be reliably worse than at the start for an alert; one fewer is shown [D].
    worse_in_a_row: int = 2
    # The sleep window (sleep_window_rule.Numbers): minutes, per cent, nights. One programme used floor 360.
    sleep_floor: int = 300
    sleep_cap: int = 540
    sleep_widen_from: int = 85
    sleep_narrow_under: int = 80
    sleep_min_nights: int = 5
    sleep_kss_stop: int = 8
    sleep_baseline_nights: int = 7
    # Days of the occasions' windows by kind, over measurements.plan.WINDOWS: {"weekly": {"due": 2, "remind": [1, 2]}}.
    measure_windows: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


_KNOWN = frozenset(one.name for one in fields(Thresholds))


def thresholds_of(unit: CareUnit) -> Thresholds:
    """The unit's numbers over the defaults; names it does not know are left out."""
    own: dict[str, Any] = {name: value for name, value in unit.thresholds.items() if name in _KNOWN}
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
