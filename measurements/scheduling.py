"""Stores the occasions that a plan asks for; that they open and close follows from the clock alone, no job runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from uuid import UUID

from ikbt.accounts.models import CareUnit, Person
from ikbt.common.clock import local_date, midnight
from measurements.form import responses
from measurements.models import InstrumentVersion, Occasion, Score, Series
from measurements.plan import (
    Measure,
    Planned,
    When,
    follow_ups,
    placed,
    planned,
    rule_of,
    rules_of,
    screenings,
)
from measurements.storing import definition_of, versions_at

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Setting:
    """What occasions are planned by: the version's measures and language, and the unit with its own windows by kind."""

    measures: Sequence[Measure]
    language: str
    unit: CareUnit
    windows: Mapping[str, Measure]


def plan_occasions(series: Series, setting: Setting, *, starts_on: date, weeks: int) -> list[Occasion]:
    """Store the occasions that the start of a course fixes; what stands already is left as it is."""
    plan = planned(setting.measures, starts_on=starts_on, weeks=weeks, own=setting.windows)
    return _store(series, setting, plan, on=starts_on)


def plan_screenings(series: Series, setting: Setting, *, decided_on: date, starts_on: date) -> list[Occasion]:
    """Store what is asked before the start, open from the day of the decision; a repeat changes nothing."""
    plan = screenings(setting.measures, decided_on=decided_on, starts_on=starts_on, own=setting.windows)
    return _store(series, setting, plan, on=decided_on)


def plan_follow_ups(series: Series, setting: Setting, *, ended_on: date) -> list[Occasion]:
    """Store the follow-ups, counted from the day the treatment ended; a repeat changes nothing.

    None opens while the questions after the treatment are still open and unanswered: two of one instrument at once
    would be one too many.
    """
    after = Occasion.objects.standing().filter(series=series, kind=Occasion.Kind.POST, answered_at=None)
    busy = {slug: local_date(closes) for slug, closes in after.values_list("instrument__slug", "closes_at")}
    plan = follow_ups(setting.measures, ended_on=ended_on, own=setting.windows, busy=busy)
    return _store(series, setting, plan, on=ended_on)


def plan_of_module(
    series: Series, setting: Setting, module_key: str, *, number: int, at: datetime
) -> list[Occasion]:
    """Store what is asked when a module opens, open from this moment.

    Nothing is asked twice in a week: another occasion of the instrument that opens within seven days is enough.
    """
    today = local_date(at)
    rules = rules_of(setting.measures, When.MODULE, setting.windows)
    found = [placed(rule, number, today) for rule in rules if rule.module == module_key]
    wanted = [one for one in found if not _is_near(series, one.instrument, at)]
    return _store(series, setting, wanted, on=today, opens_at=at)


def plan_triggered(series: Series, setting: Setting, score: Score, *, at: datetime) -> list[Occasion]:
    """Store what this score or its answers call for; the caller holds the course's lock and its transaction."""
    rules = rules_of(setting.measures, When.TRIGGERED, setting.windows)
    if not rules:
        return []
    today = local_date(at)
    values = responses(definition_of(score.occasion.instrument), score.answer_set.answers)
    found = []
    for rule in rules:
        if rule.trigger.met_by(score.instrument_slug, score.total_rounded, values):
            standing = Occasion.objects.standing().filter(series=series, instrument__slug=rule.instrument)
            had = standing.filter(kind=Occasion.Kind.TRIGGERED).count()
            if had < rule.trigger.most and not standing.open(at).exists():
                found.append(placed(rule, had + 1, today))
    return _store(series, setting, found, on=today, opens_at=at)


def plan_ordered(
    series: Series, setting: Setting, slug: str, *, days: int, note: str, ordered_by: Person, at: datetime
) -> Occasion:
    """An extra occasion that a therapist asks for: open now, closed after `days` whole days; numbered from 1.

    Raises LookupError when the instrument has no wording in the language.
    """
    today = local_date(at)
    rule = rule_of({"instrument": slug, "when": When.EXTRA}, setting.windows)
    place = placed(rule, 0, today)
    closes = today + timedelta(days=days)
    version = versions_to_plan_with(series, setting, {slug}, on=today)[slug]
    return Occasion.objects.create(
        series=series,
        instrument=version,
        kind=Occasion.Kind.EXTRA,
        number=first_free_number(series.pk, version.pk, first=1),
        opens_at=at,
        due_at=midnight(min(place.due_on, closes)),
        closes_at=midnight(closes),
        remind_on=[day.isoformat() for day in place.remind_on if day < closes],
        ordered_by=ordered_by,
        note=note or None,
    )


