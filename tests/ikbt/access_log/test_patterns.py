"""C7: the patterns find planted cases and leave ordinary work alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID, uuid4

import pytest

from ikbt.access_log.patterns import Pattern, Read, Someone, hits

NOON = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
ALFA, BETA = uuid4(), uuid4()
_numbers = count(1)


def someone(first: str = "", last: str = "", address: str = "", *units: UUID) -> Someone:
    return Someone(uuid4(), first, last, address, frozenset(units))


TOVE = someone("Tove", "Berg", "070-111 11 11", ALFA)
ANNA = someone("Anna", "Lind", "070-222 22 22")


def read(
    actor: Someone = TOVE,
    patient: Someone = ANNA,
    *,
    minutes: int = 0,
    relation: str = "responsible",
    as_patient: bool = False,
    opened: bool = True,
) -> Read:
    return Read(
        next(_numbers), NOON + timedelta(minutes=minutes), actor, patient, relation, as_patient, opened
    )


def found(*reads: Read, per_hour: int = 20) -> list[list[Pattern]]:
    """The patterns of each read."""
    judged = hits(reads, per_hour=per_hour)
    return [judged.get(one.id, []) for one in reads]


def test_c7_ordinary_work_is_left_alone() -> None:
    assert hits([read(), read(minutes=5), read(patient=someone("Pia", "Sand"))]) == {}


@pytest.mark.parametrize(
    ("patient", "pattern"),
    [
        (TOVE, Pattern.OWN_RECORD),
        (someone("tove", "BERG"), Pattern.SAME_NAME),
        (someone("Olof", " berg "), Pattern.SAME_SURNAME),
        (someone("Olof", "Ek", "0701111111"), Pattern.SAME_ADDRESS),
        (someone("Kim", "Ek", "", ALFA, BETA), Pattern.COLLEAGUE),
    ],
)
def test_c7_a_planted_case_is_found(patient: Someone, pattern: Pattern) -> None:
    assert found(read(patient=patient)) == [[pattern]]


def test_c7_a_read_without_a_relation_is_found() -> None:
    assert found(read(relation="")) == [[Pattern.NO_RELATION]]


def test_c7_somebody_of_another_unit_is_no_colleague() -> None:
    assert found(read(patient=someone("Kim", "Ek", "", BETA))) == [[]]


def test_c7_what_is_unknown_is_like_nobody() -> None:
    assert found(read(actor=someone("", "", "", ALFA), patient=someone())) == [[]]


def test_c7_a_patients_own_visit_is_no_case() -> None:
    assert found(read(actor=ANNA, patient=ANNA, relation="", as_patient=True)) == [[]]


def test_c7_more_patients_than_usual_within_an_hour_are_found() -> None:
    reads = [read(patient=someone("P", str(number)), minutes=5 * number) for number in range(6)]

    assert found(*reads, per_hour=5) == [[Pattern.VOLUME]] * 6
    assert found(*reads, per_hour=6) == [[]] * 6


def test_c7_the_hour_slides() -> None:
    """Six patients within 75 minutes: no hour holds more than five."""
    reads = [read(patient=someone("P", str(number)), minutes=15 * number) for number in range(6)]

    assert found(*reads, per_hour=4) == [[]] * 6
    assert found(*reads, per_hour=3) == [[Pattern.VOLUME]] * 6


def test_c7_the_same_patient_many_times_is_no_volume() -> None:
    assert found(*[read(minutes=number) for number in range(30)], per_hour=5) == [[]] * 30


def test_c7_a_list_counts_for_no_volume() -> None:
    reads = [read(patient=someone("P", str(number)), opened=False) for number in range(30)]

    assert found(*reads, per_hour=5) == [[]] * 30


def test_c7_one_read_may_have_several_reasons() -> None:
    relative = someone("Olof", "Berg", "070 111 11 11", ALFA)

    assert found(read(patient=relative, relation="")) == [
        [Pattern.SAME_SURNAME, Pattern.SAME_ADDRESS, Pattern.COLLEAGUE, Pattern.NO_RELATION]
    ]
