"""A colleague on leave is covered from the first day to the last without anyone doing anything."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from ikbt.accounts.models import Person, RoleAssignment
from ikbt.accounts.roles import Role
from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM, Actor
from ikbt.common.clock import STOCKHOLM
from ikbt.outbox.models import Notice
from ikbt.treatments.alerting import raise_alert, take_alert
from ikbt.treatments.covering import arrange_cover, change_absence, register_absence
from ikbt.treatments.handing_over import hand_over
from ikbt.treatments.models import Absence, Alert, CareRelation, Treatment
from ikbt.treatments.relating import end_relation
from ikbt.treatments.timekeeping import keep_time
from tests.cast import Cast, give, person
from tests.therapist import scenes

MONDAY = datetime(2026, 11, 30, 9, 0, tzinfo=STOCKHOLM)
FIRST = datetime(2026, 12, 7, 0, 0, tzinfo=STOCKHOLM)
AFTER = datetime(2026, 12, 19, 0, 0, tzinfo=STOCKHOLM)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture(autouse=True)
def long_employed(cast: Cast) -> None:
    RoleAssignment.objects.update(starts_at=MONDAY - 400 * DAY)
    CareRelation.objects.update(starts_at=MONDAY - 10 * DAY)


@pytest.fixture
def karim(cast: Cast) -> Person:
    """The unit's coordinator."""
    coordinator = give(person("Karim", "Haddad"), Role.COORDINATOR, cast.alfa)
    RoleAssignment.objects.filter(person=coordinator).update(starts_at=MONDAY - 300 * DAY)
    return coordinator


def herself(someone: Person) -> Actor:
    return Actor(someone.pk, "therapist")


def leave(
    cast: Cast, stand_in: Person | None = None, *, of: Person | None = None, **more: datetime
) -> Absence:
    who = of or cast.tove
    span = {"since": FIRST, "until": AFTER, **more}
    return register_absence(who, unit=cast.alfa, stand_in=stand_in, by=herself(who), at=MONDAY, **span)


def may_open(someone: Person, treatment: Treatment, at: datetime) -> str:
    found = CareRelation.objects.on_duty(at).filter(treatment=treatment, staff=someone).first()
    return found.kind if found else ""


def high(cast: Cast, at: datetime, level: str = Alert.Level.HIGH, kind: str = Alert.Kind.RISK) -> Alert:
    with transaction.atomic():
        return raise_alert(cast.treatment, kind=kind, level=level, occasion=None, by=SYSTEM, at=at)


def standing(alert: Alert) -> Alert:
    return Alert.objects.select_related("owner", "taken_by").get(pk=alert.pk)


def test_her_stand_in_may_open_her_patients_for_just_that_time(cast: Cast) -> None:
    leave(cast, cast.kim)

    minute = timedelta(minutes=1)
    found = [
        may_open(cast.kim, cast.treatment, at)
        for at in (MONDAY, FIRST - minute, FIRST, AFTER - minute, AFTER)
    ]
    assert found == ["", "", "stand_in", "stand_in", ""]
    assert [one.pk for one in Treatment.objects.cared_for_by(cast.kim.pk, FIRST)] == [cast.treatment.pk]
    assert not Treatment.objects.cared_for_by(cast.kim.pk, AFTER).exists()
    assert may_open(cast.tove, cast.treatment, FIRST) == "responsible"


def test_it_is_logged_about_each_patient(cast: Cast) -> None:
    absence = leave(cast, cast.kim)

    told = Entry.objects.get(object_kind="care relation", patient=cast.anna.pk)
    assert told.reason == f"stand_in to {cast.kim.pk}: absence"
    assert Entry.objects.get(object_kind="absence").object_id == str(absence.pk)


def test_a_patient_who_comes_to_her_meanwhile_is_covered_too(cast: Cast) -> None:
    leave(cast, cast.kim, since=MONDAY)
    started = scenes.started("Vera", unit=cast.alfa, therapist=cast.tove, version=cast.version)

    hand_over(
        scenes.started("Vilma", unit=cast.alfa, therapist=cast.kim, version=cast.version),
        to=cast.tove,
        reason="Byter mottagning",
        by=Actor(cast.manager.pk, "unit_manager"),
        at=MONDAY + HOUR,
    )

    covered = CareRelation.objects.filter(staff=cast.kim, absence__isnull=False, ends_at=AFTER)
    assert {one.treatment.patient.first_name for one in covered} == {"Anna", "Vera", "Vilma"}
    assert started.therapist == cast.tove


