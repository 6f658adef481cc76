"""Reads what may leave for research: answers of those who have agreed to it, as numbers and short keys.

Left out are protected identities, whatever they have agreed to. Of somebody with several treatments the newest is read,
if she has agreed in it: a person stands once in the table.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from ikbt.accounts.models import Person
from ikbt.common.clock import local_date
from ikbt.treatments.models import Treatment
from measurements.form import responses
from measurements.models import AnswerSet, Occasion
from measurements.outcomes.research import Answer, Participant
from measurements.storing import definition_of
from therapist.frame import age_on

SEXES = {Person.Sex.FEMALE: "woman", Person.Sex.MALE: "man", Person.Sex.OTHER: "unknown"}
AT_ONCE = 500


@dataclass(frozen=True)
class Agreed:
    """The treatments that research may use, by the series of their answers."""

    by_series: dict[UUID, Treatment]

    @property
    def patients(self) -> list[UUID]:
        """Whose they are."""
        return [one.patient_id for one in self.by_series.values()]


def agreed_at(units: Collection[UUID]) -> Agreed:
    """The newest treatment of each patient at these units who agrees to research in it, with any answer; two queries.

    What she has said in the newest one counts: a yes to an earlier treatment is none once she is asked anew.
    """
    found = (
        Treatment.objects.of_units(units)
        .filter(patient__protected_identity=False)
        .select_related("patient", "version__program")
        .order_by("starts_on", "created_at")
    )
    newest = {one.patient_id: one for one in found}
    agreed = {one.series_id: one for one in newest.values() if one.research_consent}
    answered = Occasion.objects.for_the_clock().filter(series__in=list(agreed)).exclude(answered_at=None)
    with_answers = set(answered.values_list("series_id", flat=True))
    return Agreed({series: one for series, one in agreed.items() if series in with_answers})


def participants_of(agreed: Agreed) -> list[Participant]:
    """Each with what others may know of her, to be made coarser."""
    return [
        Participant(
            person=str(one.patient_id),
            age=age_on(one.patient.born, one.starts_on) if one.patient.born else None,
            sex=SEXES[Person.Sex(one.patient.sex)],
            program=one.version.program.key,
            started_on=one.starts_on,
        )
        for one in agreed.by_series.values()
    ]


def answers_of(agreed: Agreed) -> Iterator[Answer]:
    """Every scored item and the total of every occasion that was answered; a query for each five hundred courses."""
    series = list(agreed.by_series)
    for begins in range(0, len(series), AT_ONCE):
        part = series[begins : begins + AT_ONCE]
        sets = AnswerSet.objects.filter(occasion__series__in=part).select_related(
            "occasion__instrument", "score"
        )
        for one in sets:
            yield from _of_set(one, agreed.by_series[one.occasion.series_id])


def _of_set(given: AnswerSet, treatment: Treatment) -> Iterator[Answer]:
    occasion = given.occasion
    known = definition_of(occasion.instrument)
    values: Sequence[int | None] = responses(known, given.answers)
    total = given.score.total
    numbered = [(f"item-{number}", value) for number, value in enumerate(values, start=1)]
    for item, value in [*numbered, ("total", None if total is None else float(total))]:
        yield Answer(
            person=str(treatment.patient_id),
            instrument=known.id,
            version=version_key(known.version),
            wave=wave_key(occasion.kind, occasion.number),
            answered_on=local_date(given.answered_at),
            item=item,
            value=value,
        )


def version_key(version: str) -> str:
    """The version without a unit's own mark, which would tell the unit: "1.0.0-own"."""
    shipped, mark, _own = version.partition("+")
    return f"{shipped}-own" if mark else shipped


def wave_key(kind: str, number: int) -> str:
    """ "pre", "weekly-2", "follow_up-6"."""
    return f"{kind}-{number}" if number else kind
