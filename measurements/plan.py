"""Reads a program version's measures as rules, and decides which day each occasion opens, is due and closes; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any

Measure = Mapping[str, Any]


class When(StrEnum):
    """What an occasion is tied to; the names are the kinds of occasions too."""

    SCREENING = "screening"
    PRE = "pre"
    WEEKLY = "weekly"
    MID = "mid"
    POST = "post"
    FOLLOW_UP = "follow_up"
    MODULE = "module"
    TRIGGERED = "triggered"
    EXTRA = "extra"


# Where two of one instrument would open on the same day, the first of these stays.
PRECEDENCE = (When.PRE, When.POST, When.WEEKLY, When.MID)


@dataclass(frozen=True)
class Window:
    """Days counted from the day that the rule names; negative ones lie before it. `remind`: days of a reminder."""

    due: int
    closes: int
    opens: int = 0
    remind: tuple[int, ...] = ()


# Defaults [D] where neither the program nor the unit says otherwise.
WINDOWS: Mapping[str, Window] = {
    When.SCREENING: Window(due=5, closes=14, remind=(2, 5)),
    When.PRE: Window(due=3, closes=14, remind=(1, 2)),
    When.WEEKLY: Window(due=2, closes=7, remind=(1, 2)),
    When.MID: Window(due=3, closes=14, remind=(1, 2)),
    When.POST: Window(due=5, closes=28, remind=(2, 5)),
    When.FOLLOW_UP: Window(opens=-14, due=0, closes=28, remind=(0, 7, 14)),
    When.MODULE: Window(due=3, closes=14, remind=(2,)),
    When.TRIGGERED: Window(due=3, closes=14, remind=(1,)),
    When.EXTRA: Window(due=3, closes=7, remind=(1,)),
}


@dataclass(frozen=True)
class Trigger:
    """What another instrument's answers must say: a total, or an item's value, at or above a limit."""

    by: str
    from_score: int | None
    item: int | None
    from_answer: int | None
    most: int

    def met_by(self, slug: str, total: int | None, values: Sequence[int | None]) -> bool:
        """Whether these answers ask for it; what was left out asks for nothing."""
        if slug != self.by:
            return False
        given = values[self.item - 1] if self.item and self.item <= len(values) else None
        by_score = self.from_score is not None and total is not None and total >= self.from_score
        by_answer = self.from_answer is not None and given is not None and given >= self.from_answer
        return by_score or by_answer


@dataclass(frozen=True)
class Rule:
    """One measure of a plan. `every`: weeks between weekly ones; `month`: after the end; `who`: patient or staff."""

    instrument: str
    when: str
    window: Window
    week: int | None
    every: int
    month: int | None
    module: str
    trigger: Trigger
    who: str


@dataclass(frozen=True)
class Planned:
    """One occasion before it is stored."""

    instrument: str
    kind: str
    number: int
    opens_on: date
    due_on: date
    closes_on: date
    remind_on: tuple[date, ...] = ()
    who: str = "patient"


def rule_of(measure: Measure, own: Mapping[str, Measure] | None = None) -> Rule:
    """A measure of a version as a rule; its days are its own, else the unit's (`own`, by kind), else ours."""
    when = str(measure["when"])
    return Rule(
        instrument=str(measure["instrument"]),
        when=when,
        window=_over(_over(WINDOWS[when], (own or {}).get(when, {})), measure),
        week=measure.get("week"),
        every=measure.get("every") or 1,
        month=measure.get("month"),
        module=str(measure.get("module") or ""),
        trigger=Trigger(
            by=str(measure.get("by") or ""),
            from_score=measure.get("from_score"),
            item=measure.get("item"),
            from_answer=measure.get("from_answer"),
            most=measure.get("most") or 1,
        ),
        who=str(measure.get("who") or "patient"),
    )


def rules_of(measures: Iterable[Measure], when: str, own: Mapping[str, Measure] | None = None) -> list[Rule]:
    """The rules of one kind."""
    return [rule_of(measure, own) for measure in measures if measure["when"] == when]


def planned(
    measures: Iterable[Measure], *, starts_on: date, weeks: int, own: Mapping[str, Measure] | None = None
) -> list[Planned]:
    """All occasions that the start of a course fixes, by opening day.

    Pre is week one, so weekly measures run from week two; a mid measure gives way to a weekly one of the same
    instrument. Post opens the day after the last week. No two of one instrument are open at once: the earlier one
    closes when the next opens. Screenings come before (`screenings`); follow-ups, modules and triggers later.
    """
    rules = [rule_of(measure, own) for measure in measures]
    rules.sort(key=lambda rule: PRECEDENCE.index(When(rule.when)) if rule.when in PRECEDENCE else 99)
    found: dict[tuple[str, date], Planned] = {}
    for rule in rules:
        for number, after in _places(rule, weeks):
            one = placed(rule, number, starts_on + timedelta(weeks=after), not_before=starts_on)
            found.setdefault((one.instrument, one.opens_on), one)
    ordered = sorted(found.values(), key=lambda one: (one.opens_on, one.instrument))
    return [one for one in _clipped(ordered) if one.closes_on > one.opens_on]


