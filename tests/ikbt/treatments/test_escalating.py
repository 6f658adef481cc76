"""A high risk alert that nobody takes reaches stand-in, coordinator and manager in opening time, once each."""

from __future__ import annotations

from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import transaction

from ikbt.accounts.models import Person, RoleAssignment
from ikbt.accounts.roles import Role
from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM, Actor
from ikbt.common.clock import STOCKHOLM
from ikbt.outbox.models import Notice
from ikbt.treatments import migrations
from ikbt.treatments.alerting import close_alert, raise_alert, take_alert
from ikbt.treatments.handing_over import hand_over
from ikbt.treatments.models import Absence, Alert, CareRelation, TreatmentEvent
from ikbt.treatments.relating import give_relation
from ikbt.treatments.timekeeping import keep_time
from tests.cast import Cast, give, person
from tests.therapist.scenes import assessed

MONDAY = datetime(2026, 11, 30, 9, 0, tzinfo=STOCKHOLM)
FRIDAY_EVENING = datetime(2026, 11, 27, 20, 0, tzinfo=STOCKHOLM)
HOUR = timedelta(hours=1)
Stage = Alert.Stage


@pytest.fixture
def sara(cast: Cast) -> Person:
    """Anna's stand-in from before the alert."""
    stand_in = give(person("Sara", "Holm"), Role.STAND_IN, cast.alfa)
    began = MONDAY - timedelta(days=10)
    RoleAssignment.objects.update(starts_at=began - timedelta(days=400))
    CareRelation.objects.filter(treatment=cast.treatment).update(starts_at=began)
    give_relation(
        cast.treatment,
        staff=stand_in,
        kind=CareRelation.Kind.STAND_IN,
        by=Actor(cast.tove.pk, "therapist"),
        at=began,
    )
    return stand_in


@pytest.fixture
def karim(cast: Cast, sara: Person) -> Person:
    """The unit's coordinator, without a relation to Anna."""
    coordinator = give(person("Karim", "Haddad"), Role.COORDINATOR, cast.alfa)
    RoleAssignment.objects.filter(person=coordinator).update(starts_at=MONDAY - timedelta(days=300))
    return coordinator


def raised(cast: Cast, at: datetime, level: str = Alert.Level.HIGH) -> Alert:
    with transaction.atomic():
        return raise_alert(cast.treatment, kind=Alert.Kind.RISK, level=level, occasion=None, by=SYSTEM, at=at)


def standing(alert: Alert) -> Alert:
    return Alert.objects.select_related("owner").get(pk=alert.pk)


def mailed(alert: Alert) -> list[str]:
    """Who was asked to take it, in order; not those who were asked after it was taken."""
    found = Notice.objects.filter(kind=Notice.Kind.TO_ACT, key__startswith=f"alert:{alert.pk}")
    found = found.exclude(key__contains=":after:")
    return [notice.person.first_name for notice in found.select_related("person").order_by("due_at", "pk")]


def test_each_in_line_is_asked_once_an_hour_apart(cast: Cast, karim: Person) -> None:
    alert = raised(cast, MONDAY)
    owners = []
    for minutes in range(0, 600, 5):
        keep_time(at=MONDAY + timedelta(minutes=minutes))
        owners.append((minutes, standing(alert).owner.first_name))

    changes = [now for before, now in zip([(0, ""), *owners], owners, strict=False) if before[1] != now[1]]
    assert changes == [(0, "Tove"), (60, "Sara"), (120, "Karim"), (180, "Maja")]
    assert sorted(mailed(alert)) == ["Karim", "Maja", "Sara", "Tove"]
    steps = TreatmentEvent.objects.filter(treatment=cast.treatment, kind=TreatmentEvent.Kind.ALERT_ESCALATED)
    assert [step.details["stage"] for step in steps.order_by("at")] == [
        "stand_in",
        "coordinator",
        "unit_manager",
    ]
    logged = Entry.objects.filter(
        object_kind="alert", object_id=str(alert.pk), reason__startswith="escalated"
    )
    assert logged.count() == 3


def test_nobody_is_asked_while_the_unit_is_closed(cast: Cast, karim: Person) -> None:
    alert = raised(cast, FRIDAY_EVENING)

    keep_time(at=datetime(2026, 11, 30, 8, 59, tzinfo=STOCKHOLM))
    assert standing(alert).stage == Stage.THERAPIST
    assert standing(alert).due_at == datetime(2026, 11, 30, 10, 0, tzinfo=STOCKHOLM)
    keep_time(at=datetime(2026, 11, 30, 9, 0, tzinfo=STOCKHOLM))
    assert standing(alert).stage == Stage.STAND_IN


def test_after_a_night_without_the_clock_all_in_line_are_told_at_once(cast: Cast, karim: Person) -> None:
    alert = raised(cast, MONDAY)

    kept = keep_time(at=MONDAY + 24 * HOUR)

    assert kept.escalated == 1
    assert standing(alert).asked == [
        str(one.pk) for one in (cast.tove, Person.objects.get(first_name="Sara"), karim, cast.manager)
    ]
    assert keep_time(at=MONDAY + 48 * HOUR).escalated == 0
    assert standing(alert).owner == cast.manager