def test_a_patient_who_is_handed_over_is_covered_no_more(cast: Cast) -> None:
    other = give(person("Olga", "Ny"), Role.THERAPIST, cast.alfa)
    leave(cast, cast.kim, since=MONDAY)

    hand_over(
        cast.treatment,
        to=other,
        reason="Byter mottagning",
        by=Actor(cast.manager.pk, "unit_manager"),
        at=MONDAY + HOUR,
    )

    assert may_open(cast.kim, cast.treatment, MONDAY + 2 * HOUR) == ""


def test_while_the_stand_in_is_away_herself_the_coordinator_covers(cast: Cast, karim: Person) -> None:
    leave(cast, cast.kim)
    leave(cast, of=cast.kim, since=FIRST + 3 * DAY, until=FIRST + 5 * DAY)

    days = [FIRST, FIRST + 3 * DAY, FIRST + 5 * DAY]
    assert [may_open(cast.kim, cast.treatment, at) for at in days] == ["stand_in", "", "stand_in"]
    assert [may_open(karim, cast.treatment, at) for at in days] == ["", "coordinator", ""]


def test_ended_early_the_cover_ends_with_it(cast: Cast) -> None:
    absence = leave(cast, cast.kim)

    change_absence(absence, until=FIRST + DAY, stand_in=cast.kim, by=herself(cast.tove), at=FIRST + HOUR)
    assert may_open(cast.kim, cast.treatment, FIRST + DAY - HOUR) == "stand_in"
    assert may_open(cast.kim, cast.treatment, FIRST + DAY) == ""
    change_absence(absence, until=FIRST, stand_in=cast.kim, by=herself(cast.tove), at=FIRST + 2 * HOUR)

    assert may_open(cast.kim, cast.treatment, FIRST + 2 * HOUR) == ""


def test_called_off_before_it_began_nobody_was_let_in(cast: Cast) -> None:
    absence = leave(cast, cast.kim)

    change_absence(absence, until=MONDAY, stand_in=cast.kim, by=herself(cast.tove), at=MONDAY)

    assert not CareRelation.objects.filter(staff=cast.kim).running(FIRST).exists()
    assert not Absence.objects.unfinished(MONDAY).exists()


def test_a_cover_that_a_human_has_ended_does_not_come_back(cast: Cast) -> None:
    leave(cast, cast.kim, since=MONDAY)
    relation = CareRelation.objects.get(treatment=cast.treatment, staff=cast.kim)
    end_relation(relation, by=herself(cast.tove), at=MONDAY + HOUR, reason="Känner patienten")

    keep_time(at=MONDAY + 2 * HOUR)

    assert may_open(cast.kim, cast.treatment, MONDAY + 3 * HOUR) == ""


def test_the_clock_changes_nothing_that_stands_right(cast: Cast) -> None:
    leave(cast, cast.kim)

    assert not arrange_cover(cast.alfa.pk, at=MONDAY + HOUR)
    assert keep_time(at=FIRST + HOUR).covered == 0


def test_a_stand_in_whose_role_has_ended_is_replaced_by_the_clock(cast: Cast, karim: Person) -> None:
    leave(cast, cast.kim)
    RoleAssignment.objects.filter(person=cast.kim).update(ends_at=FIRST + DAY)

    assert keep_time(at=FIRST + DAY).covered == 1

    assert may_open(karim, cast.treatment, FIRST + DAY) == "coordinator"


@pytest.mark.parametrize("level", [Alert.Level.HIGH, Alert.Level.WATCH])
def test_alerts_go_first_to_the_stand_in(level: str, cast: Cast) -> None:
    leave(cast, cast.kim)

    alert = high(cast, FIRST + 10 * HOUR, level)

    assert standing(alert).owner == cast.kim


def test_one_that_stands_open_when_she_leaves_is_the_stand_ins_with_the_whole_clock(cast: Cast) -> None:
    leave(cast, cast.kim)
    alert = high(cast, FIRST - 10 * HOUR)
    take_alert(alert, staff=cast.tove, by=herself(cast.tove), at=FIRST - 9 * HOUR)

    assert keep_time(at=FIRST).passed == 1

    found = standing(alert)
    assert (found.owner, found.taken_by, found.stage) == (cast.kim, None, "stand_in")
    assert Notice.objects.filter(kind=Notice.Kind.TO_ACT, person=cast.kim).count() == 1
    assert keep_time(at=FIRST + timedelta(minutes=1)).passed == 0