def placed(rule: Rule, number: int, day: date, *, not_before: date | None = None) -> Planned:
    """One occasion of a rule around the day that it names."""
    window = rule.window
    opens = day + timedelta(days=window.opens)
    return Planned(
        rule.instrument,
        rule.when,
        number,
        opens_on=max(opens, not_before) if not_before else opens,
        due_on=day + timedelta(days=window.due),
        closes_on=day + timedelta(days=window.closes),
        remind_on=tuple(day + timedelta(days=days) for days in window.remind),
        who=rule.who,
    )


def screenings(
    measures: Iterable[Measure],
    *,
    decided_on: date,
    starts_on: date,
    own: Mapping[str, Measure] | None = None,
) -> list[Planned]:
    """What is asked between the decision to treat and the start: open from the one, closed at the latest by the other.

    None where a course starts the day that it is decided: the questions of the start stand for them.
    """
    if starts_on <= decided_on:
        return []
    found = [placed(rule, 0, decided_on) for rule in rules_of(measures, When.SCREENING, own)]
    return [_closing_by(one, starts_on) for one in found]


def follow_ups(
    measures: Iterable[Measure],
    *,
    ended_on: date,
    own: Mapping[str, Measure] | None = None,
    busy: Mapping[str, date] | None = None,
) -> list[Planned]:
    """The follow-ups of a course that ended on a day: whole calendar months after it, by opening day.

    `busy`: instrument -> the day that the questions after the treatment close; a follow-up opens then at the earliest.
    """
    found = [
        _opening_from(
            placed(rule, rule.month, months_after(ended_on, rule.month), not_before=ended_on),
            (busy or {}).get(rule.instrument, ended_on),
        )
        for rule in rules_of(measures, When.FOLLOW_UP, own)
        if rule.month
    ]
    return _clipped(sorted(found, key=lambda one: (one.opens_on, one.instrument)))


def months_after(day: date, months: int) -> date:
    """The same day of a later month; the last one where that month is shorter (31 August + 6 is 28 February)."""
    years, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + years, month + 1, 1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return first.replace(day=min(day.day, (following - first).days))


def _places(rule: Rule, weeks: int) -> list[tuple[int, int]]:
    """(number, weeks after the start) of each occasion of a rule."""
    middle = min(rule.week or max(weeks // 2, 1), weeks)
    places = {
        When.PRE.value: [(0, 0)],
        When.WEEKLY.value: [(number, number - 1) for number in range(2, weeks + 1, rule.every)],
        When.MID.value: [(middle, middle - 1)],
        When.POST.value: [(weeks, weeks)],
    }
    return places.get(rule.when, [])


def _clipped(ordered: Sequence[Planned]) -> list[Planned]:
    """An occasion closes at the latest when the next one of its instrument opens."""
    ends: dict[tuple[str, date], date] = {}
    for slug in {one.instrument for one in ordered}:
        for one, following in pairwise(one for one in ordered if one.instrument == slug):
            ends[slug, one.opens_on] = following.opens_on
    return [_closing_by(one, ends.get((one.instrument, one.opens_on), one.closes_on)) for one in ordered]


def _opening_from(one: Planned, day: date) -> Planned:
    """Opened later, due and closed no earlier for it; where it would close before it opens, open for a week."""
    if day <= one.opens_on:
        return one
    closes = one.closes_on if one.closes_on > day else day + timedelta(weeks=1)
    kept = tuple(each for each in one.remind_on if each >= day)
    return replace(one, opens_on=day, due_on=max(one.due_on, day), closes_on=closes, remind_on=kept)


def _closing_by(one: Planned, day: date) -> Planned:
    closes = min(one.closes_on, day)
    return replace(
        one,
        due_on=max(one.opens_on, min(one.due_on, closes)),
        closes_on=closes,
        remind_on=tuple(day for day in one.remind_on if one.opens_on <= day < closes),
    )


def _over(window: Window, said: Measure) -> Window:
    """A window with the days that a measure or a unit names itself; `within` is another word for due."""
    names = {"opens": "opens", "due": "due", "closes": "closes", "within": "due"}
    days = {field: said[name] for name, field in names.items() if said.get(name) is not None}
    remind = tuple(said["remind"]) if said.get("remind") is not None else window.remind
    changed = replace(window, **days, remind=remind)
    return replace(changed, closes=max(changed.closes, changed.due + 1, changed.opens + 1))
