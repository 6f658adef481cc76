"""Pure: decides what each patient of a simulated month does and when; the same for the same seed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from random import Random

from ikbt.demo.simulation import Course, simulate

DAY, HOUR, WEEK = timedelta(days=1), timedelta(hours=1), timedelta(weeks=1)
FRIDAY = 4
WRITES_A_WEEK, PAUSES, ENDS, HANDED_OVER = 0.4, 0.05, 0.04, 0.03
# Of four: two keep e-mail, one chooses text messages; of ten one wants none.
BY_TEXT, BY_NOTHING = 0.25, 0.10


class What(StrEnum):
    """The first four are the patient's own, the others are done at the unit."""

    ANSWER = "answer"
    HAND_IN = "hand_in"
    WRITE = "write"
    PAUSE = "pause"
    START = "start"
    HAND_OVER = "hand_over"
    END = "end"
    CLOSE = "close"


@dataclass(frozen=True)
class Act:
    """So long after the month began; `days` of a pause."""

    after: timedelta
    what: What
    days: int = 0


@dataclass(frozen=True)
class Plan:
    """One patient: her number and her therapist's, her course, how she wants notices, what is done when."""

    number: int
    therapist: int
    course: Course
    notices_by: str
    acts: tuple[Act, ...]


def plan_month(*, patients: int, therapists: int, days: int, seed: int) -> list[Plan]:
    """Everybody starts within the first third of the month, on a weekday; the month begins on a Monday."""
    first = [day for day in range(max(1, days // 3)) if day % 7 <= FRIDAY]
    return [
        _plan(number, number % therapists, first[number // therapists % len(first)], days, seed)
        for number in range(patients)
    ]


def _plan(number: int, therapist: int, day: int, days: int, seed: int) -> Plan:
    chance = Random(f"{seed} month {number}")
    course = simulate(seed * 1_000_000 + number)
    begins = DAY * day + 9 * HOUR + timedelta(minutes=chance.randint(0, 90))
    acts = [Act(begins, What.START), Act(begins + HOUR * chance.uniform(1, 30), What.ANSWER)]
    acts += _weeks(course, begins, chance)
    acts += _turns(begins, chance)
    way = "sms" if chance.random() < BY_TEXT else "none" if chance.random() < BY_NOTHING else "email"
    within = [act for act in acts if act.after < DAY * days]
    return Plan(number, therapist, course, way, tuple(sorted(within, key=lambda act: act.after)))


def _weeks(course: Course, begins: timedelta, chance: Random) -> list[Act]:
    """Week by week what the simulated course says: answers, work handed in; and now and then a message."""
    found = []
    for week in course.weeks:
        since = begins + WEEK * (week.number - 1)
        going = course.stopped_after is None or week.number <= course.stopped_after
        if week.phq9 is not None:
            found.append(Act(_awake(since + HOUR * chance.triangular(7, 96, 14)), What.ANSWER))
        if week.handed_in:
            found.append(Act(_awake(since + HOUR * chance.uniform(82, 158)), What.HAND_IN))
        if going and chance.random() < WRITES_A_WEEK:
            found.append(Act(_awake(since + HOUR * chance.uniform(14, 156)), What.WRITE))
    return found


def _turns(begins: timedelta, chance: Random) -> list[Act]:
    """What happens to some: a pause, another therapist, an end before the time and, later, a closed case."""
    found, day = [], begins - begins % DAY
    if chance.random() < PAUSES:
        found.append(
            Act(_awake(begins + DAY * chance.uniform(4, 12)), What.PAUSE, days=chance.choice((3, 7, 14)))
        )
    if chance.random() < HANDED_OVER:
        found.append(Act(day + DAY * 7 + 11 * HOUR, What.HAND_OVER))
    if chance.random() < ENDS:
        found += [Act(day + DAY * 7 + 10 * HOUR, What.END), Act(day + DAY * 14 + 15 * HOUR, What.CLOSE)]
    return found


def _awake(after: timedelta) -> timedelta:
    """Between 7 and 23, to within the hour that a change of the clock moves it."""
    time = after % DAY
    return after - time + min(max(time, 7 * HOUR), 23 * HOUR)
