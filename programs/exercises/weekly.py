"""Decides the values of past weeks: seven days each, counted back from today, from the week of the first
entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ikbt.common.clock import local_date, midnight
from programs.exercises.definitions import DerivedDefinition, ExerciseDefinition
from programs.exercises.derived import DAYS_A_WEEK, DerivedValue, date_in, derive
from programs.exercises.formula_names import nodes_in
from programs.exercises.grammar import Name, parse
from programs.exercises.values import entry_of

# Half a year: longer than any program with its follow-up exercises.
MOST_WEEKS = 26


@dataclass(frozen=True)
class WeekValues:
    """The week's values in the order of the definition; a week in which nobody wrote has all of them
    missing."""

    last_day: date
    values: tuple[DerivedValue, ...]


def weekly_values(definition: ExerciseDefinition) -> list[DerivedDefinition]:
    """Week values that entries alone settle; those that lean on another exercise hold for the present week
    only."""
    outside = {name.split(".")[0] for name in definition.context}
    return [each for each in definition.derived if each.scope == "week" and not outside & words_of(each)]


def words_of(derived: DerivedDefinition) -> set[str]:
    return {node.text for node in nodes_in(parse(derived.formula)) if isinstance(node, Name)}


def weeks_of(
    definition: ExerciseDefinition, entries: Sequence[Mapping[str, object]], *, now: datetime
) -> list[WeekValues]:
    """Each week's values, the oldest first, at most 26 weeks; no entries give no weeks."""
    wanted = {each.name for each in weekly_values(definition)}
    weeks = entries_by_week(definition, entries, local_date(now)) if wanted else {}
    found: list[WeekValues] = []
    for back in range(max(weeks, default=-1), -1, -1):
        last = local_date(now) - timedelta(days=back * DAYS_A_WEEK)
        # The last moment of a past week; of the present one, now.
        at = midnight(last + timedelta(days=1)) - timedelta(seconds=1) if back else now
        values = derive(definition, weeks.get(back, ()), now=at)
        found.append(WeekValues(last, tuple(each for each in values if each.name in wanted)))
    return found


def entries_by_week(
    definition: ExerciseDefinition, entries: Sequence[Mapping[str, object]], today: date
) -> dict[int, list[Mapping[str, object]]]:
    """Entries by how many weeks back they lie; those of days to come, and those without a day, in none."""
    weeks: dict[int, list[Mapping[str, object]]] = {}
    for entry in entries:
        day = date_in(definition, entry_of(definition, entry))
        if day and 0 <= (today - day).days < MOST_WEEKS * DAYS_A_WEEK:
            weeks.setdefault((today - day).days // DAYS_A_WEEK, []).append(entry)
    return weeks
