"""Makes ended treatments with summaries at a unit; holds no tests."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from ikbt.accounts.models import CareUnit, Person
from ikbt.common import clock
from ikbt.treatments.models import OutcomeSummary, Treatment
from measurements.models import Series
from tests.cast import Cast


def measures(made: random.Random) -> dict[str, list[list[Any]]]:
    """Made-up occasions of both instruments, some unanswered."""
    found = {}
    for slug, highest in (("phq-9", 27), ("gad-7", 21)):
        base = made.randint(6, highest)
        rows: list[list[Any]] = [["pre", 0, 0, 3, 14, 0, float(base)]]
        for week in range(2, 5):
            total = float(max(0, base - week)) if made.random() < 0.7 else None
            day = None if total is None else 7 * week - 6
            rows.append(["weekly", week, 7 * week - 7, 7 * week - 5, 7 * week, day, total])
        end = float(max(0, base - made.randint(0, 14))) if made.random() < 0.75 else None
        rows.append(["post", 10, 70, 75, 98, None if end is None else 72, end])
        found[slug] = rows
    return found


def ended(cast: Cast, n: int, unit: CareUnit, *, seed: int = 3) -> list[OutcomeSummary]:
    """So many ended treatments at a unit, each of another person."""
    made, at = random.Random(seed), clock.now()
    people = Person.objects.bulk_create(
        Person(
            email=f"{unit.slug}{number}@example.org",
            first_name="P",
            last_name=str(number),
            born=date(1950 + number % 50, 5, 5),
            sex=made.choice(["female", "male"]),
        )
        for number in range(n)
    )
    series = Series.objects.bulk_create(Series(person=person) for person in people)
    treatments = Treatment.objects.bulk_create(
        Treatment(
            patient=person,
            version=cast.treatment.version,
            unit=unit,
            therapist=cast.tove,
            series=one,
            state=Treatment.State.CLOSED,
            starts_on=clock.today() - timedelta(days=500 - number % 400),
            ended_at=at,
        )
        for number, (person, one) in enumerate(zip(people, series, strict=True))
    )
    return OutcomeSummary.objects.bulk_create(
        OutcomeSummary(
            treatment=one,
            measures=measures(made),
            modules_total=10,
            modules_done=made.randint(0, 10),
            made_at=at,
        )
        for one in treatments
    )
