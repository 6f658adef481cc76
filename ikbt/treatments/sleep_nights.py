"""A patient's nights by her sleep diary, and what the rule for the sleep window makes of them at one moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from ikbt.common.clock import local_date, midnight
from ikbt.treatments.models import Alert, SleepWindow, Treatment, WorksheetEntry
from ikbt.treatments.sleep_window_rule import (
    DAYS_A_WEEK,
    Night,
    Numbers,
    Proposal,
    Step,
    Week,
    first_window,
    is_sleepy,
    next_window,
)
from ikbt.treatments.thresholds import thresholds_of
from programs.exercises.definitions import load_all
from programs.exercises.derived import derive, entry_scope, given_scope, in_time
from programs.exercises.values import plain

DIARY = "sleep_diary"
# What a patient writes about her week in the window; the worst sleepiness stands there too.
PLAN = "sleep_window_plan"
# The mean of the first window is taken over so many days back at most.
BASELINE_DAYS = 14
Entry = Mapping[str, object]


@dataclass(frozen=True)
class NightTold:
    """One morning's entry: times as they were written, minutes as they were worked out; None is not known."""

    day: date
    bed_time: str
    out_of_bed: str
    asleep: float | None
    in_bed: float | None
    efficiency: float | None
    kss: int | None
    dozed: bool

    @property
    def counts(self) -> bool:
        """A night whose figures can't be right tells the rule nothing."""
        return self.efficiency is not None


@dataclass(frozen=True)
class Basis:
    """All that a decision rests on: the window that holds, the nights since, their figures, and the proposal.

    Sleepiness is of the last seven days whatever has been decided in them: a decision makes nobody less sleepy.
    `alert_open`: somebody has yet to talk with her about it. `stopped`: the newest decision, where it was narrower and
    does not begin because she has been dangerously sleepy since.
    """

    window: SleepWindow | None
    nights: tuple[NightTold, ...]
    week: Week
    mean_asleep: float | None
    mean_in_bed: float | None
    numbers: Numbers
    proposal: Proposal
    today: date
    alert_open: bool = False
    stopped: SleepWindow | None = None

    @property
    def is_dangerous(self) -> bool:
        """Nothing narrower may begin."""
        return self.alert_open or is_sleepy(self.week, self.numbers)

    def as_stored(self) -> dict[str, Any]:
        """What is kept with a decision."""
        return {
            "step": str(self.proposal.step),
            "minutes": self.proposal.minutes,
            "week": asdict(self.week),
            "mean_asleep": self.mean_asleep,
            "mean_in_bed": self.mean_in_bed,
        }


def diary_of(treatment: Treatment) -> list[Entry]:
    """Handed-in entries of the sleep diary, oldest first, each with the moment it was begun."""
    rows = WorksheetEntry.objects.filter(
        treatment=treatment, exercise=DIARY, state=WorksheetEntry.State.HANDED_IN
    )
    return [
        {**entry.values, "created": entry.created_at}
        for entry in rows.order_by("created_at", "id")
        if isinstance(entry.values, Mapping)
    ]


def nights_in(entries: Sequence[Entry], *, at: datetime) -> list[NightTold]:
    """The nights by morning, one a date, the oldest first."""
    definition = load_all()[DIARY]
    given = given_scope(definition, None, at)
    scopes = in_time(definition, [entry_scope(definition, each, given) for each in entries])
    return [
        night({name: plain(value) for name, value in scope.values.items()}, scope.day)
        for scope in scopes
        if scope.day is not None
    ]


def night(values: Mapping[str, object], day: date) -> NightTold:
    kss = values.get("kss")
    return NightTold(
        day=day,
        bed_time=text(values.get("bed_time")),
        out_of_bed=text(values.get("out_of_bed")),
        asleep=figure(values.get("tst")),
        in_bed=figure(values.get("tib")),
        efficiency=figure(values.get("se")),
        kss=kss if isinstance(kss, int) else None,
        dozed=values.get("dozed_risk") is True,
    )


def text(value: object) -> str:
    return value if isinstance(value, str) else ""


