"""The week of planned activities: today first with its ticks, then every day of the week with what is on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.formats import date_format

from ikbt.common.clock import local_date
from ikbt.treatments.access import MyModule
from ikbt.treatments.models import WorksheetEntry
from ikbt.treatments.pages.frame import address
from ikbt.treatments.pages.worksheet import Exercise
from ikbt.treatments.ticking import MOODS, SCHEDULE, moment_of
from programs.exercises.definitions import ExerciseDefinition
from programs.exercises.wording import option_labels

DAYS_A_WEEK = 7
# Trying counts: what was done in part is no failure.
COUNTS = frozenset({"done", "partly"})


@dataclass(frozen=True)
class PlannedView:
    """One activity; `outcome` is empty until she has said how it went."""

    id: str
    time: str
    activity: str
    outcome: str
    outcome_label: str
    mood: str
    change_url: str


@dataclass(frozen=True)
class DayView:
    date: str
    name: str
    is_today: bool
    items: tuple[PlannedView, ...]


@dataclass(frozen=True)
class ScheduleView:
    """`done` of `due` counts what has come up so far this week, partly done included."""

    today: tuple[PlannedView, ...]
    days: tuple[DayView, ...]
    done: int
    due: int
    outcomes: tuple[tuple[str, str], ...]
    moods: tuple[int, ...]
    tick_url: str
    copy_url: str
    running: bool

    @property
    def may_copy(self) -> bool:
        """She is under way, and there is a day with something on it."""
        return self.running and any(day.items for day in self.days)


def schedule_view(
    my: MyModule, exercise: Exercise, entries: Sequence[WorksheetEntry], *, at: datetime
) -> ScheduleView | None:
    """None at other exercises, and before anything is planned."""
    handed_in = [entry for entry in entries if entry.state == WorksheetEntry.State.HANDED_IN]
    if exercise.definition.id != SCHEDULE or not handed_in:
        return None
    place = {"module_key": my.module.key, "step_key": exercise.place.step_key}
    labels = outcome_labels(exercise.definition, exercise.language)
    placed = by_day(handed_in, labels, address("step", my, **place))
    today = local_date(at)
    days = week_of(placed, today)
    so_far = [item for day in days if day.date <= today.isoformat() for item in day.items]
    return ScheduleView(
        today=placed.get(today, ()),
        days=days,
        done=sum(1 for item in so_far if item.outcome in COUNTS),
        due=len(so_far),
        outcomes=tuple(labels.items()),
        moods=tuple(MOODS),
        tick_url=address("tick", my, **place),
        copy_url=address("copy_day", my, **place),
        running=my.treatment.may_practise,
    )


def week_of(placed: Mapping[date, tuple[PlannedView, ...]], today: date) -> tuple[DayView, ...]:
    """The seven days from Monday."""
    monday = today - timedelta(days=today.weekday())
    days = [monday + timedelta(days=ahead) for ahead in range(DAYS_A_WEEK)]
    return tuple(
        DayView(day.isoformat(), date_format(day, "l j F"), day == today, placed.get(day, ())) for day in days
    )


def outcome_labels(definition: ExerciseDefinition, language: str) -> dict[str, str]:
    field = next((each for each in definition.fields if each.name == "outcome"), None)
    return option_labels(field, language) if field is not None else {}


def by_day(
    entries: Sequence[WorksheetEntry], labels: Mapping[str, str], url: str
) -> dict[date, tuple[PlannedView, ...]]:
    """The activities of each day by their time."""
    found: dict[date, list[PlannedView]] = {}
    for entry in entries:
        moment = moment_of(entry)
        if moment is not None:
            found.setdefault(moment.date(), []).append(planned_view(entry, moment, labels, url))
    return {day: tuple(sorted(items, key=lambda item: item.time)) for day, items in found.items()}


def planned_view(entry: WorksheetEntry, moment: datetime, labels: Mapping[str, str], url: str) -> PlannedView:
    outcome, mood = entry.values.get("outcome"), entry.values.get("actual_mood")
    return PlannedView(
        id=str(entry.pk),
        time=f"{moment:%H:%M}",
        activity=str(entry.values.get("activity") or ""),
        outcome=outcome if isinstance(outcome, str) else "",
        outcome_label=labels.get(outcome, "") if isinstance(outcome, str) else "",
        mood=str(mood) if isinstance(mood, int) else "",
        change_url=f"{url}?post={entry.pk}#ovning",
    )
