"""Decides what the first therapist's desk shows today: set pieces with a course that fits, and what happens
live."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ikbt.audit.recording import SYSTEM
from ikbt.demo.answer_history import MAIN, option_codes
from ikbt.demo.people import data
from ikbt.demo.simulation import Course, simulate
from ikbt.demo.story import Scene
from ikbt.treatments.answering import answer_occasion
from ikbt.treatments.messaging import send_message
from ikbt.treatments.models import Treatment
from measurements.models import Occasion

Fits = Callable[[Course, int], bool]
# Seeds tried before a set piece takes what it gets.
TRIES = 20_000
RELIABLY_WORSE = 6


@dataclass(frozen=True)
class SetPiece:
    """One patient at the first desk: when she started, which course she must have, what is left for today.

    `risk` and `worse` are answered live `minutes_ago`; `message` is a place in texts.json's list of waiting
    messages.
    """

    name: str
    days_ago: int
    fits: Fits
    scene: Scene = field(default_factory=lambda: Scene(settled=True))
    minutes_ago: int = 0
    risk: int | None = None
    worse: bool = False
    message: int | None = None


def course_for(piece: SetPiece, *, seed: int) -> Course:
    """The first simulated course from `seed` on that the set piece fits; the same for the same seed."""
    week = piece.days_ago // 7 + 1
    courses = (simulate(seed + number) for number in range(TRIES))
    return next((course for course in courses if piece.fits(course, week)), simulate(seed))


def play(pieces: Mapping[str, tuple[SetPiece, Treatment, Course]], *, now: datetime) -> None:
    """What happened in the last hours, through the same functions as in real life; oldest first."""
    for piece, treatment, course in sorted(pieces.values(), key=lambda row: -row[0].minutes_ago):
        at = now - timedelta(minutes=piece.minutes_ago)
        if piece.risk is not None or piece.worse:
            _answer(treatment, course, piece, at=at)
        if piece.message is not None:
            send_message(
                treatment,
                data("texts")["waiting"][piece.message],
                sender=treatment.patient,
                client_key=uuid.uuid4(),
                by=SYSTEM,
                at=at,
            )


def _answer(treatment: Treatment, course: Course, piece: SetPiece, *, at: datetime) -> None:
    occasion = (
        Occasion.objects.open(at)
        .filter(series=treatment.series_id, kind=Occasion.Kind.WEEKLY, instrument__slug=MAIN)
        .select_related("instrument")
        .order_by("opens_at")
        .first()
    )
    if occasion is None:
        return
    answer_occasion(
        treatment,
        occasion,
        option_codes(occasion, _values(course, piece)),
        language="sv",
        client_key=uuid.uuid4(),
        given_by=treatment.patient,
        by=SYSTEM,
        at=at,
    )


def _values(course: Course, piece: SetPiece) -> tuple[int, ...]:
    if piece.worse:
        return (3, 3, 3, 3, 2, 3, 2, 1, 0)
    last = _answers_before(course, piece.days_ago // 7 + 1)[-1]
    # A heavier week than the last one: each answer above 0 a step up.
    heavier = tuple(min(3, value + (value > 0)) for value in last[:8])
    return (*heavier, piece.risk or 0)


def _answers_before(course: Course, week: int) -> list[tuple[int, ...]]:
    later = [one.phq9 for one in course.weeks if one.phq9 is not None and one.number < week]
    return [course.pre, *later]


def _goes_on(course: Course, week: int) -> bool:
    """At work, answering, with no risk and not worse."""
    answers = _answers_before(course, week)
    return _at_work(course, week) and _calm(course, answers) and 8 < sum(answers[-1]) < 18


def _at_work(course: Course, week: int) -> bool:
    """Still at work, and answered the last two weeks that are over."""
    goes_on = course.stopped_after is None or course.stopped_after > week
    return goes_on and all(one.phq9 is not None for one in course.weeks[1 : week - 1][-2:])


def _calm(course: Course, answers: list[tuple[int, ...]]) -> bool:
    """Never a risk answer, never reliably worse."""
    limit = sum(course.pre) + RELIABLY_WORSE
    return all(one[8] == 0 and sum(one) < limit for one in answers)


def _gets_better(course: Course, week: int) -> bool:
    answers = _answers_before(course, week)
    return _goes_on(course, week) and sum(answers[-1]) < sum(course.pre) - 3


def _gets_worse(course: Course, week: int) -> bool:
    """Reliably worse at the last answer and not before, so that one more makes it twice in a row."""
    *earlier, last = _answers_before(course, week)
    answered = course.weeks[week - 2].phq9 is not None
    worse = last[8] == 0 and sum(last) >= sum(course.pre) + RELIABLY_WORSE
    return answered and worse and _calm(course, earlier) and sum(course.pre) <= 14


def _falls_silent(course: Course, week: int) -> bool:
    """Stops in the third week and answers nothing from then on."""
    silent = not any(one.phq9 for one in course.weeks[3:])
    return course.stopped_after == 3 and silent and _calm(course, _answers_before(course, week))


PIECES = (
    SetPiece("high risk", 30, _goes_on, Scene(keep_open=True, settled=True), minutes_ago=6, risk=2),
    SetPiece("watch", 44, _goes_on, Scene(keep_open=True, settled=True), minutes_ago=3 * 60, risk=1),
    SetPiece("worse", 51, _gets_worse, Scene(keep_open=True, settled=True), minutes_ago=20 * 60, worse=True),
    SetPiece("wrote today", 44 + 7, _gets_better, minutes_ago=3 * 60 + 20, message=0),
    SetPiece("wrote yesterday", 16, _goes_on, minutes_ago=27 * 60, message=1),
    SetPiece("wrote two days ago", 24, _goes_on, minutes_ago=51 * 60, message=2),
    SetPiece("handed in today", 37, _gets_better, Scene(hands_in_hours_ago=5, settled=True)),
    SetPiece("handed in yesterday", 65, _gets_better, Scene(hands_in_hours_ago=30, settled=True)),
    SetPiece("silent", 40, _falls_silent),
)