def figure(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def numbers_of(treatment: Treatment) -> Numbers:
    """The unit's numbers."""
    own = thresholds_of(treatment.unit)
    return Numbers(
        floor=own.sleep_floor,
        cap=own.sleep_cap,
        widen_from=own.sleep_widen_from,
        narrow_under=own.sleep_narrow_under,
        min_nights=own.sleep_min_nights,
        kss_stop=own.sleep_kss_stop,
        baseline_nights=own.sleep_baseline_nights,
    )


def basis_of(treatment: Treatment, *, at: datetime) -> Basis:
    """What the rule makes of the diary now; five queries."""
    today, numbers = local_date(at), numbers_of(treatment)
    decided = SleepWindow.objects.filter(treatment=treatment)
    window = decided.holding(today)
    entries = diary_of(treatment)
    every = nights_in(entries, at=at)
    figures = figures_since(window, entries, every, numbers, at=at)
    week = week_of(treatment, figures, every, today=today)
    alert_open = Alert.objects.filter(
        treatment=treatment, kind=Alert.Kind.SLEEPINESS, closed_at=None
    ).exists()
    proposal = proposed(window, every, week, numbers, today=today)
    return Basis(
        window=window,
        nights=baseline_nights(every, today=today),
        week=week,
        mean_asleep=figures.get("week_tst"),
        mean_in_bed=figures.get("week_tib"),
        numbers=numbers,
        proposal=held_back(proposal, window) if alert_open else proposal,
        today=today,
        alert_open=alert_open,
        stopped=decided.stopped(),
    )


def baseline_nights(nights: Sequence[NightTold], *, today: date) -> tuple[NightTold, ...]:
    return tuple(each for each in nights if today - timedelta(days=BASELINE_DAYS) < each.day <= today)


def figures_since(
    window: SleepWindow | None,
    entries: Sequence[Entry],
    nights: Sequence[NightTold],
    numbers: Numbers,
    *,
    at: datetime,
) -> dict[str, Any]:
    """Nights before the window began say nothing of it: the first one it shapes is told the morning after."""
    since = window.starts_on if window is not None else date.min
    days = {each.day for each in nights if each.day > since}
    return week_figures([each for each in entries if day_of(each) in days], numbers, at=at)


def week_of(
    treatment: Treatment, figures: Mapping[str, Any], nights: Sequence[NightTold], *, today: date
) -> Week:
    """The window's nights and efficiency, and the sleepiness of the last seven days whatever was decided in them."""
    week_ago = today - timedelta(days=DAYS_A_WEEK)
    lately = [each for each in nights if each.day > week_ago]
    return Week(
        nights=int(figures.get("nights") or 0),
        efficiency=figures.get("week_se"),
        kss=worst([*(each.kss for each in lately), plan_sleepiness(treatment, since=week_ago)]),
        dozed=any(each.dozed for each in lately),
    )


def worst(figures: Sequence[float | None]) -> float | None:
    known = [each for each in figures if each is not None]
    return max(known) if known else None


def plan_sleepiness(treatment: Treatment, *, since: date) -> float | None:
    """The worst sleepiness she has told of in the plans of the last week; None when she has told none."""
    rows = WorksheetEntry.objects.filter(
        treatment=treatment,
        exercise=PLAN,
        state=WorksheetEntry.State.HANDED_IN,
        handed_in_at__gte=midnight(since),
    )
    return worst([figure(told_in(entry.values)) for entry in rows])


def told_in(values: object) -> object:
    return values.get("sleepiness_worst") if isinstance(values, Mapping) else None


def proposed(
    window: SleepWindow | None, nights: Sequence[NightTold], week: Week, numbers: Numbers, *, today: date
) -> Proposal:
    if window is not None and window.minutes is not None:
        return next_window(window.minutes, week, numbers, days=(today - window.starts_on).days)
    recent = baseline_nights(nights, today=today)
    counted = [
        Night(each.asleep, each.in_bed)
        for each in recent
        if each.counts and each.asleep is not None and each.in_bed is not None
    ]
    return first_window(counted, week, numbers)


def held_back(proposal: Proposal, window: SleepWindow | None) -> Proposal:
    """While an alert is open nothing narrower is proposed, however long ago she told of it."""
    if proposal.step not in (Step.FIRST, Step.NARROWER):
        return proposal
    return Proposal(Step.SLEEPY, window.minutes if window is not None else None)


def day_of(entry: Entry) -> date | None:
    """The morning an entry is about."""
    written = entry.get("date")
    try:
        return date.fromisoformat(written) if isinstance(written, str) else None
    except ValueError:
        return None


def week_figures(entries: Sequence[Entry], numbers: Numbers, *, at: datetime) -> dict[str, Any]:
    """The diary's own weekly values, over the seven days that end today."""
    context = {"min_nights": numbers.min_nights}
    return {each.name: each.value for each in derive(load_all()[DIARY], entries, now=at, context=context)}
