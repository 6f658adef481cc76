"""A sleep window holds when a therapist has decided it, and never because of the rule alone."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.outbox.models import Notice
from ikbt.treatments.alerting import close_alert, take_alert
from ikbt.treatments.deciding_sleep_window import Decision, decide_sleep_window
from ikbt.treatments.models import Alert, SleepWindow, Treatment, TreatmentEvent
from ikbt.treatments.saving import Place, hand_in_entry
from ikbt.treatments.sleep_nights import basis_of
from ikbt.treatments.sleep_window_rule import Step
from tests.cast import Cast
from tests.ikbt.treatments.nights import PLACE, night, nights

REASON = "Så länge har du sovit i snitt."


def decide(cast: Cast, *, days_ago: int = 0, **changed: Any) -> SleepWindow:
    at = clock.now() - timedelta(days=days_ago)
    given: dict[str, Any] = {
        "minutes": 330,
        "rise_time": time(6, 30),
        "starts_on": clock.local_date(at),
        "reason": REASON,
        "asked": True,
        **changed,
    }
    return decide_sleep_window(cast.treatment, Decision(**given), decided_by=cast.tove, by=SYSTEM, at=at)


def refusal(cast: Cast, **changed: Any) -> str | None:
    with pytest.raises(ValidationError) as refused:
        decide(cast, **changed)
    return refused.value.code


def test_a_week_of_nights_makes_a_proposal_and_no_window(cast: Cast) -> None:
    nights(cast.treatment, 7)

    basis = basis_of(cast.treatment, at=clock.now())

    assert (basis.proposal.step, basis.proposal.minutes) == (Step.FIRST, 315)
    assert basis.window is None
    assert not SleepWindow.objects.filter(treatment=cast.treatment).exists()


def test_what_is_decided_holds_and_is_told(cast: Cast) -> None:
    nights(cast.treatment, 7)

    window = decide(cast)

    assert SleepWindow.objects.filter(treatment=cast.treatment).holding(clock.today()) == window
    assert (window.bed_at, window.rise_at) == ("01:00", "06:30")
    assert window.proposal["minutes"] == 315
    assert TreatmentEvent.objects.filter(treatment=cast.treatment, kind="sleep_window").count() == 1
    assert Notice.objects.filter(person=cast.anna, key=f"sleep-window:{window.pk}").exists()
    assert Entry.objects.filter(object_kind="sleep window", patient=cast.anna.pk).count() == 1


def test_sent_twice_is_decided_once(cast: Cast) -> None:
    assert decide(cast).pk == decide(cast).pk
    assert SleepWindow.objects.filter(treatment=cast.treatment).count() == 1


def test_a_later_decision_keeps_the_earlier_one_as_history(cast: Cast) -> None:
    decide(cast, days_ago=7)
    decide(cast, minutes=345, reason="En kvart till.")

    decided = SleepWindow.objects.filter(treatment=cast.treatment).newest_first()

    assert [each.minutes for each in decided] == [345, 330]


def test_a_window_for_tomorrow_does_not_hold_tonight(cast: Cast) -> None:
    decide(cast, starts_on=clock.today() + timedelta(days=1))

    assert SleepWindow.objects.filter(treatment=cast.treatment).holding(clock.today()) is None


def test_a_window_can_be_ended(cast: Cast) -> None:
    decide(cast, days_ago=7)
    decide(cast, minutes=None, reason="Nu sover du bra utan.")

    assert SleepWindow.objects.filter(treatment=cast.treatment).holding(clock.today()) is None


def test_nights_before_the_window_say_nothing_of_it(cast: Cast) -> None:
    decide(cast, days_ago=7)
    nights(cast.treatment, 5, until=clock.today() - timedelta(days=7))

    basis = basis_of(cast.treatment, at=clock.now())

    assert basis.week.nights == 0
    assert basis.proposal.step is Step.FEW


def test_a_week_in_the_window_narrows_it_when_it_was_slept_badly(cast: Cast) -> None:
    decide(cast, days_ago=7)
    nights(cast.treatment, 7)

    basis = basis_of(cast.treatment, at=clock.now())

    assert basis.week.efficiency == 66.7
    assert (basis.proposal.step, basis.proposal.minutes) == (Step.NARROWER, 315)


def test_missing_nights_are_gaps_not_zeroes(cast: Cast) -> None:
    decide(cast, days_ago=7)
    for back in (0, 1, 3, 4, 6):
        night(cast.treatment, clock.today() - timedelta(days=back))

    basis = basis_of(cast.treatment, at=clock.now())

    assert (basis.week.nights, basis.week.efficiency, basis.mean_asleep) == (5, 66.7, 320)


@pytest.mark.parametrize("told", [{"dozed_risk": True}, {"kss": 8}])
def test_dangerous_sleepiness_becomes_an_alert_the_same_day(cast: Cast, told: dict[str, Any]) -> None:
    night(cast.treatment, clock.today(), **told)

    alert = Alert.objects.get(treatment=cast.treatment, kind=Alert.Kind.SLEEPINESS)

    assert (alert.level, alert.owner_id) == (Alert.Level.WATCH, cast.tove.pk)


def test_a_calm_night_raises_nothing(cast: Cast) -> None:
    night(cast.treatment, clock.today(), kss=7)

    assert not Alert.objects.filter(treatment=cast.treatment).exists()


def test_two_sleepy_nights_are_one_open_alert(cast: Cast) -> None:
    nights(cast.treatment, 2, dozed_risk=True)

    assert Alert.objects.filter(treatment=cast.treatment, kind=Alert.Kind.SLEEPINESS).count() == 1


def test_nobody_can_narrow_for_who_is_dangerously_sleepy(cast: Cast) -> None:
    decide(cast, days_ago=8)
    night(cast.treatment, clock.today(), dozed_risk=True)

    assert refusal(cast, minutes=315) == "sleepy"
    assert decide(cast, minutes=345, reason="En kvart till, du är trött.").minutes == 345


def test_a_first_window_is_not_begun_for_who_is_dangerously_sleepy(cast: Cast) -> None:
    nights(cast.treatment, 7, kss=9)

    assert refusal(cast) == "sleepy"


def test_a_professional_driver_without_a_diary_is_refused(cast: Cast) -> None:
    assert refusal(cast, found=["driving"]) == "asked"


def test_a_professional_driver_begins_with_the_time_in_bed_of_now_and_loses_half_an_hour_a_week(
    cast: Cast,
) -> None:
    driver: dict[str, Any] = {"found": ["driving"]}
    nights(cast.treatment, 7, until=clock.today() - timedelta(days=8))

    # 480 minutes in bed.
    assert refusal(cast, days_ago=8, minutes=465, **driver) == "minutes"
    first = decide(cast, days_ago=8, minutes=480, **driver)
    assert first.proposal["found"] == ["driving"]
    assert refusal(cast, days_ago=4, minutes=465, reason="En kvart mindre.", **driver) == "minutes"
    assert refusal(cast, minutes=435, reason="En kvart mindre.", **driver) == "minutes"
    assert decide(cast, minutes=450, reason="En halvtimme mindre.", **driver).minutes == 450


def test_a_driver_who_is_dangerously_sleepy_gets_nothing_narrower_on_the_slow_way_either(
    cast: Cast,
) -> None:
    nights(cast.treatment, 7, kss=9)

    assert refusal(cast, minutes=480, found=["driving"]) == "sleepy"


def test_what_speaks_against_it_must_have_been_gone_through(cast: Cast) -> None:
    assert refusal(cast, asked=False) == "asked"


def test_a_wider_window_needs_no_new_asking(cast: Cast) -> None:
    decide(cast, days_ago=7)

    assert decide(cast, minutes=345, asked=False, reason="En kvart till.").minutes == 345


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"minutes": 285}, "minutes"),
        ({"minutes": 555}, "minutes"),
        ({"minutes": 331}, "minutes"),
        ({"rise_time": None}, "rise"),
        ({"reason": "  "}, "reason"),
        ({"reason": "x" * 501}, "reason"),
        ({"starts_on": clock.today() - timedelta(days=1)}, "starts"),
        ({"starts_on": clock.today() + timedelta(days=15)}, "starts"),
    ],
)
def test_what_cannot_be_decided_is_refused(cast: Cast, changed: dict[str, Any], code: str) -> None:
    assert refusal(cast, **changed) == code
    assert not SleepWindow.objects.filter(treatment=cast.treatment).exists()


def test_the_unit_sets_its_own_floor(cast: Cast) -> None:
    cast.alfa.thresholds = {"sleep_floor": 360}
    cast.alfa.save()

    assert refusal(cast, minutes=345) == "minutes"


def test_an_ended_treatment_takes_no_window(cast: Cast) -> None:
    Treatment.objects.filter(pk=cast.treatment.pk).update(state="closed")

    assert refusal(cast) == "ended"


def test_another_patients_nights_count_for_nothing(cast: Cast) -> None:
    nights(cast.other_treatment, 7)

    assert basis_of(cast.treatment, at=clock.now()).nights == ()


def test_sleepiness_told_in_the_plan_counts_as_in_the_diary(cast: Cast) -> None:
    decide(cast, days_ago=8)
    nights(cast.treatment, 7)
    plan: dict[str, object] = {"rise_time": "06:30", "window_min": 330, "sleepiness_worst": 8}
    place = Place("m01", "m01-s03", "sleep_window_plan", "0" * 64)
    hand_in_entry(cast.treatment, place, plan, client_key=uuid4(), by=SYSTEM, at=clock.now())

    basis = basis_of(cast.treatment, at=clock.now())

    assert basis.proposal.step is Step.SLEEPY
    assert Alert.objects.filter(treatment=cast.treatment, kind=Alert.Kind.SLEEPINESS).exists()


def sleepiness(cast: Cast) -> Alert:
    return Alert.objects.get(treatment=cast.treatment, kind=Alert.Kind.SLEEPINESS)


def closed(cast: Cast) -> None:
    """Somebody has talked with her."""
    close_alert(
        sleepiness(cast),
        outcome=Alert.Outcome.REVIEWED,
        note="Talat om bilkörning.",
        staff=cast.tove,
        by=SYSTEM,
        at=clock.now(),
    )


@pytest.mark.parametrize("minutes", [330, 345])
def test_deciding_something_else_first_makes_nobody_less_sleepy(cast: Cast, minutes: int) -> None:
    decide(cast, days_ago=8)
    night(cast.treatment, clock.today(), dozed_risk=True)
    closed(cast)
    decide(cast, minutes=minutes, reason="Vi gör så här först.")

    assert basis_of(cast.treatment, at=clock.now()).week.dozed
    assert refusal(cast, minutes=315) == "sleepy"


def test_sleepiness_is_over_when_seven_calm_days_have_passed_and_the_alert_is_closed(cast: Cast) -> None:
    decide(cast, days_ago=20)
    night(cast.treatment, clock.today() - timedelta(days=7), dozed_risk=True, kss=9)

    assert refusal(cast, minutes=315) == "sleepy"
    closed(cast)
    assert decide(cast, minutes=315, reason="Nu är du pigg igen.").minutes == 315


def test_while_the_alert_is_open_the_rule_proposes_nothing_narrower(cast: Cast) -> None:
    decide(cast, days_ago=20)
    night(cast.treatment, clock.today() - timedelta(days=7), dozed_risk=True)
    nights(cast.treatment, 6)

    proposal = basis_of(cast.treatment, at=clock.now()).proposal

    assert (proposal.step, proposal.minutes) == (Step.SLEEPY, 330)


def test_what_holds_is_not_narrowed_by_widening_one_that_lies_ahead(cast: Cast) -> None:
    decide(cast, days_ago=8, minutes=360)
    decide(
        cast,
        days_ago=1,
        minutes=300,
        starts_on=clock.today() + timedelta(days=9),
        reason="Längre fram kortare.",
    )
    night(cast.treatment, clock.today(), kss=9)

    assert refusal(cast, minutes=330) == "sleepy"
    assert decide(cast, minutes=360, reason="Samma tid som nu.").minutes == 360


def test_a_narrower_window_is_asked_about_though_the_newest_is_narrower_still(cast: Cast) -> None:
    decide(cast, days_ago=8, minutes=360)
    decide(cast, minutes=300, starts_on=clock.today() + timedelta(days=9), reason="Längre fram kortare.")

    assert refusal(cast, minutes=330, asked=False) == "asked"


@pytest.mark.parametrize("days_to_start", [0, 1])
def test_a_narrower_window_that_lay_ahead_never_begins_for_who_is_sleepy(
    cast: Cast, days_to_start: int
) -> None:
    held = decide(cast, days_ago=8)
    starts = clock.today() + timedelta(days=days_to_start)
    ahead = decide(cast, minutes=315, starts_on=starts, reason="En kvart mindre.")
    night(cast.treatment, clock.today(), dozed_risk=True)
    windows = SleepWindow.objects.filter(treatment=cast.treatment)

    assert windows.holding(starts) == held
    closed(cast)

    # Closing the alert is no decision about the window.
    assert windows.holding(starts + timedelta(days=30)) == held
    assert basis_of(cast.treatment, at=clock.now()).stopped == ahead


def test_a_first_window_that_lay_ahead_never_begins_for_who_is_sleepy(cast: Cast) -> None:
    starts = clock.today() + timedelta(days=2)
    decide(cast, starts_on=starts)
    night(cast.treatment, clock.today(), kss=9)

    assert SleepWindow.objects.filter(treatment=cast.treatment).holding(starts) is None


def test_a_wider_window_that_lies_ahead_begins_also_for_who_is_sleepy(cast: Cast) -> None:
    decide(cast, days_ago=8)
    starts = clock.today() + timedelta(days=1)
    ahead = decide(cast, minutes=345, starts_on=starts, reason="En kvart till.")
    night(cast.treatment, clock.today(), dozed_risk=True)

    assert SleepWindow.objects.filter(treatment=cast.treatment).holding(starts) == ahead


def test_what_never_began_is_decided_again_and_not_taken_for_sent_twice(cast: Cast) -> None:
    decide(cast, days_ago=20)
    starts = clock.today() + timedelta(days=1)
    ahead: dict[str, Any] = {"minutes": 315, "starts_on": starts, "reason": "En kvart mindre."}
    decide(cast, days_ago=8, **{**ahead, "starts_on": clock.today() - timedelta(days=1)})
    night(cast.treatment, clock.today() - timedelta(days=7), at=clock.now() - timedelta(days=7), kss=9)
    closed(cast)
    stopped = basis_of(cast.treatment, at=clock.now()).stopped
    assert stopped is not None

    anew = decide(cast, **ahead)

    assert anew != stopped
    assert SleepWindow.objects.filter(treatment=cast.treatment).holding(starts) == anew


def test_another_patients_sleepiness_stops_no_window(cast: Cast) -> None:
    starts = clock.today() + timedelta(days=1)
    ahead = decide(cast, starts_on=starts)
    night(cast.other_treatment, clock.today(), dozed_risk=True)

    assert SleepWindow.objects.filter(treatment=cast.treatment).holding(starts) == ahead


def test_a_new_sleepy_night_is_told_though_an_alert_stands_and_is_taken(cast: Cast) -> None:
    night(cast.treatment, clock.today() - timedelta(days=1), dozed_risk=True)
    take_alert(sleepiness(cast), staff=cast.tove, by=SYSTEM, at=clock.now())

    night(cast.treatment, clock.today(), dozed_risk=True)

    alert = sleepiness(cast)
    assert (alert.taken_at, alert.taken_by) == (None, None)
    assert told_of(cast) == 2


def test_the_same_night_handed_in_again_is_told_once(cast: Cast) -> None:
    entry = night(cast.treatment, clock.today(), dozed_risk=True)
    take_alert(sleepiness(cast), staff=cast.tove, by=SYSTEM, at=clock.now())
    changed: dict[str, object] = {**entry.values, "quality": 5}

    hand_in_entry(cast.treatment, PLACE, changed, client_key=entry.client_key, by=SYSTEM, at=clock.now())

    assert sleepiness(cast).taken_by == cast.tove
    assert told_of(cast) == 1


def told_of(cast: Cast) -> int:
    return TreatmentEvent.objects.filter(treatment=cast.treatment, kind="alert_raised").count()
