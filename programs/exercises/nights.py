"""Decides the picture of nights (an actogram): a bar a night from evening to noon, in bed and asleep, gaps shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from programs.exercises.formula import Scope
from programs.exercises.values import ClockTime
from programs.exercises.wording import day_in_cell, simple

# The drawing goes from 18 to 14 the next day, a unit a minute.
FROM, LENGTH = 18 * 60, 20 * 60
DAY = 24 * 60
HOURS = (18, 21, 0, 3, 6, 9, 12)
MOST_NIGHTS = 14


@dataclass(frozen=True)
class SpanView:
    x: str
    width: str


@dataclass(frozen=True)
class NightView:
    """One night; `bed` None is a night nobody told of."""

    day: str
    text: str
    bed: SpanView | None
    asleep: SpanView | None


@dataclass(frozen=True)
class NightsView:
    nights: tuple[NightView, ...]
    hours: tuple[tuple[str, str], ...]
    window: SpanView | None
    width: int = LENGTH


def place_of(minutes: int) -> int:
    """Where a time of day stands, in minutes from the drawing's beginning."""
    return (minutes - FROM) % DAY


def span(start: object, end: object) -> SpanView | None:
    """From one time of day to another; nothing where one is missing or lies outside the drawing."""
    if not isinstance(start, ClockTime) or not isinstance(end, ClockTime):
        return None
    first, last = place_of(start.minutes), min(place_of(end.minutes), LENGTH)
    return SpanView(str(first), str(last - first)) if first < last else None


def later(start: object, minutes: object) -> object:
    """A time of day moved on by minutes."""
    if not isinstance(start, ClockTime) or minutes is None:
        return None
    return ClockTime((start.minutes + int(minutes)) % DAY)  # type: ignore[call-overload]


def nights_view(scopes: Sequence[Scope], window: Mapping[str, object] | None) -> NightsView | None:
    """The last two weeks up to the last night told; None without any."""
    told: dict[date, Scope] = {scope.day: scope for scope in scopes if scope.day is not None}
    if not told:
        return None
    hours = window or {}
    return NightsView(
        nights=tuple(night_view(day, told.get(day)) for day in days_between(min(told), max(told))),
        hours=tuple((str(place_of(hour * 60)), f"{hour:02d}") for hour in HOURS),
        window=span(hours.get("bed"), hours.get("rise")),
    )


def days_between(first: date, last: date) -> list[date]:
    """Every day, told or not; the last two weeks of them."""
    count = min((last - first).days + 1, MOST_NIGHTS)
    return [last - timedelta(days=back) for back in reversed(range(count))]


def night_view(day: date, scope: Scope | None) -> NightView:
    if scope is None:
        return NightView(day_in_cell(day), _("not told"), None, None)
    values = scope.values
    asleep = span(later(values.get("lights_out"), values.get("sol")), values.get("final_wake"))
    text = _("to bed %(bed)s, up %(up)s, asleep %(tst)s") % {
        "bed": values.get("bed_time") or "–",
        "up": values.get("out_of_bed") or "–",
        "tst": simple(figure(values.get("tst")), "min", {}),
    }
    return NightView(day_in_cell(day), text, span(values.get("bed_time"), values.get("out_of_bed")), asleep)


def figure(value: object) -> object:
    return None if value is None else int(value)  # type: ignore[call-overload]
