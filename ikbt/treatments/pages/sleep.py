"""What a patient sees beside her sleep diary: the window that her therapist decided, and her week with its gaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from ikbt.common.clock import local_date
from ikbt.treatments.models import SleepWindow, Treatment
from ikbt.treatments.sleep_nights import DIARY, PLAN, Basis, NightTold, basis_of
from ikbt.treatments.sleep_window_rule import DAYS_A_WEEK
from programs.exercises.showing import DASH
from programs.exercises.wording import day_in_words

SHOWN_WITH = frozenset({DIARY, PLAN})


@dataclass(frozen=True)
class NightRow:
    """A morning of her week; `url` leads to the form where it is not filled in."""

    day: str
    told: bool
    times: str
    asleep: str
    efficiency: str
    url: str


@dataclass(frozen=True)
class SleepView:
    """`coming` is a window that is decided and begins later; `stopped` one that does not begin after all."""

    window: SleepWindow | None
    length: str
    coming: SleepWindow | None
    coming_length: str
    stopped: SleepWindow | None
    waits: bool
    week: tuple[NightRow, ...]
    means: tuple[tuple[str, str], ...]
    history: tuple[SleepWindow, ...]


def sleep_view(treatment: Treatment, exercise: str, *, url: str, at: datetime) -> SleepView | None:
    """None at other exercises; six queries at these."""
    if exercise not in SHOWN_WITH:
        return None
    basis, today = basis_of(treatment, at=at), local_date(at)
    decided = list(SleepWindow.objects.filter(treatment=treatment).newest_first())
    coming = next((each for each in decided[:1] if each.starts_on > today and each != basis.stopped), None)
    return SleepView(
        window=basis.window,
        length=hours(basis.window.minutes if basis.window else None),
        coming=coming,
        coming_length=hours(coming.minutes if coming else None),
        stopped=basis.stopped,
        waits=coming is None and waits_for_decision(basis),
        week=week_rows(basis.nights, today, url),
        means=week_means(basis, today),
        history=tuple(each for each in decided if each not in (basis.window, coming, basis.stopped)),
    )


def waits_for_decision(basis: Basis) -> bool:
    """The rule has something to propose: the therapist looks at it, and nothing changes until she has."""
    return basis.proposal.minutes is not None


def week_rows(nights: Sequence[NightTold], today: date, url: str) -> tuple[NightRow, ...]:
    told = {night.day: night for night in nights}
    days = [today - timedelta(days=back) for back in range(DAYS_A_WEEK)]
    return tuple(night_row(day, told.get(day), url) for day in days)


def night_row(day: date, night: NightTold | None, url: str) -> NightRow:
    if night is None:
        return NightRow(day_in_words(day), False, "", "", "", f"{url}?datum={day.isoformat()}#ovning")
    times = f"{night.bed_time or DASH}–{night.out_of_bed or DASH}"
    return NightRow(day_in_words(day), True, times, hours(night.asleep), percent(night.efficiency), "")


def week_means(basis: Basis, today: date) -> tuple[tuple[str, str], ...]:
    """Means of the nights that could be worked out; the efficiency is asleep of all time in bed, from five nights."""
    since = today - timedelta(days=DAYS_A_WEEK)
    nights = [night for night in basis.nights if night.day > since and night.counts]
    asleep = total([night.asleep for night in nights])
    in_bed = total([night.in_bed for night in nights])
    known = len(nights) >= basis.numbers.min_nights
    return (
        (_("Nights"), _("%(n)d of 7") % {"n": len(nights)}),
        (_("Asleep"), hours(share(asleep, len(nights)))),
        (_("In bed"), hours(share(in_bed, len(nights)))),
        (_("Asleep of the time in bed"), percent(share(100 * asleep, in_bed) if known else None)),
    )


def total(figures: Sequence[float | None]) -> float:
    return sum(figure for figure in figures if figure is not None)


def share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def hours(minutes: float | None) -> str:
    """ "5 h 30 min"."""
    if minutes is None:
        return DASH
    whole = round(minutes)
    return _("%(h)d h %(m)d min") % {"h": whole // 60, "m": whole % 60}


def percent(value: float | None) -> str:
    return DASH if value is None else f"{value:.0f} %"
