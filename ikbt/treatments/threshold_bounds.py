"""Which clinical numbers a unit sets for itself, within which bounds, and what each means in a plain sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from django.utils.translation import gettext_lazy as _

from ikbt.treatments.thresholds import Thresholds


@dataclass(frozen=True)
class Bound:
    """One number: what it is called, counted in what, from where to where, and what it does."""

    label: Any
    counted_in: Any
    low: int
    high: int
    sentence: Any


HOURS, MINUTES, DAYS = _("hours"), _("minutes"), _("days")
WEEKS, MONTHS, WORKING_DAYS = _("weeks"), _("months"), _("working days")
MODULES, ANSWERS, PER_CENT, NIGHTS, POINTS = (
    _("modules"),
    _("answers"),
    _("per cent"),
    _("nights"),
    _("points"),
)

# By heading, in the order of the page.
GROUPS: Mapping[Any, Mapping[str, Bound]] = {
    _("Risk and alerts"): {
        "high_alert_hours": Bound(
            _("High risk: reached within"),
            HOURS,
            1,
            8,
            _("Of opening time. By then somebody has reached a patient whose answer was at high risk."),
        ),
        "escalate_minutes": Bound(
            _("High risk: passed on after"),
            MINUTES,
            10,
            240,
            _("Of opening time. An alert nobody has taken goes to the next in line after this long."),
        ),
        "taken_minutes": Bound(
            _("High risk: closed after it was taken within"),
            MINUTES,
            30,
            480,
            _("Of opening time. Then whoever took it is asked, and after that the next in line."),
        ),
        "escalation_days": Bound(
            _("A coordinator reached by an alert may open the patient for"),
            DAYS,
            1,
            30,
            _("Then the access ends by itself."),
        ),
        "watch_alert_hours": Bound(
            _("Watch level: looked at within"),
            HOURS,
            1,
            72,
            _("On working days. By then somebody has looked at an answer that was not acute."),
        ),
        "unsent_risk_minutes": Bound(
            _("A risk answer not handed in is told after"),
            MINUTES,
            0,
            1440,
            _("A patient who chose a risk answer and stopped is told of at watch level. 0: never."),
        ),
        "missing_weekly_hours": Bound(
            _("A weekly questionnaire without answers becomes a task after"),
            HOURS,
            0,
            168,
            _("Counted from when it opened. 0: never."),
        ),
        "risk_check_days": Bound(
            _("Next check after a risk assessment, proposed"),
            DAYS,
            1,
            30,
            _("The therapist may choose another day."),
        ),
        "risk_check_longest_days": Bound(
            _("Next check after a risk assessment, at the latest"),
            DAYS,
            1,
            180,
            _("No later day can be chosen."),
        ),
        "worse_in_a_row": Bound(
            _("Worse answers in a row for an alert"),
            ANSWERS,
            1,
            6,
            _("So many answers in a row must be reliably worse than at the start."),
        ),
    },
    _("Promised answers"): {
        "answer_hours": Bound(
            _("A message is answered within"),
            HOURS,
            1,
            96,
            _("On working days. Patients read this promise beside the box they write in."),
        ),
        "feedback_amber_hours": Bound(
            _("Handed-in work is due after"),
            HOURS,
            1,
            96,
            _("On working days. It is marked in the therapist's list from then on."),
        ),
        "feedback_red_hours": Bound(
            _("Handed-in work is late after"),
            HOURS,
            1,
            120,
            _("On working days. From then on it stands in the coordinator's queue."),
        ),
        "weekly_overdue_hours": Bound(
            _("A weekly questionnaire is late after"),
            HOURS,
            1,
            168,
            _("The therapist's list says so from then on."),
        ),
        "inactive_amber_days": Bound(
            _("Silence is told after"),
            DAYS,
            1,
            28,
            _("Days since the patient did anything; the list says so."),
        ),
        "inactive_red_days": Bound(
            _("Long silence is told after"),
            DAYS,
            2,
            60,
            _("Then the patient stands higher in the list."),
        ),
    },
    _("Silence"): {
        "silent_remind_days": Bound(_("A reminder after"), DAYS, 0, 60, _("Days of silence. 0: never.")),
        "silent_message_days": Bound(
            _("A friendly message after"), DAYS, 0, 60, _("Sent by itself. 0: never.")
        ),
        "silent_task_days": Bound(
            _("A task for the therapist after"),
            DAYS,
            0,
            60,
            _("It stands in the therapist's list. 0: never."),
        ),
        "silent_write_days": Bound(
            _("Time to write in person after"), DAYS, 0, 60, _("It stands in the therapist's list. 0: never.")
        ),
        "silent_call_days": Bound(
            _("Time to call after"), DAYS, 0, 60, _("It stands in the therapist's list. 0: never.")
        ),
        "silent_call_risk_days": Bound(
            _("Time to call, after a risk answer"),
            DAYS,
            0,
            60,
            _("When the last risk answer raised an alert. 0: never."),
        ),
        "silent_letter_days": Bound(
            _("Time for a letter after"), DAYS, 0, 90, _("It stands in the therapist's list. 0: never.")
        ),
        "silent_decide_days": Bound(
            _("Time to decide after"), DAYS, 0, 120, _("Pause, begin again or end. 0: never.")
        ),
    },
    _("The course"): {
        "max_open_modules": Bound(
            _("Open modules at most"),
            MODULES,
            1,
            6,
            _("No more modules without feedback are open at once."),
        ),
        "pause_patient_days": Bound(
            _("A pause by the patient, at most"),
            DAYS,
            1,
            60,
            _("A longer one is the therapist's to give."),
        ),
        "pause_staff_days": Bound(
            _("A pause by the therapist, at most"),
            DAYS,
            1,
            90,
            _("Clocks stand still meanwhile."),
        ),
        "prolong_weeks": Bound(
            _("Weeks a therapist may add alone"),
            WEEKS,
            0,
            12,
            _("More needs the coordinator or manager."),
        ),
        "closing_days": Bound(
            _("Closing talk within"),
            DAYS,
            1,
            60,
            _("Days from the last week; then it becomes a task."),
        ),
        "close_days": Bound(
            _("An ended case is closed within"),
            DAYS,
            0,
            60,
            _("Days from an early end or the last follow-up; then it becomes a task. 0: no task."),
        ),
        "maintenance_months": Bound(
            _("Reading on after the end"),
            MONTHS,
            0,
            24,
            _("So long the patient may read and practise."),
        ),
        "reopen_days": Bound(
            _("May be opened again within"),
            DAYS,
            0,
            90,
            _("Days after the end; later a new treatment begins."),
        ),
        "transfer_days": Bound(
            _("A receiving unit answers within"),
            WORKING_DAYS,
            1,
            20,
            _("Then the offer lapses and is told of."),
        ),
    },
    _("Sleep window"): {
        "sleep_floor": Bound(
            _("Never shorter than"), MINUTES, 270, 420, _("The shortest time in bed proposed.")
        ),
        "sleep_cap": Bound(_("Never longer than"), MINUTES, 420, 660, _("The longest time in bed proposed.")),
        "sleep_widen_from": Bound(
            _("Widened from a sleep efficiency of"),
            PER_CENT,
            80,
            95,
            _("The window may grow from here on."),
        ),
        "sleep_narrow_under": Bound(
            _("Narrowed under a sleep efficiency of"),
            PER_CENT,
            60,
            90,
            _("The window may shrink below this."),
        ),
        "sleep_min_nights": Bound(
            _("Nights needed in a week"),
            NIGHTS,
            3,
            7,
            _("With fewer nights nothing is proposed."),
        ),
        "sleep_kss_stop": Bound(
            _("Sleepiness that stops narrowing"),
            POINTS,
            6,
            9,
            _("On the Karolinska scale, 1 to 9."),
        ),
        "sleep_baseline_nights": Bound(
            _("Nights before the first window"),
            NIGHTS,
            5,
            21,
            _("The diary is kept so long first."),
        ),
    },
}
BOUNDS: Mapping[str, Bound] = {name: bound for group in GROUPS.values() for name, bound in group.items()}
# The first may not be over the second.
ORDERED = (
    ("feedback_amber_hours", "feedback_red_hours"),
    ("inactive_amber_days", "inactive_red_days"),
    ("pause_patient_days", "pause_staff_days"),
    ("risk_check_days", "risk_check_longest_days"),
    ("sleep_floor", "sleep_cap"),
    ("sleep_narrow_under", "sleep_widen_from"),
)
DEFAULTS: Mapping[str, int] = {
    field.name: field.default for field in fields(Thresholds) if isinstance(field.default, int)
}


@dataclass(frozen=True)
class Fault:
    """A number that makes no sense, and why; `params` for the sentence."""

    name: str
    sentence: Any
    params: Mapping[str, object]


def faults_of(own: Mapping[str, int]) -> list[Fault]:
    """What is wrong with a unit's own numbers, beside the defaults of those it has not set; empty when nothing is."""
    found = [
        Fault(name, _("Between %(low)d and %(high)d."), {"low": BOUNDS[name].low, "high": BOUNDS[name].high})
        for name, value in own.items()
        if not BOUNDS[name].low <= value <= BOUNDS[name].high
    ]
    numbers = {**DEFAULTS, **own}
    found += [
        Fault(higher, _("Must not be less than “%(label)s”."), {"label": BOUNDS[lower].label})
        for lower, higher in ORDERED
        if numbers[lower] > numbers[higher]
    ]
    if numbers["escalate_minutes"] > numbers["high_alert_hours"] * 60:
        found.append(
            Fault(
                "escalate_minutes",
                _("It must be passed on before the time to reach the patient is over."),
                {},
            )
        )
    return found
