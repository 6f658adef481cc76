"""The sleep window at the desk: nights with gaps, the rule's arithmetic, its proposal in words, and the history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ikbt.treatments.models import SleepWindow, Treatment
from ikbt.treatments.sleep_nights import BASELINE_DAYS, Basis, NightTold
from ikbt.treatments.sleep_window_rule import Numbers, Step
from programs.exercises.showing import DASH
from programs.exercises.wording import day_in_cell


@dataclass(frozen=True)
class NightLine:
    """One morning of the table; a gap has `told` False and its cells are dashes."""

    day: str
    cells: tuple[str, ...]
    told: bool
    warns: bool


def hours(minutes: float | None) -> str:
    """ "5 h 30 min"."""
    if minutes is None:
        return DASH
    whole = round(minutes)
    if not whole % 60:
        return _("%(h)d h") % {"h": whole // 60}
    return _("%(h)d h %(m)d min") % {"h": whole // 60, "m": whole % 60}


def percent(value: float | None) -> str:
    return DASH if value is None else f"{value:.1f}".replace(".", ",") + " %"


def night_columns() -> tuple[str, ...]:
    return (
        _("To bed"),
        _("Up"),
        _("Asleep"),
        _("In bed"),
        _("Efficiency"),
        _("Sleepiness 1-9"),
        _("Dozed off"),
    )


def night_lines(basis: Basis) -> list[NightLine]:
    """The last days, the newest first, with those she did not write as gaps."""
    told = {night.day: night for night in basis.nights}
    if not told:
        return []
    days = [basis.today - timedelta(days=back) for back in range(BASELINE_DAYS)]
    return [line(day, told.get(day), basis.numbers) for day in days if day >= min(told)]


def line(day: date, night: NightTold | None, numbers: Numbers) -> NightLine:
    if night is None:
        return NightLine(day_in_cell(day), (DASH,) * len(night_columns()), told=False, warns=False)
    sleepy = night.dozed or (night.kss is not None and night.kss >= numbers.kss_stop)
    cells = (
        night.bed_time or DASH,
        night.out_of_bed or DASH,
        hours(night.asleep),
        hours(night.in_bed),
        percent(night.efficiency),
        DASH if night.kss is None else str(night.kss),
        _("Yes") if night.dozed else _("No"),
    )
    return NightLine(day_in_cell(day), cells, told=True, warns=sleepy)


def arithmetic(basis: Basis) -> list[tuple[str, str]]:
    """The figures that the proposal rests on."""
    week, numbers = basis.week, basis.numbers
    return [
        (
            _("Nights that count"),
            _("%(n)d of at least %(least)d") % {"n": week.nights, "least": least(basis)},
        ),
        (_("Mean asleep"), hours(basis.mean_asleep)),
        (_("Mean in bed"), hours(basis.mean_in_bed)),
        (
            _("Efficiency of the week"),
            _("%(se)s (wider from %(up)d %%, narrower under %(down)d %%)")
            % {
                "se": percent(week.efficiency),
                "up": numbers.widen_from,
                "down": numbers.narrow_under,
            },
        ),
        (
            _("Worst sleepiness in seven days"),
            _("%(kss)s (stops at %(stop)d)")
            % {"kss": DASH if week.kss is None else f"{week.kss:g}", "stop": numbers.kss_stop},
        ),
        (_("Nearly dozed off in seven days"), _("Yes") if week.dozed else _("No")),
    ]


def danger_in_words(basis: Basis) -> list[str]:
    """What keeps the window from getting narrower, also where the rule has nothing to propose."""
    said = []
    if basis.is_dangerous:
        said.append(
            _(
                "The patient has been dangerously sleepy: the window must not begin or get narrower while the alert is "
                "open, nor within seven days. Talk to the patient first."
            )
        )
    if basis.stopped is not None:
        day = date_format(basis.stopped.starts_on, "j F")
        said.append(
            _(
                "The narrower window from %(day)s (%(minutes)s) does not begin: the patient told of dangerous "
                "sleepiness after it was decided. Decide anew."
            )
            % {"day": day, "minutes": hours(basis.stopped.minutes)}
        )
    return said


def least(basis: Basis) -> int:
    return basis.numbers.min_nights if basis.window is not None else basis.numbers.baseline_nights


def proposal_in_words(basis: Basis) -> str:
    """The rule's step in a sentence to the therapist."""
    minutes = hours(basis.proposal.minutes) if basis.proposal.minutes is not None else ""
    words = {
        Step.BASELINE: _("Nothing to decide yet: a first window needs at least a week of the diary."),
        Step.EARLY: _("Nothing to decide yet: the window has held for less than a week."),
        Step.FIRST: _("First window: %(minutes)s, the mean time asleep to the nearest quarter."),
        Step.WIDER: _("A quarter of an hour more: %(minutes)s."),
        Step.KEEP: _("Keep %(minutes)s for another week."),
        Step.NARROWER: _("A quarter of an hour less: %(minutes)s."),
        Step.FEW: _("Keep %(minutes)s: too few nights to tell."),
        Step.SLEEPY: _("Nothing narrower: the patient has been dangerously sleepy. Talk to the patient."),
        Step.AT_FLOOR: _("Keep %(minutes)s: the window is at its shortest."),
        Step.AT_CAP: _("Keep %(minutes)s: the window is at its longest. It may be time to end it."),
    }
    return words[basis.proposal.step] % {"minutes": minutes}


def reason_to_patient(basis: Basis) -> str:
    """A beginning for what the patient reads; the therapist changes it as she likes."""
    se = percent(basis.week.efficiency)
    words = {
        Step.FIRST: _("This is about as long as you have slept on average. Let us gather your sleep there."),
        Step.WIDER: _("You slept %(se)s of your time in bed this week. You get a quarter of an hour more."),
        Step.KEEP: _("You slept %(se)s of your time in bed this week. Keep the same times one more week."),
        Step.NARROWER: _(
            "You slept %(se)s of your time in bed this week. A quarter of an hour less gathers your sleep more."
        ),
        Step.FEW: _(
            "There were too few nights in the diary this week to change anything. Keep the same times."
        ),
        Step.SLEEPY: "",
        Step.AT_FLOOR: _("You keep the same times: the window does not get shorter than this."),
        Step.AT_CAP: _("You keep the same times: the window is as long as it gets."),
    }
    return words.get(basis.proposal.step, "") % {"se": se}


def history_of(treatment: Treatment) -> Sequence[SleepWindow]:
    """Every decision, the newest first."""
    return list(SleepWindow.objects.filter(treatment=treatment).newest_first())
