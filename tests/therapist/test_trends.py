"""Curves and the risk row from occasions alone; no database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from ikbt.treatments.models import ModuleProgress, Treatment
from measurements.registry import instrument
from therapist.courses import Course, Measured, Wrote, is_worse_once, standing_of
from therapist.trends import curves, last_score, risk_row

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
FIRST, SECOND = uuid4(), uuid4()
OUTLINE = {
    "weeks": 10,
    "modules": [],
    "measures": [{"instrument": "gad-7", "when": "pre"}, {"instrument": "phq-9", "when": "weekly"}],
}


def measured(
    week: int, total: int | None, *, item9: int | None = 0, version: UUID = FIRST, late: bool = True
) -> Measured:
    """PHQ-9 in a week of the course; without a total it was not answered."""
    opened = NOW - timedelta(weeks=10 - week)
    return Measured(
        id=uuid4(),
        series=uuid4(),
        version=version,
        kind="pre" if week == 1 else "weekly",
        number=0 if week == 1 else week,
        due_at=opened + timedelta(days=2) if late else NOW + timedelta(days=1),
        closes_at=opened + timedelta(days=7),
        answered_at=None if total is None else opened + timedelta(hours=1),
        total=total,
        severity="moderate",
        risk={None: "unanswered", 0: "none", 1: "watch"}.get(item9, "high"),
        details=None if total is None else {"suicidality_item": item9},
    )


def course(
    *occasions: Measured, wrote: Wrote | None = None, progress: list[ModuleProgress] | None = None
) -> Course:
    return Course(
        treatment=Treatment(state=Treatment.State.PAUSED),
        outline=OUTLINE,
        instruments={FIRST: instrument("phq-9"), SECOND: instrument("phq-9")},
        measured=list(occasions),
        progress=progress or [],
        wrote=wrote or Wrote(),
    )


def test_the_weekly_instrument_is_the_one_the_list_follows() -> None:
    assert course().main == "phq-9"


def test_answered_late_and_still_open_occasions_are_points_gaps_and_nothing() -> None:
    one = course(measured(1, 15), measured(2, None), measured(3, None, late=False))

    graph = curves(one, language="sv", at=NOW)[0].graph

    assert [(point.label, point.value) for point in graph.points] == [("Start", 15), ("v. 2", None)]


def test_a_new_version_of_the_questionnaire_breaks_the_line() -> None:
    one = course(measured(1, 15), measured(2, 14), measured(3, 13, version=SECOND))

    graph = curves(one, language="sv", at=NOW)[0].graph

    assert [point.breaks_line for point in graph.points] == [False, False, True]


def test_a_lone_answer_is_told_in_words_and_drawn_as_nothing_more() -> None:
    found = curves(course(measured(1, 15)), language="sv", at=NOW)[0]

    assert found.lone.startswith("PHQ-9, nedstämdhet: 15 ")
    assert found.lone.endswith("(Start)")


def test_before_the_first_answer_there_is_no_score() -> None:
    assert last_score(course(measured(1, None)), "phq-9", at=NOW) is None


def test_the_first_answer_alone_tells_no_change() -> None:
    found = last_score(course(measured(1, 15)), "phq-9", at=NOW)

    assert found is not None
    assert (found.total, found.change, found.values) == (15, "", (15,))


def test_the_risk_row_tells_missing_left_out_watch_and_high_apart() -> None:
    one = course(
        measured(1, 9, item9=0),
        measured(2, None),
        measured(3, 9, item9=None),
        measured(4, 9, item9=1),
        measured(5, 9, item9=3),
    )

    row = risk_row(one, language="sv", at=NOW)

    assert row is not None
    assert [(answer.text, answer.kind) for answer in row.answers] == [
        ("0", "success"),
        ("–", "neutral"),
        ("?", "neutral"),
        ("1", "watch"),
        ("3", "high"),
    ]
    assert row.answers[4].said == "Nästan varje dag"


def test_worse_once_is_told_apart_from_twice_and_from_not_reliably() -> None:
    once = course(measured(1, 9), measured(2, 15))
    twice = course(measured(1, 9), measured(2, 15), measured(3, 16))
    little = course(measured(1, 9), measured(2, 14))

    assert [is_worse_once(one, one.scored("phq-9")) for one in (once, twice, little)] == [True, False, False]


def test_worse_once_is_cleared_by_a_later_message_or_feedback_but_not_by_an_earlier() -> None:
    occasions = (measured(1, 9), measured(2, 15))
    answered = occasions[1].answered_at
    assert answered is not None
    later, earlier = answered + timedelta(hours=1), answered - timedelta(hours=1)

    silent = standing_of(course(*occasions, wrote=Wrote(staff_at=earlier)), at=NOW)
    written = standing_of(course(*occasions, wrote=Wrote(staff_at=later)), at=NOW)
    fed_back = standing_of(course(*occasions, progress=[ModuleProgress(feedback_at=later)]), at=NOW)

    assert [one.worse_since for one in (silent, written, fed_back)] == [answered, None, None]
