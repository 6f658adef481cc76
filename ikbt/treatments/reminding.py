"""What is to be reminded of and told by rule: decides which reminder of a treatment is due, the last one alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime

from ikbt.common.clock import local_date
from ikbt.treatments.acting_by_rule import Due, not_done
from ikbt.treatments.automatic_rules import AFTER, ANSWER_REMINDER, FOLLOW_UP_OPEN, WORKING, Rule, at_day
from ikbt.treatments.models import Treatment
from ikbt.treatments.still_wanted import mailable
from ikbt.treatments.switching import Switches
from measurements.models import Occasion


def due_reminders(at: datetime) -> Iterator[Due]:
    """Of each treatment the last reminder that has passed, and the follow-ups that have opened; not those done."""
    switches = Switches()
    days: dict[Treatment, set[date]] = defaultdict(set)
    found: list[Due] = []
    for one in _open(at):
        treatment = one.series.treatment
        days[treatment].update(_passed(one, at))
        opened = local_date(one.opens_at)
        if one.kind == Occasion.Kind.FOLLOW_UP and at_day(opened) <= at:
            found.append(Due(FOLLOW_UP_OPEN, treatment, opened))
    # After downtime the last one says it all: several at once would only nag.
    found += [Due(ANSWER_REMINDER, who, max(passed)) for who, passed in days.items() if passed]
    yield from not_done([due for due in _unique(found) if not _is_off(switches, due)])


def _open(at: datetime) -> Iterator[Occasion]:
    """All that may be answered now, with unit and patient; nobody's whose course rests or is closed."""
    people = ("series__treatment__unit", "series__treatment__patient", "series__treatment__therapist")
    rows = Occasion.objects.open(at).for_the_clock().select_related(*people)
    for states in (WORKING, AFTER):
        yield from mailable(rows.filter(series__treatment__state__in=states), set(states))


def _passed(occasion: Occasion, at: datetime) -> set[date]:
    return {day for day in map(date.fromisoformat, occasion.remind_on) if at_day(day) <= at}


def _unique(found: list[Due]) -> list[Due]:
    return list({due.key: due for due in found}.values())


def _is_off(switches: Switches, due: Due) -> bool:
    rule: Rule = due.rule
    return rule.key in switches.off_at(due.treatment.unit_id)
