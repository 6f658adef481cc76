"""Decides what is wrong with a plan of measures before a version is published; pure, says it as kinds of faults."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from measurements.instrument import Instrument
from measurements.plan import WINDOWS, Measure, When, rule_of


class Fault(StrEnum):
    """What may be wrong with a measure."""

    NO_WEEK = "no_week"
    WEEK_BEYOND = "week_beyond"
    NO_MONTH = "no_month"
    NO_MODULE = "no_module"
    NOT_TRIGGERED = "not_triggered"
    BY_UNKNOWN = "by_unknown"
    BY_UNPLANNED = "by_unplanned"
    NO_LIMIT = "no_limit"
    LIMIT_BEYOND = "limit_beyond"
    WINDOW = "window"
    REMINDER = "reminder"
    LANGUAGE = "language"
    TWICE = "twice"


@dataclass(frozen=True)
class Finding:
    """One fault of one measure."""

    fault: Fault
    measure: Measure


def faults(
    measures: Iterable[Measure], *, weeks: int, modules: Collection[str], known: Mapping[str, Instrument]
) -> list[Finding]:
    """All faults of a plan, in its order. `modules` are the program's keys, `known` the instruments there are."""
    listed = [measure for measure in measures if measure["when"] in WINDOWS]
    places = Counter(_place(one) for one in listed)
    found = []
    for one in listed:
        kinds = [*_of_place(one, weeks, modules), *_of_trigger(one, listed, known), *_of_window(one)]
        kinds += [Fault.LANGUAGE] if _is_unspoken(one, known) else []
        kinds += [Fault.TWICE] if places[_place(one)] > 1 else []
        found += [Finding(kind, one) for kind in kinds]
    return found


def _of_place(measure: Measure, weeks: int, modules: Collection[str]) -> Iterator[Fault]:
    when, week = measure["when"], measure.get("week")
    if when == When.MID and not week:
        yield Fault.NO_WEEK
    if when == When.MID and week and week > weeks:
        yield Fault.WEEK_BEYOND
    if when == When.FOLLOW_UP and not measure.get("month"):
        yield Fault.NO_MONTH
    if when == When.MODULE and measure.get("module") not in modules:
        yield Fault.NO_MODULE


def _of_trigger(
    measure: Measure, listed: Iterable[Measure], known: Mapping[str, Instrument]
) -> Iterator[Fault]:
    if measure["when"] != When.TRIGGERED:
        return
    by = rule_of(measure).trigger.by
    if not by:
        yield Fault.NOT_TRIGGERED
    elif by not in known:
        yield Fault.BY_UNKNOWN
    elif not _is_asked(by, listed):
        yield Fault.BY_UNPLANNED
    else:
        yield from _of_limit(measure, known[by])


def _is_asked(slug: str, listed: Iterable[Measure]) -> bool:
    """By the plan itself: a chain of triggers that nothing begins asks nobody anything."""
    return any(one["instrument"] == slug and one["when"] != When.TRIGGERED for one in listed)


def _of_limit(measure: Measure, by: Instrument) -> Iterator[Fault]:
    trigger = rule_of(measure).trigger
    if trigger.from_score is None and None in {trigger.item, trigger.from_answer}:
        yield Fault.NO_LIMIT
    elif _is_out_of_reach(measure, by):
        yield Fault.LIMIT_BEYOND


def _is_out_of_reach(measure: Measure, by: Instrument) -> bool:
    """No answers could ever give such a total, or such a value on that item."""
    trigger = rule_of(measure).trigger
    if trigger.from_score is not None and trigger.from_score > by.scoring.highest:
        return True
    if trigger.item is None or trigger.from_answer is None:
        return False
    return not 1 <= trigger.item <= len(by.items) or trigger.from_answer > max(
        by.items[trigger.item - 1].values
    )


def _of_window(measure: Measure) -> Iterator[Fault]:
    window = rule_of(measure).window
    # A rule always gets a window that closes after its day; a plan that says otherwise is not what was meant.
    if window.opens > window.due or measure.get("closes") not in {None, window.closes}:
        yield Fault.WINDOW
    if measure.get("remind") and not all(window.opens <= day < window.closes for day in measure["remind"]):
        yield Fault.REMINDER


def _is_unspoken(measure: Measure, known: Mapping[str, Instrument]) -> bool:
    instrument, asked = known.get(measure["instrument"]), measure.get("language")
    return bool(asked) and instrument is not None and asked not in instrument.languages


def _place(measure: Measure) -> tuple[object, ...]:
    """What tells two measures apart: two in one place would be one occasion."""
    names = ("instrument", "when", "week", "month", "module", "by")
    return tuple(measure.get(name) or "" for name in names)