def test_it_is_hers_again_when_she_is_back(cast: Cast) -> None:
    leave(cast, cast.kim)
    watch = high(cast, FIRST + 10 * HOUR, Alert.Level.WATCH, Alert.Kind.DETERIORATION)
    alert = high(cast, FIRST + 10 * HOUR)
    take_alert(alert, staff=cast.kim, by=herself(cast.kim), at=FIRST + 11 * HOUR)

    keep_time(at=AFTER)

    assert {standing(one).owner for one in (alert, watch)} == {cast.tove}
    assert standing(alert).taken_by is None


def test_nobody_who_is_away_is_asked_but_the_manager_when_nobody_else_is(cast: Cast, karim: Person) -> None:
    leave(cast, cast.kim)
    for one in (cast.kim, karim, cast.manager):
        leave(cast, of=one)

    assert standing(high(cast, FIRST + 10 * HOUR)).owner == cast.manager


def test_with_a_manager_who_is_away_it_stays_until_somebody_who_was_not_asked_is_back(cast: Cast) -> None:
    for one in (cast.tove, cast.manager):
        leave(cast, of=one, until=AFTER + (one == cast.manager) * DAY)
    alert = high(cast, FIRST + 10 * HOUR)
    assert standing(alert).owner == cast.manager
    assert keep_time(at=FIRST + 20 * HOUR).passed == 0

    keep_time(at=AFTER)

    assert (standing(alert).owner, standing(alert).stage) == (cast.tove, "therapist")


def test_patients_whom_nobody_covers_are_found(cast: Cast) -> None:
    leave(cast)

    assert [one.pk for one in Treatment.objects.of_units([cast.alfa.pk]).uncovered(FIRST)] == [
        cast.treatment.pk
    ]
    assert not Treatment.objects.of_units([cast.alfa.pk]).uncovered(MONDAY).exists()


@pytest.mark.parametrize(
    ("who", "code"), [("olle", "giver"), ("kim", "giver"), ("anna", "giver"), ("editor", "giver")]
)
def test_others_do_not_register_it(who: str, code: str, cast: Cast) -> None:
    with pytest.raises(ValidationError) as refused:
        register_absence(cast.tove, unit=cast.alfa, until=AFTER, by=herself(getattr(cast, who)), at=MONDAY)

    assert refused.value.code == code


@pytest.mark.parametrize(
    ("since", "until", "stand_in", "code"),
    [
        (FIRST, FIRST, "kim", "until"),
        (FIRST, FIRST + 500 * DAY, "kim", "until"),
        (FIRST, AFTER, "tove", "stand_in"),
        (FIRST, AFTER, "olle", "stand_in"),
        (FIRST, AFTER, "manager", "stand_in"),
    ],
)
def test_what_makes_no_sense_is_refused(
    since: datetime, until: datetime, stand_in: str, code: str, cast: Cast
) -> None:
    with pytest.raises(ValidationError) as refused:
        leave(cast, getattr(cast, stand_in), since=since, until=until)

    assert refused.value.code == code
    assert not Absence.objects.exists()


def test_the_same_days_are_registered_once(cast: Cast) -> None:
    leave(cast, cast.kim)

    with pytest.raises(ValidationError) as refused:
        leave(cast, cast.kim, since=FIRST + DAY)

    assert refused.value.code == "since"


def test_nobody_lets_herself_in_by_registering_another(cast: Cast) -> None:
    coordinator = give(person("Karim", "Haddad"), Role.COORDINATOR, cast.alfa)
    give(coordinator, Role.THERAPIST, cast.alfa)
    RoleAssignment.objects.update(starts_at=MONDAY - DAY)

    with pytest.raises(ValidationError) as refused:
        register_absence(
            cast.tove, unit=cast.alfa, until=AFTER, stand_in=coordinator, by=herself(coordinator), at=MONDAY
        )

    assert refused.value.code == "stand_in"


def test_looking_costs_the_same_for_few_as_for_many(cast: Cast) -> None:
    leave(cast, cast.kim)

    def spent() -> int:
        with CaptureQueriesContext(connection) as captured:
            arrange_cover(cast.alfa.pk, at=MONDAY)
        return len(captured)

    few = spent()
    for number in range(5):
        scenes.started(f"Vera{number}", unit=cast.alfa, therapist=cast.tove, version=cast.version)

    arrange_cover(cast.alfa.pk, at=MONDAY)
    assert spent() == few
