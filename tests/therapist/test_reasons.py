"""The order of reasons: clinical urgency first, then due time; each reason from its rule. Pure, no
database.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ikbt.common.clock import STOCKHOLM
from ikbt.common.working_time import due_by
from ikbt.treatments.thresholds import Thresholds
from therapist.reasons import (
    OpenAlert,
    Reason,
    Standing,
    Tone,
    Urgency,
    Waiting,
    clocked,
    order,
    rank,
    reasons_for,
)

# A Friday: three working days lie right behind it.
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
NUMBERS = Thresholds()


def ago(**parts: float) -> datetime:
    return NOW - timedelta(**parts)


def alert(
    *, is_risk: bool = True, is_high: bool = True, raised: datetime = NOW, due: datetime = NOW
) -> OpenAlert:
    return OpenAlert("a", is_risk=is_risk, is_high=is_high, raised_at=raised, due_at=due)


def found(standing: Standing) -> list[tuple[Urgency, Tone]]:
    return [(reason.urgency, reason.tone) for reason in reasons_for(standing, NUMBERS, at=NOW)]


def missing(name: str, raised: datetime) -> OpenAlert:
    return OpenAlert(
        name,
        is_risk=False,
        is_high=False,
        raised_at=raised,
        due_at=raised + timedelta(days=1),
        is_missing=True,
    )


def test_weeks_without_answers_are_one_reason_the_newest_with_their_number() -> None:
    alerts = [missing("first", ago(days=8)), missing("second", ago(days=1))]

    [reason] = reasons_for(Standing(alerts=alerts, weekly_due=ago(days=2)), NUMBERS, at=NOW)

    assert (reason.urgency, reason.object_id, reason.number) == (Urgency.WEEKLY, "second", 2)


def test_a_missing_answer_hides_no_deterioration_and_stands_below_it() -> None:
    standing = Standing(alerts=[missing("a", ago(days=1))], worse_since=ago(days=3), worse_in="PHQ-9")

    assert [urgency for urgency, _ in found(standing)] == [Urgency.DETERIORATION, Urgency.WEEKLY]


def test_all_seven_reasons_come_in_clinical_order() -> None:
    standing = Standing(
        alerts=[
            alert(is_risk=False, is_high=False),
            alert(is_high=False, raised=ago(days=3)),
            alert(raised=ago(minutes=5)),
        ],
        unanswered=1,
        unanswered_since=ago(days=4),
        waiting=[Waiting("m01", "Ett", ago(days=5))],
        weekly_due=ago(days=6),
        last_active=ago(days=20),
    )

    assert [urgency for urgency, _ in found(standing)] == list(Urgency)


def test_nothing_to_do_gives_no_reason() -> None:
    assert found(Standing(last_active=ago(days=6))) == []


@pytest.mark.parametrize(
    ("hours", "tone"),
    [(23.9, Tone.CALM), (24, Tone.AMBER), (47.9, Tone.AMBER), (48, Tone.RED), (500, Tone.RED)],
)
def test_a_module_turns_amber_after_24_and_red_after_48_hours(hours: float, tone: Tone) -> None:
    assert found(Standing(waiting=[Waiting("m01", "Ett", ago(hours=hours))])) == [(Urgency.FEEDBACK, tone)]


@pytest.mark.parametrize(("hours", "tone"), [(1, Tone.CALM), (24, Tone.AMBER), (48, Tone.RED)])
def test_a_message_turns_amber_after_half_the_promised_time(hours: float, tone: Tone) -> None:
    standing = Standing(unanswered=2, unanswered_since=ago(hours=hours))

    assert found(standing) == [(Urgency.MESSAGE, tone)]


# Written, due: nothing counts down at weekends and holidays, and the wall clock rules over both clock changes.
OVER_DAYS_OFF = [
    ("2026-11-27 17:45", "2026-12-01 17:45"),  # Friday evening: Tuesday evening
    ("2026-11-28 10:00", "2026-12-02 00:00"),  # Saturday: the whole of Monday and Tuesday
    ("2026-04-02 15:00", "2026-04-08 15:00"),  # Maundy Thursday: Easter does not count
    ("2026-03-27 15:00", "2026-03-31 15:00"),  # summer time begins on the Sunday
    ("2026-10-23 15:00", "2026-10-27 15:00"),  # and ends
]


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM)


@pytest.mark.parametrize(("since", "due"), OVER_DAYS_OFF)
def test_messages_and_modules_are_due_in_working_days(since: str, due: str) -> None:
    standing = Standing(
        unanswered=1, unanswered_since=local(since), waiting=[Waiting("m01", "Ett", local(since))]
    )
    end = local(due).astimezone(UTC)

    before = reasons_for(standing, NUMBERS, at=end - timedelta(minutes=1))
    after = reasons_for(standing, NUMBERS, at=end)

    assert [reason.due for reason in before] == [local(due), local(due)]
    assert [reason.tone for reason in before] == [Tone.AMBER, Tone.AMBER]
    assert [reason.tone for reason in after] == [Tone.RED, Tone.RED]


def test_the_weekend_turns_nothing_amber() -> None:
    standing = Standing(unanswered=1, unanswered_since=local("2026-11-27 17:45"))

    [sunday] = reasons_for(standing, NUMBERS, at=local("2026-11-29 23:00"))

    assert sunday.tone is Tone.CALM


def test_days_on_which_the_unit_is_closed_or_she_rests_do_not_count() -> None:
    closed = frozenset({date(2026, 11, 26), date(2026, 11, 27)})
    standing = Standing(unanswered=1, unanswered_since=local("2026-11-25 09:00"), closed_on=closed)

    [reason] = reasons_for(standing, NUMBERS, at=NOW)

    assert reason.due == local("2026-12-01 09:00")


def test_a_unit_that_never_opens_still_has_a_clock() -> None:
    closed = frozenset(date(2026, 11, 26) + timedelta(days=ahead) for ahead in range(90))
    standing = Standing(unanswered=1, unanswered_since=local("2026-11-25 09:00"), closed_on=closed)

    [reason] = reasons_for(standing, NUMBERS, at=NOW)

    assert reason.due == local("2026-11-27 09:00")


@pytest.mark.parametrize(("days", "tone"), [(7, Tone.AMBER), (13, Tone.AMBER), (14, Tone.RED)])
def test_silence_turns_amber_after_a_week_and_red_after_two(days: int, tone: Tone) -> None:
    assert found(Standing(last_active=ago(days=days))) == [(Urgency.INACTIVE, tone)]


def test_a_paused_patient_is_not_called_inactive() -> None:
    assert found(Standing(last_active=None)) == []


def test_a_weekly_questionnaire_that_is_not_due_yet_is_no_reason() -> None:
    assert found(Standing(weekly_due=NOW + timedelta(hours=1))) == []
    assert found(Standing(weekly_due=ago(hours=1))) == [(Urgency.WEEKLY, Tone.AMBER)]


def test_worse_once_is_a_reason_until_the_alert_takes_over() -> None:
    once = Standing(worse_since=ago(hours=1), worse_in="PHQ-9")
    alerted = Standing(
        worse_since=ago(hours=1), worse_in="PHQ-9", alerts=[alert(is_risk=False, is_high=False)]
    )

    assert [urgency for urgency, _ in found(once)] == [Urgency.DETERIORATION]
    assert [urgency for urgency, _ in found(alerted)] == [Urgency.DETERIORATION]


def test_a_high_alert_is_red_at_once_and_a_watch_one_when_it_is_late() -> None:
    soon = NOW + timedelta(hours=2)

    assert found(Standing(alerts=[alert(due=soon)])) == [(Urgency.RISK_HIGH, Tone.RED)]
    assert found(Standing(alerts=[alert(is_high=False, due=soon)])) == [(Urgency.RISK_WATCH, Tone.AMBER)]
    assert found(Standing(alerts=[alert(is_high=False, due=NOW)])) == [(Urgency.RISK_WATCH, Tone.RED)]


def test_of_two_with_the_same_reason_the_one_due_first_stands_first() -> None:
    early = Reason(Urgency.FEEDBACK, since=ago(hours=1), due=NOW)
    late = Reason(Urgency.FEEDBACK, since=ago(hours=9), due=NOW + timedelta(hours=1))

    assert sorted([late, early], key=order) == [early, late]


def test_patients_without_reasons_come_last_by_name() -> None:
    silent = [Reason(Urgency.INACTIVE, since=ago(days=7))]

    keys = {"Bo": rank([], "Bo"), "Eva": rank(silent, "Eva"), "Alva": rank([], "Alva")}

    assert sorted(keys, key=lambda name: keys[name]) == ["Eva", "Alva", "Bo"]


def drawn(urgency: Urgency, since: int, due: int | None) -> Reason:
    return Reason(urgency, ago(minutes=since), due=None if due is None else ago(minutes=due))


MINUTES = st.integers(-100_000, 100_000)
REASONS = st.builds(drawn, st.sampled_from(Urgency), MINUTES, st.none() | MINUTES)
# Drawing is cheap; a machine that many tests share may still make it slow.
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@UNHURRIED
@given(st.lists(REASONS, min_size=1, max_size=3), st.lists(REASONS, min_size=1, max_size=3))
def test_however_late_a_watch_is_it_never_stands_before_a_high_one(
    one: list[Reason], two: list[Reason]
) -> None:
    one, two = sorted(one, key=order), sorted(two, key=order)

    if one[0].urgency < two[0].urgency:
        assert rank(one, "Ö") < rank(two, "A")


@UNHURRIED
@given(st.timedeltas(timedelta(0), timedelta(days=90)))
def test_a_clock_never_runs_backwards(waited: timedelta) -> None:
    tones, since = list(Tone), NOW - waited
    amber, red = due_by(since, 24), due_by(since, 48)

    now = clocked(amber=amber, red=red, at=NOW)
    later = clocked(amber=amber, red=red, at=NOW + timedelta(hours=30))

    assert tones.index(later) >= tones.index(now)