def plan_extra(occasion: Occasion, *, at: datetime) -> Occasion:
    """An extra occasion of the same instrument, open now: for answers that must not be turned away.

    It carries the number of the one it stands in for, or the next free one; the caller holds the course's lock.
    """
    return Occasion.objects.create(
        series_id=occasion.series_id,
        instrument=occasion.instrument,
        kind=Occasion.Kind.EXTRA,
        number=first_free_number(occasion.series_id, occasion.instrument_id, first=occasion.number),
        opens_at=at,
        due_at=at,
        closes_at=at + timedelta(days=1),
    )


def end_course(series: Series, *, at: datetime) -> None:
    """Withdraw what is unanswered and belongs to the course itself; what is asked after it opens now at the latest."""
    waiting = Occasion.objects.standing().filter(series=series, answered_at=None)
    # A window that closed unanswered stays a gap in the curve.
    kept = [Occasion.Kind.POST, Occasion.Kind.FOLLOW_UP, Occasion.Kind.EXTRA]
    waiting.filter(closes_at__gt=at).exclude(kind__in=kept).update(cancelled_at=at)
    for post in waiting.filter(kind=Occasion.Kind.POST, opens_at__gt=at):
        # Ended ahead of its time: the questions after the treatment come with the end, their window as long as before.
        earlier = local_date(post.opens_at) - local_date(at)
        post.remind_on = [(date.fromisoformat(day) - earlier).isoformat() for day in post.remind_on]
        post.opens_at, post.due_at, post.closes_at = (
            midnight(local_date(moment) - earlier) for moment in (post.opens_at, post.due_at, post.closes_at)
        )
        post.save(update_fields=["opens_at", "due_at", "closes_at", "remind_on"])


def _store(
    series: Series, setting: Setting, plan: Sequence[Planned], *, on: date, opens_at: datetime | None = None
) -> list[Occasion]:
    """Times are local midnights, right on days of clock change; `opens_at` where the moment itself opens it."""
    versions = versions_to_plan_with(series, setting, {one.instrument for one in plan}, on=on)
    return Occasion.objects.bulk_create(
        [
            Occasion(
                series=series,
                instrument=versions[one.instrument],
                kind=one.kind,
                number=one.number,
                opens_at=opens_at or midnight(one.opens_on),
                due_at=midnight(one.due_on),
                closes_at=midnight(one.closes_on),
                remind_on=[day.isoformat() for day in one.remind_on],
                who=one.who,
            )
            for one in plan
            if one.instrument in versions
        ],
        # One place in a series holds one occasion, however often it is planned.
        ignore_conflicts=True,
    )


def versions_to_plan_with(
    series: Series, setting: Setting, slugs: set[str], *, on: date
) -> dict[str, InstrumentVersion]:
    """The versions to plan with on a day, by id: those the series has, else with the unit's own wording and numbers.

    A course keeps the version it began with, so that its scores compare. What the unit has no wording for in the
    program's language is left out: a program may name an instrument that only some units hold.
    """
    had = Occasion.objects.filter(series=series, instrument__slug__in=slugs).select_related("instrument")
    # Latest first, so that the first one stays.
    begun = {one.instrument.slug: one.instrument for one in had.order_by("-opens_at")}
    stored = versions_at(setting.unit, slugs - set(begun), on=on) if slugs - set(begun) else {}
    spoken = {slug: row for slug, row in stored.items() if setting.language in definition_of(row).languages}
    return {**spoken, **begun}


def _is_near(series: Series, slug: str, at: datetime) -> bool:
    others = Occasion.objects.standing().filter(series=series, instrument__slug=slug)
    return others.filter(opens_at__gt=at - WEEK, opens_at__lt=at + WEEK).exists()


def first_free_number(series_id: UUID, version_id: UUID, *, first: int) -> int:
    same = Occasion.objects.filter(series=series_id, instrument=version_id, kind=Occasion.Kind.EXTRA)
    taken = set(same.values_list("number", flat=True))
    return next(number for number in count(first) if number not in taken)
