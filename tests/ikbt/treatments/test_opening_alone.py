"""Modules that open by themselves: when everything holds, once, and never past an alert."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from ikbt.audit.recording import SYSTEM
from ikbt.outbox.models import Notice
from ikbt.treatments.alerting import close_alert
from ikbt.treatments.models import Alert, Treatment, TreatmentEvent
from ikbt.treatments.opening_alone import open_alone
from ikbt.treatments.timekeeping import keep_time
from tests.cast import Cast
from tests.ikbt.treatments.tailored import Course, Document, course, exercise_step, module
from tests.programs.versions import next_version
from tests.therapist.scenes import assessed

pytestmark = pytest.mark.django_db


@pytest.fixture
def auto(cast: Cast) -> Course:
    """Three modules; the second and the third open by themselves."""
    return course(
        cast,
        module("m01", exercise_step("m01-s01"), release="start"),
        module("m02", exercise_step("m02-s01"), release="auto", unlock={"weekly": False}),
        module("m03", exercise_step("m03-s01"), release="auto", unlock={"weekly": False}),
    )


def test_the_next_module_opens_with_the_hand_in_that_meets_its_rule(auto: Course) -> None:
    auto.write("m01", "m01-s01")

    auto.hand_in("m01", days=6)

    assert auto.open == ["m01", "m02"]
    opened = auto.treatment.progress.get(module_key="m02")
    assert opened.opened_by is None
    assert opened.reason == ""
    assert Notice.objects.filter(person=auto.patient, key=f"opened-module:{opened.pk}").count() == 1


def test_too_early_it_opens_by_the_clock_once_the_days_have_passed(auto: Course) -> None:
    auto.write("m01", "m01-s01")
    auto.hand_in("m01", days=2)
    assert auto.open == ["m01"]

    assert keep_time(at=auto.later(4)).opened == 0
    assert keep_time(at=auto.later(6)).opened == 1

    assert auto.open == ["m01", "m02"]


def test_a_repeat_opens_nothing_more_and_tells_nothing_twice(auto: Course) -> None:
    auto.write("m01", "m01-s01")
    auto.hand_in("m01", days=6)

    for _ in range(3):
        open_alone(auto.treatment, at=auto.later(7))
        keep_time(at=auto.later(7))

    assert auto.open == ["m01", "m02"]
    opened = TreatmentEvent.objects.filter(treatment=auto.treatment, kind="module_opened")
    assert opened.count() == 1
    assert Notice.objects.filter(person=auto.patient, key__startswith="opened-module:").count() == 1


def test_with_gaps_it_stays_closed_until_the_exercise_is_done(auto: Course) -> None:
    auto.hand_in("m01", days=6)
    assert auto.open == ["m01"]

    auto.write("m01", "m01-s01")
    open_alone(auto.treatment, at=auto.later(7))

    assert auto.open == ["m01", "m02"]


@pytest.mark.parametrize("level", [Alert.Level.HIGH, Alert.Level.WATCH])
def test_any_open_alert_keeps_it_closed_until_a_human_has_closed_it(
    auto: Course, level: str, cast: Cast
) -> None:
    auto.write("m01", "m01-s01")
    alert = auto.alert(level)
    auto.hand_in("m01", days=6)
    assert auto.open == ["m01"]

    close_alert(
        alert,
        outcome=Alert.Outcome.ASSESSED_SAFE,
        note="Ringt, ingen fara.",
        staff=cast.tove,
        by=SYSTEM,
        at=auto.later(7),
        assessed=assessed(at=auto.later(7)),
    )
    keep_time(at=auto.later(7))

    assert auto.open == ["m01", "m02"]


def test_a_score_that_is_reliably_worse_keeps_it_closed(auto: Course) -> None:
    auto.answer("phq-9", 0)
    auto.write("m01", "m01-s01")
    auto.answer("phq-9", 2, days=8, kind="weekly")

    auto.hand_in("m01", days=9)

    assert auto.open == ["m01"]


def test_no_more_modules_open_than_the_unit_allows_without_feedback(auto: Course) -> None:
    for number in (1, 2):
        auto.write(f"m0{number}", f"m0{number}-s01")
        auto.hand_in(f"m0{number}", days=6 * number)

    # Both are handed in and none has its feedback: two is what the unit allows.
    assert auto.open == ["m01", "m02"]

    auto.treatment.progress.filter(module_key="m01").update(feedback_at=auto.later(13))
    open_alone(auto.treatment, at=auto.later(13))

    assert auto.open == ["m01", "m02", "m03"]


@pytest.mark.parametrize(
    "state", [Treatment.State.PAUSED, Treatment.State.DISCONTINUED, Treatment.State.READY]
)
def test_a_course_that_rests_opens_nothing(auto: Course, state: str) -> None:
    auto.write("m01", "m01-s01")
    auto.hand_in("m01", days=2)
    Treatment.objects.filter(pk=auto.treatment.pk).update(state=state)

    keep_time(at=auto.later(6))

    assert auto.open == ["m01"]


def test_a_module_that_the_therapist_opens_is_not_opened_by_the_clock(cast: Cast) -> None:
    plain = course(
        cast,
        module("m01", exercise_step("m01-s01"), release="start"),
        module("m02", exercise_step("m02-s01")),
    )
    plain.write("m01", "m01-s01")
    plain.hand_in("m01", days=6)

    keep_time(at=plain.later(9))

    assert plain.open == ["m01"]


@dataclass(frozen=True)
class Weekly:
    """A weekly questionnaire unanswered, answered, or overdue by the unit's limit."""

    days: int
    answered: bool
    opens: bool


@pytest.mark.parametrize(
    "case",
    [Weekly(8, False, False), Weekly(8, True, True), Weekly(12, False, True)],
    ids=["waits", "answered", "overdue"],
)
def test_it_waits_for_the_weekly_questionnaire_until_it_is_answered_or_overdue(
    case: Weekly, cast: Cast
) -> None:
    waiting = course(
        cast,
        module("m01", exercise_step("m01-s01"), release="start"),
        module("m02", exercise_step("m02-s01"), release="auto"),
    )
    waiting.write("m01", "m01-s01")
    waiting.hand_in("m01", days=case.days)
    if case.answered:
        waiting.answer("phq-9", 1, days=case.days, kind="weekly")
    open_alone(waiting.treatment, at=waiting.later(case.days))

    assert ("m02" in waiting.open) is case.opens


def test_what_a_minor_version_lets_open_by_itself_opens_also_by_the_clock(cast: Cast) -> None:
    plain = course(
        cast,
        module("m01", exercise_step("m01-s01"), release="start"),
        module("m02", exercise_step("m02-s01"), unlock={"weekly": False}),
    )

    def by_itself(document: Document) -> Document:
        return {**document, "unlock": {**document["unlock"], "release": "auto"}}

    plain.write("m01", "m01-s01")
    plain.hand_in("m01", days=6)
    next_version(plain.treatment.version, major=False, m02=by_itself)

    assert keep_time(at=plain.later(7)).opened == 1

    assert plain.open == ["m01", "m02"]


def test_what_the_program_holds_back_stays_closed(cast: Cast) -> None:
    held = course(
        cast,
        module("m01", exercise_step("m01-s01"), release="start"),
        module(
            "m02",
            exercise_step("m02-s01"),
            release="auto",
            unlock={"weekly": False, "hold": {"when": [{"instrument": "phq-9", "at_least": 15}]}},
        ),
    )
    held.answer("phq-9", 2)
    held.write("m01", "m01-s01")

    held.hand_in("m01", days=6)

    assert held.open == ["m01"]