def test_one_that_is_taken_stays_with_whoever_took_it(cast: Cast, karim: Person) -> None:
    alert = raised(cast, MONDAY)
    take_alert(alert, staff=cast.tove, by=Actor(cast.tove.pk, "therapist"), at=MONDAY + HOUR / 2)

    # She is asked about it meanwhile: tests/ikbt/treatments/test_asking_after.py.
    keep_time(at=MONDAY + 3 * HOUR)

    assert (standing(alert).owner, standing(alert).taken_by) == (cast.tove, cast.tove)
    assert mailed(alert) == ["Tove"]


def test_one_taken_by_whoever_has_left_the_unit_waits_again_with_its_whole_clock(
    cast: Cast, karim: Person
) -> None:
    alert = raised(cast, MONDAY)
    take_alert(alert, staff=cast.tove, by=Actor(cast.tove.pk, "therapist"), at=MONDAY)
    RoleAssignment.objects.filter(person=cast.tove).update(ends_at=MONDAY + HOUR)

    assert keep_time(at=MONDAY + HOUR).passed == 1
    found = standing(alert)
    assert (found.owner.first_name, found.taken_by, found.escalates_at) == ("Sara", None, MONDAY + 2 * HOUR)
    assert mailed(alert)[-1] == "Sara"

    keep_time(at=MONDAY + 2 * HOUR)
    assert standing(alert).owner == karim


def test_one_taken_by_whoever_may_open_the_patient_no_more_is_her_therapists_again(
    cast: Cast, karim: Person
) -> None:
    alert = raised(cast, MONDAY)
    for hours in (1, 2):
        keep_time(at=MONDAY + hours * HOUR)
    take_alert(alert, staff=karim, by=Actor(karim.pk, "coordinator"), at=MONDAY + 2 * HOUR)
    assert keep_time(at=MONDAY + timedelta(days=6)).passed == 0

    assert keep_time(at=MONDAY + timedelta(days=8)).passed == 1

    assert (standing(alert).owner, standing(alert).taken_by) == (cast.tove, None)
    assert mailed(alert) == ["Tove", "Sara", "Karim", "Tove"]
    assert keep_time(at=MONDAY + timedelta(days=8)).passed == 0


def test_from_a_coordinator_who_goes_on_leave_it_goes_on_and_not_back_to_who_did_not_act(
    cast: Cast, karim: Person
) -> None:
    alert = raised(cast, MONDAY)
    keep_time(at=MONDAY + 2 * HOUR)
    assert standing(alert).owner == karim
    gone = MONDAY + timedelta(minutes=130)
    span = {"starts_at": gone, "ends_at": gone + timedelta(days=9), "registered_at": MONDAY}
    Absence.objects.create(person=karim, unit=cast.alfa, registered_by=karim, **span)

    keep_time(at=gone)

    assert (standing(alert).owner, standing(alert).stage) == (cast.manager, Stage.UNIT_MANAGER)
    assert standing(alert).asked == [str(one) for one in _all_asked(cast, karim)]


def _all_asked(cast: Cast, karim: Person) -> list[object]:
    sara = Person.objects.get(first_name="Sara")
    return [cast.tove.pk, sara.pk, karim.pk, cast.manager.pk]


def test_one_that_is_closed_is_passed_on_to_nobody(cast: Cast, karim: Person) -> None:
    alert = raised(cast, MONDAY)
    close_alert(
        alert,
        outcome=Alert.Outcome.SAFETY_PLAN,
        note="Talade i telefon, plan finns.",
        staff=cast.tove,
        by=Actor(cast.tove.pk, "therapist"),
        at=MONDAY + HOUR / 2,
        assessed=assessed(at=MONDAY + HOUR / 2),
    )

    assert keep_time(at=MONDAY + 5 * HOUR).escalated == 0


def test_a_coordinator_whom_it_reaches_can_open_the_patient(cast: Cast, karim: Person) -> None:
    raised(cast, MONDAY)

    keep_time(at=MONDAY + 2 * HOUR)

    relation = CareRelation.objects.on_duty(MONDAY + 2 * HOUR).get(treatment=cast.treatment, staff=karim)
    assert relation.kind == CareRelation.Kind.COORDINATOR
    assert relation.ends_at == MONDAY + 2 * HOUR + timedelta(days=7)


def test_a_manager_whom_it_reaches_still_opens_no_patient(cast: Cast, karim: Person) -> None:
    raised(cast, MONDAY)

    keep_time(at=MONDAY + 3 * HOUR)

    assert not CareRelation.objects.filter(treatment=cast.treatment, staff=cast.manager).exists()


def test_a_stage_with_nobody_is_stepped_over(cast: Cast) -> None:
    RoleAssignment.objects.update(starts_at=MONDAY - timedelta(days=300))
    CareRelation.objects.filter(treatment=cast.treatment).update(starts_at=MONDAY - timedelta(days=3))
    alert = raised(cast, MONDAY)

    keep_time(at=MONDAY + HOUR)

    assert standing(alert).owner == cast.manager


