"""Who covers for an absent colleague: the stand-in while she is there, else the coordinator, else nobody."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from ikbt.common.clock import STOCKHOLM
from ikbt.treatments.cover_plan import Away, Cover, cover_of

START = datetime(2026, 12, 7, tzinfo=STOCKHOLM)
TOVE, SARA, KARIM, KATJA = (uuid4() for _ in range(4))


def day(number: int) -> datetime:
    return START + timedelta(days=number)


def away(person: UUID, since: int, until: int) -> Away:
    return Away(person, day(since), day(until))


def covering(
    *others: Away, stand_in: UUID | None = SARA, coordinators: tuple[UUID, ...] = (KARIM,)
) -> list[Cover]:
    absence = away(TOVE, 0, 10)
    return cover_of(absence, stand_in=stand_in, coordinators=coordinators, away=[absence, *others])


def test_the_stand_in_covers_the_whole_time() -> None:
    assert covering() == [Cover(SARA, day(0), day(10), is_stand_in=True)]


def test_without_a_stand_in_the_coordinator_does() -> None:
    assert covering(stand_in=None) == [Cover(KARIM, day(0), day(10), is_stand_in=False)]


def test_while_the_stand_in_is_away_the_coordinator_covers() -> None:
    assert covering(away(SARA, 3, 5)) == [
        Cover(SARA, day(0), day(3), is_stand_in=True),
        Cover(KARIM, day(3), day(5), is_stand_in=False),
        Cover(SARA, day(5), day(10), is_stand_in=True),
    ]


def test_an_absent_coordinator_is_passed_over_for_the_next() -> None:
    found = covering(away(KARIM, -2, 20), stand_in=None, coordinators=(KARIM, KATJA))

    assert found == [Cover(KATJA, day(0), day(10), is_stand_in=False)]


def test_a_time_with_nobody_is_left_out() -> None:
    assert covering(away(SARA, 3, 5), coordinators=()) == [
        Cover(SARA, day(0), day(3), is_stand_in=True),
        Cover(SARA, day(5), day(10), is_stand_in=True),
    ]


def test_nobody_covers_for_herself() -> None:
    assert covering(stand_in=None, coordinators=(TOVE,)) == []


@given(
    st.lists(
        st.tuples(st.sampled_from([SARA, KARIM, KATJA]), st.integers(-3, 12), st.integers(1, 9)), max_size=6
    )
)
def test_whoever_covers_is_there_and_no_moment_has_two(spans: list[tuple[UUID, int, int]]) -> None:
    others = [away(person, since, since + length) for person, since, length in spans]

    found = covering(*others, coordinators=(KARIM, KATJA))

    for one, following in pairwise(found):
        assert one.until <= following.since
    for one in found:
        assert day(0) <= one.since < one.until <= day(10)
        assert not any(
            gone.person == one.staff and gone.since < one.until and gone.until > one.since for gone in others
        )
    for number in range(10):
        gone = {one.person for one in others if one.since <= day(number) < one.until}
        covered = any(one.since <= day(number) < one.until for one in found)
        assert covered == (not gone >= {SARA, KARIM, KATJA})
