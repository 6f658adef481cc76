"""Moves what is still to be answered by whole days, when a course rests, is prolonged or taken up again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from ikbt.common.clock import STOCKHOLM, midnight
from measurements.models import Occasion, Series
from measurements.scheduling import Setting, first_free_number, versions_to_plan_with
from measurements.storing import definition_of

# What counts from the end moves with the end alone, and is planned when it comes.
STAYS = (Occasion.Kind.FOLLOW_UP,)


def shift_waiting(series: Series, *, days: int, at: datetime) -> dict[str, list[str]]:
    """Move all that is unanswered and not closed yet; what has a begun answer only gets longer. Ids of both."""
    waiting = Occasion.objects.standing().filter(series=series, answered_at=None, closes_at__gt=at)
    moved: dict[str, list[str]] = {"all": [], "left_open": []}
    for one in waiting.exclude(kind__in=STAYS):
        begun = one.draft_at is not None and one.opens_at <= at
        _shift(one, days, leaves_open=begun)
        moved["all"].append(str(one.pk))
        moved["left_open"] += [str(one.pk)] if begun else []
    return moved


def shift_back(series: Series, moved: dict[str, list[str]], *, days: int) -> None:
    """Move what `shift_waiting` named, where it is still unanswered, so many days back."""
    rows = Occasion.objects.standing().filter(series=series, pk__in=moved.get("all", []), answered_at=None)
    for one in rows:
        _shift(one, -days, leaves_open=str(one.pk) in moved.get("left_open", []))


def shift_kinds(series: Series, kinds: Collection[str], *, days: int) -> None:
    """Move the unanswered occasions of some kinds, closed ones too."""
    for one in Occasion.objects.standing().filter(series=series, kind__in=kinds, answered_at=None):
        _shift(one, days, leaves_open=False)


def withdraw_waiting(series: Series, *, at: datetime, only: Collection[str] | None = None) -> int:
    """Take back what nobody has answered and whose window is not over. How many.

    With `only`, of these, and none that she has begun to answer.
    """
    waiting = Occasion.objects.standing().filter(series=series, answered_at=None, closes_at__gt=at)
    wanted = waiting if only is None else waiting.filter(pk__in=only, draft_at=None)
    return wanted.update(cancelled_at=at)


def take_up_again(series: Series, *, withdrawn_at: datetime, days: int) -> None:
    """What an end withdrew at a moment stands again, later by so many days; what it planned after itself goes."""
    for one in Occasion.objects.filter(series=series, cancelled_at=withdrawn_at, answered_at=None):
        one.cancelled_at = None
        one.save(update_fields=["cancelled_at"])
        _shift(one, days, leaves_open=False)


def plan_safety(series: Series, setting: Setting, *, days: Collection[date], at: datetime) -> list[Occasion]:
    """An extra occasion of the weekly questionnaires with a risk item on each day: no reminder, open for a week."""
    weekly = {str(one["instrument"]) for one in setting.measures if one["when"] == Occasion.Kind.WEEKLY}
    found = versions_to_plan_with(series, setting, weekly, on=min(days)) if days else {}
    made = []
    for version in found.values():
        if definition_of(version).risk is None:
            continue
        for day in days:
            opens, closes = max(at, midnight(day)), midnight(day + timedelta(days=7))
            number = first_free_number(series.pk, version.pk, first=1)
            made.append(
                Occasion.objects.create(
                    series=series,
                    instrument=version,
                    kind=Occasion.Kind.EXTRA,
                    number=number,
                    opens_at=opens,
                    due_at=closes,
                    closes_at=closes,
                )
            )
    return made


def _shift(one: Occasion, days: int, *, leaves_open: bool) -> None:
    if not leaves_open:
        one.opens_at = _later(one.opens_at, days)
    one.due_at, one.closes_at = _later(one.due_at, days), _later(one.closes_at, days)
    one.remind_on = [(date.fromisoformat(day) + timedelta(days=days)).isoformat() for day in one.remind_on]
    one.save(update_fields=["opens_at", "due_at", "closes_at", "remind_on"])


def _later(moment: datetime, days: int) -> datetime:
    # In local time, on the wall: midnight stays midnight over a night on which clocks are changed.
    return moment.astimezone(STOCKHOLM) + timedelta(days=days)
