"""How long alerts waited: medians in opening time, shares within the limit, and nothing said of nothing."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.common.clock import STOCKHOLM
from ikbt.common.working_time import OpeningHours
from ikbt.treatments.alert_times import Handled, Within, alert_times
from ikbt.treatments.alerting import close_alert, take_alert
from ikbt.treatments.models import Alert
from tests.cast import Cast
from tests.therapist.scenes import assessed, high_alert, watch_alert

HOURS = OpeningHours()
# A Friday at 15.30; the unit closes at 16.30 and opens on Monday at 8.
FRIDAY = datetime(2026, 11, 20, 15, 30, tzinfo=STOCKHOLM)
MONDAY = datetime(2026, 11, 23, 8, 30, tzinfo=STOCKHOLM)
HOUR = timedelta(hours=1)


def handled(*, taken: datetime | None = None, closed: datetime | None = None) -> Handled:
    return Handled(FRIDAY, MONDAY + HOUR / 2, taken, closed)


def test_a_weekend_does_not_count() -> None:
    found = alert_times([handled(taken=MONDAY, closed=MONDAY + HOUR)], HOURS, at=MONDAY + 9 * HOUR)

    assert found.to_take == timedelta(minutes=90)
    assert found.to_close == timedelta(minutes=150)
    assert (found.taken_in_time, found.closed_in_time) == (Within(1, 1), Within(0, 1))


def test_the_median_of_two_lies_between_them() -> None:
    rows = [handled(taken=FRIDAY + HOUR / 6), handled(taken=FRIDAY + HOUR / 2)]

    assert alert_times(rows, HOURS, at=MONDAY).to_take == timedelta(minutes=20)


def test_one_that_may_still_be_in_time_counts_in_no_share_and_then_as_late() -> None:
    rows = [handled(), handled(taken=FRIDAY, closed=FRIDAY + HOUR / 2)]

    before, after = (alert_times(rows, HOURS, at=moment) for moment in (MONDAY, MONDAY + HOUR))

    assert (before.closed_in_time, before.late) == (Within(1, 1), 0)
    assert (after.closed_in_time, after.taken_in_time, after.late) == (Within(1, 2), Within(1, 2), 1)


def test_closing_one_that_nobody_had_taken_is_taking_it() -> None:
    found = alert_times([handled(closed=FRIDAY + HOUR / 6)], HOURS, at=MONDAY)

    assert (found.taken, found.to_take, found.taken_in_time) == (1, timedelta(minutes=10), Within(1, 1))


def test_of_nothing_nothing_is_said() -> None:
    found = alert_times([], HOURS, at=MONDAY)

    assert (found.count, found.to_take, found.taken_in_time, found.late) == (0, None, Within(0, 0), 0)


def test_on_the_night_when_clocks_go_back_four_o_clock_is_five_hours_after_midnight() -> None:
    always = OpeningHours(week={weekday: (time(0), time(23)) for weekday in range(7)})
    midnight, four = (datetime(2027, 10, 31, hour, tzinfo=STOCKHOLM) for hour in (0, 4))

    found = alert_times([Handled(midnight, four, four, None)], always, at=four)

    assert found.to_take == timedelta(hours=5)


def test_the_queryset_gives_a_units_alerts_of_a_span_and_a_level(cast: Cast) -> None:
    since = clock.now() - HOUR
    alert, other = high_alert(cast.treatment), watch_alert(cast.other_treatment)
    take_alert(alert, staff=cast.tove, by=SYSTEM, at=clock.now())
    close_alert(
        alert,
        outcome="safety_plan",
        note="Pratade länge, inga planer.",
        staff=cast.tove,
        by=SYSTEM,
        at=clock.now(),
        assessed=assessed(),
    )
    high = Alert.objects.handled_at([cast.alfa.pk], since=since, until=clock.now() + HOUR, level="high")

    assert [one.raised_at for one in high] == [alert.raised_at]
    assert alert_times(high, HOURS, at=clock.now()).closed_in_time == Within(1, 1)
    assert Alert.objects.handled_at([cast.beta.pk], since=since, until=other.raised_at, level="watch") == []
    assert Alert.objects.handled_at([cast.alfa.pk], since=since, until=since, level="high") == []


def test_what_she_has_answered_herself_counts_for_nobody(cast: Cast) -> None:
    alert = high_alert(cast.treatment)
    Alert.objects.filter(treatment=cast.treatment, pk=alert.pk).update(
        closed_at=clock.now(), outcome=Alert.Outcome.ANSWERED
    )
    span = {"since": clock.now() - HOUR, "until": clock.now() + HOUR}

    assert Alert.objects.handled_at([cast.alfa.pk], level="high", **span) == []