def test_a_therapist_who_has_left_owns_nothing(cast: Cast, karim: Person) -> None:
    RoleAssignment.objects.filter(person=cast.tove).update(ends_at=MONDAY - HOUR)

    alert = raised(cast, MONDAY)

    assert standing(alert).owner.first_name == "Sara"
    assert mailed(alert) == ["Sara"]


def test_watch_is_passed_on_to_nobody(cast: Cast, karim: Person) -> None:
    alert = raised(cast, MONDAY, level=Alert.Level.WATCH)

    keep_time(at=MONDAY + 30 * HOUR)

    assert standing(alert).owner == cast.tove
    assert mailed(alert) == []


def test_one_lifted_to_high_counts_from_then_though_it_was_taken(cast: Cast, karim: Person) -> None:
    alert = raised(cast, MONDAY, level=Alert.Level.WATCH)
    take_alert(alert, staff=cast.tove, by=Actor(cast.tove.pk, "therapist"), at=MONDAY)
    raised(cast, MONDAY + HOUR)

    keep_time(at=MONDAY + 2 * HOUR)

    assert standing(alert).owner.first_name == "Sara"
    assert standing(alert).due_at == MONDAY + 3 * HOUR


def test_handed_over_it_starts_with_the_next_therapist(cast: Cast, karim: Person) -> None:
    alert = raised(cast, MONDAY)
    keep_time(at=MONDAY + 2 * HOUR)

    hand_over(
        cast.treatment,
        to=cast.kim,
        reason="Tove är sjuk.",
        by=Actor(cast.manager.pk, "unit_manager"),
        at=MONDAY + 2 * HOUR,
    )

    assert (standing(alert).owner, standing(alert).stage) == (cast.kim, Stage.THERAPIST)
    keep_time(at=MONDAY + 4 * HOUR)
    assert standing(alert).owner != cast.kim


def test_a_unit_with_own_hours_is_asked_in_those(cast: Cast, karim: Person) -> None:
    cast.alfa.staffed_hours = {"0": ["12:00", "14:00"]}
    cast.alfa.save()
    cast.treatment.refresh_from_db()
    alert = raised(cast, MONDAY)

    assert standing(alert).due_at == datetime(2026, 11, 30, 14, 0, tzinfo=STOCKHOLM)
    keep_time(at=datetime(2026, 11, 30, 13, 0, tzinfo=STOCKHOLM))
    assert standing(alert).stage == Stage.STAND_IN


@pytest.mark.parametrize(
    "hours",
    [
        {"0": ["8:00", "25:00"]},
        {"0": ["20:00", "06:00"]},
        {str(day): ["00:00", "00:00"] for day in range(7)},
        {"måndag": "hela dagen"},
        ["08:00"],
    ],
)
def test_hours_that_make_no_sense_take_no_alert_away(cast: Cast, hours: object) -> None:
    cast.alfa.staffed_hours = hours
    cast.alfa.save()
    cast.treatment.refresh_from_db()

    assert raised(cast, MONDAY).due_at == MONDAY + 2 * HOUR


def test_a_unit_closed_for_months_still_takes_alerts(cast: Cast) -> None:
    cast.alfa.closed_days = [f"{(MONDAY + timedelta(days=ahead)).date()}" for ahead in range(90)]
    cast.alfa.save()
    cast.treatment.refresh_from_db()

    assert raised(cast, MONDAY).due_at == MONDAY + 2 * HOUR
    assert raised(cast, MONDAY, level=Alert.Level.WATCH).due_at is not None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("staffed_hours", {"0": ["20:00", "06:00"]}),
        ("staffed_hours", {"7": ["08:00", "16:00"]}),
        ("staffed_hours", {"0": ["8", "sen"]}),
        ("closed_days", ["julafton"]),
    ],
)
def test_hours_that_make_no_sense_are_not_taken(cast: Cast, field: str, value: object) -> None:
    setattr(cast.alfa, field, value)

    with pytest.raises(ValidationError) as refused:
        cast.alfa.full_clean()
    assert field in refused.value.message_dict


def test_whoever_gets_a_high_alert_with_the_patient_is_told_to_act(cast: Cast, karim: Person) -> None:
    alert = raised(cast, MONDAY)

    hand_over(
        cast.treatment,
        to=cast.kim,
        reason="Tove är sjuk.",
        by=Actor(cast.manager.pk, "unit_manager"),
        at=MONDAY + HOUR / 2,
    )

    assert sorted(mailed(alert)) == ["Kim", "Tove"]


def test_an_alert_that_stood_open_before_the_clock_came_is_passed_on_too(cast: Cast, karim: Person) -> None:
    alert = raised(cast, MONDAY)
    Alert.objects.filter(pk=alert.pk).update(escalates_at=None, asked=[])

    migration = next(path.stem for path in Path(migrations.__path__[0]).glob("*_clock_for_open_alerts.py"))
    import_module(f"{migrations.__name__}.{migration}").put_on_the_clock(apps, MONDAY + HOUR)
    keep_time(at=MONDAY + HOUR)

    assert standing(alert).owner.first_name == "Sara"
    assert standing(alert).asked[0] == str(cast.tove.pk)
