"""Reads the summaries of a service's treatments into a table for arithmetic; decides which treatments and waves count.

Counted are treatments that have ended. Their waves are "pre" (else the screening), "week 2" and on, "mid", "post" and
"follow-up 3" months and on; extra occasions are care, no wave.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.db.models import Count, F, Max, TextField
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import Cast, ExtractYear

from ikbt.common.clock import local_date
from ikbt.outcomes.guarding import Cell
from ikbt.treatments.models import OutcomeSummary
from ikbt.treatments.outcome_querysets import OutcomeSummaryQuerySet
from ikbt.treatments.thresholds import COMPLETED_SHARE
from measurements.models import Occasion
from measurements.registry import shipped
from therapist.frame import age_on

if TYPE_CHECKING:
    from measurements.outcomes.table import Table

Kind = Occasion.Kind
# Upper ends, in years at the start.
AGE_BANDS = (24, 34, 44, 54, 64)
ADULT = 18
SCREENED = "screening"
NOTHING = (0, None)
Answers = Mapping[str, tuple[int, Any]]
CUTS = ("unit", "program", "period", "age", "sex")


@dataclass(frozen=True)
class Choice:
    """Which treatments: at these units, of this program ("" for all), started from and until (inclusive)."""

    units: tuple[UUID, ...]
    program: str = ""
    since: date | None = None
    until: date | None = None


class Stamp(NamedTuple):
    """How many treatments a choice holds, and when one of their summaries was last made."""

    n: int
    newest: datetime | None


class Row(NamedTuple):
    """One ended treatment as it is counted."""

    summary: UUID
    # Instrument -> wave -> (day, score).
    answers: Mapping[str, Answers]
    completed: bool
    days_to_start: int
    unit: str
    program: str
    period: str
    age: str
    sex: str


def rows_of(choice: Choice, *, instrument: str = "", made_since: datetime | None = None) -> list[Row]:
    """The ended treatments of a choice, by their start; one query. With an instrument its measures alone are read;
    with a moment those alone whose summary was made from then on."""
    chosen = _chosen(choice) if made_since is None else _chosen(choice).filter(made_at__gte=made_since)
    read = list(
        chosen.order_by("treatment__starts_on", "pk").values_list(
            *("pk", _text_of(instrument) if instrument else F("measures")),
            *("modules_total", "modules_done", "treatment__unit__name"),
            *("treatment__version__program__title", "treatment__starts_on", "treatment__created_at"),
            *("treatment__patient__born", "treatment__patient__sex"),
        )
    )
    if not instrument:
        return [_row(row[0], row[1], *row[2:]) for row in read]
    # Read as one text: thousands of small ones cost ten times as much.
    texts = json.loads(f"[{','.join(row[1] or 'null' for row in read)}]")
    return [
        _row(row[0], {instrument: own} if own else {}, *row[2:]) for own, row in zip(texts, read, strict=True)
    ]


def _row(
    summary: UUID,
    measures: Mapping[str, Sequence[Sequence[Any]]],
    modules: int,
    done: int,
    unit: str,
    program: str,
    starts_on: date,
    decided_at: datetime,
    born: date | None,
    sex: str,
) -> Row:
    """All that follows from one treatment alone, so that what is kept of it need not be counted again."""
    return Row(
        summary=summary,
        answers={slug: _answers(occasions) for slug, occasions in measures.items()},
        # Handed in at least the share of the modules that counts as having gone through the program.
        completed=modules > 0 and done >= COMPLETED_SHARE * modules,
        days_to_start=max(0, (starts_on - local_date(decided_at)).days),
        unit=unit,
        program=program,
        period=f"{starts_on.year}",
        age=age_band(born, starts_on),
        sex=sex,
    )


def _text_of(instrument: str) -> Cast:
    """One instrument's measures as the database has them written, not yet read as JSON."""
    return Cast(KeyTransform(instrument, "measures"), TextField())


def stamp_of(choice: Choice) -> Stamp:
    """What changes when a treatment of the choice ends or somebody in it answers; one query that reads no measures."""
    found = _chosen(choice).aggregate(n=Count("pk"), newest=Max("made_at"))
    return Stamp(**found)


def cells_of(units: Collection[UUID]) -> Counter[Cell]:
    """How many ended treatments at these units under each unit, program and year of start; one query."""
    rows = (
        OutcomeSummary.objects.of_units(units)
        .over()
        .values_list(
            "treatment__unit", "treatment__version__program__key", ExtractYear("treatment__starts_on")
        )
        .annotate(n=Count("pk"))
    )
    return Counter({Cell(str(unit), program, year): n for unit, program, year, n in rows})


def divided_cells_of(units: Collection[UUID], cut: str) -> Counter[Cell]:
    """The same, each divided further by a cut; one query that reads no measures."""
    rows = (
        OutcomeSummary.objects.of_units(units)
        .over()
        .values_list(
            *("treatment__unit", "treatment__version__program__key", "treatment__starts_on"),
            *("treatment__unit__name", "treatment__version__program__title"),
            *("treatment__patient__born", "treatment__patient__sex"),
        )
    )
    found: Counter[Cell] = Counter()
    for unit, program, starts_on, name, title, born, sex in rows:
        groups = {"unit": name, "program": title, "period": f"{starts_on.year}", "sex": sex}
        group = groups[cut] if cut in groups else age_band(born, starts_on)
        found[Cell(str(unit), program, starts_on.year, group)] += 1
    return found


def _chosen(choice: Choice) -> OutcomeSummaryQuerySet:
    found: OutcomeSummaryQuerySet = OutcomeSummary.objects.of_units(choice.units).over()
    if choice.program:
        found = found.filter(treatment__version__program__key=choice.program)
    if choice.since:
        found = found.filter(treatment__starts_on__gte=choice.since)
    if choice.until:
        found = found.filter(treatment__starts_on__lte=choice.until)
    return found


def table_of(rows: Sequence[Row], *, instruments: Collection[str] = ()) -> Table | None:
    """The rows as a table, of some instruments or of all that are known; None when nobody has a score."""
    import numpy as np

    from measurements.outcomes.measure import measure
    from measurements.outcomes.table import Table

    slugs = _instruments(rows, instruments)
    answers = {slug: [row.answers.get(slug, {}) for row in rows] for slug in slugs}
    waves, days = _waves(answers.values())
    if not waves:
        return None
    return Table(
        persons=tuple(map(str, range(len(rows)))),
        waves=waves,
        days=days,
        measures={slug: measure(slug) for slug in slugs},
        scores={slug: _scores(given, waves) for slug, given in answers.items()},
        columns=_columns(rows),
        completed=np.array([row.completed for row in rows], dtype=float),
        days_to_start=np.array([row.days_to_start for row in rows], dtype=float),
    )


def _instruments(rows: Sequence[Row], wanted: Collection[str]) -> list[str]:
    """The instruments that somebody was asked, of those wanted (all when empty) and shipped."""
    asked = {slug for row in rows for slug in row.answers} & set(shipped())
    return sorted(asked & set(wanted) if wanted else asked)


def _scores(given: Sequence[Answers], waves: Sequence[str]) -> Any:
    """Treatments x waves, NaN where unanswered."""
    import numpy as np

    blank = [None] * len(waves)
    return np.array(
        [[one.get(wave, NOTHING)[1] for wave in waves] if one else blank for one in given], dtype=float
    )


def _answers(occasions: Sequence[Sequence[Any]]) -> Answers:
    """Wave -> (day, score) of one treatment; a screening stands for "pre" where that was not answered."""
    found = {
        wave: (one[5], one[6])
        for one in occasions
        if one[6] is not None and (wave := wave_of(one[0], one[1]))
    }
    if SCREENED in found:
        screened = found.pop(SCREENED)
        found.setdefault("pre", screened)
    return found


@cache
def wave_of(kind: str, number: int) -> str:
    """The wave that an occasion belongs to; "" when to none."""
    named = {
        Kind.SCREENING: SCREENED,
        Kind.PRE: "pre",
        Kind.WEEKLY: f"week {number}",
        Kind.MID: "mid",
        Kind.POST: "post",
        Kind.FOLLOW_UP: f"follow-up {number}",
    }
    return named.get(Kind(kind), "")


def _waves(answers: Iterable[Sequence[Answers]]) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """The waves there are, by their median day; "pre" first and "post" after all weeks whatever the days say."""
    import numpy as np

    days: dict[str, list[int]] = {}
    for given in answers:
        for one in given:
            for wave, (day, _total) in one.items():
                days.setdefault(wave, []).append(day)
    middle = {wave: float(np.median(of)) for wave, of in days.items()}
    order = sorted(middle, key=lambda wave: (_stage(wave), middle[wave], wave))
    return tuple(order), tuple(middle[wave] for wave in order)


def _stage(wave: str) -> int:
    if wave == "pre":
        return 0
    return 3 if wave.startswith("follow") else 2 if wave == "post" else 1


def _columns(rows: Sequence[Row]) -> dict[str, Any]:
    import numpy as np

    from measurements.outcomes.columns import Column

    cuts: dict[str, list[str]] = {
        "unit": [row.unit for row in rows],
        "program": [row.program for row in rows],
        "period": [row.period for row in rows],
        "age": [row.age for row in rows],
        "sex": [row.sex for row in rows],
    }
    found = {}
    for name, words in cuts.items():
        names = tuple(sorted(set(words)))
        place = {word: at for at, word in enumerate(names)}
        found[name] = Column(names, np.array([place[word] for word in words], dtype=np.intp))
    return found


def age_band(born: date | None, on: date) -> str:
    """ "18-24" and so on at a day; "" without a date of birth."""
    if born is None:
        return ""
    age = age_on(born, on)
    if age < ADULT:
        return f"-{ADULT - 1}"
    upper = next((one for one in AGE_BANDS if age <= one), None)
    below = [one + 1 for one in AGE_BANDS if one < age]
    return f"{below[-1] if below else ADULT}-{upper or ''}"
