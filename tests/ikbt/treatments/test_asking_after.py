"""A high risk alert that somebody has taken and does not close: she is asked, then the others in line, once each."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from threading import Barrier

import pytest
from django.apps import apps
from django.db import connections, transaction
from django.utils import translation

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
from tests.cast import Cast, gather, give, person
from tests.therapist.scenes import assessed
from therapist import wording

MONDAY = datetime(2026, 11, 30, 9, 0, tzinfo=STOCKHOLM)
HOUR = timedelta(hours=1)


def staffed(cast: Cast) -> tuple[Person, Person]:
    """Anna's stand-in, and the unit's coordinator without a relation to her, both from before the alert."""
    sara = give(person("Sara", "Holm"), Role.STAND_IN, cast.alfa)
    karim = give(person("Karim", "Haddad"), Role.COORDINATOR, cast.alfa)
    RoleAssignment.objects.update(starts_at=MONDAY - timedelta(days=400))
    began = MONDAY - timedelta(days=10)
    CareRelation.objects.filter(treatment=cast.treatment).update(starts_at=began)
    by = Actor(cast.tove.pk, "therapist")
    give_relation(cast.treatment, staff=sara, kind=CareRelation.Kind.STAND_IN, by=by, at=began)
    return sara, karim


@pytest.fixture
def sara(cast: Cast) -> Person:
    return staffed(cast)[0]


@pytest.fixture
def karim(sara: Person) -> Person:
    return Person.objects.get(first_name="Karim")


def raised(cast: Cast, at: datetime = MONDAY, level: str = Alert.Level.HIGH) -> Alert:
    with transaction.atomic():
        return raise_alert(cast.treatment, kind=Alert.Kind.RISK, level=level, occasion=None, by=SYSTEM, at=at)


def take(alert: Alert, staff: Person, at: datetime) -> None:
    take_alert(alert, staff=staff, by=Actor(staff.pk, "therapist"), at=at)


def taken(cast: Cast, at: datetime = MONDAY) -> Alert:
    """By her own therapist, at once."""
    alert = raised(cast, at)
    take(alert, cast.tove, at)
    return alert


def standing(alert: Alert) -> Alert:
    return Alert.objects.select_related("owner", "taken_by").get(pk=alert.pk)


def mailed(alert: Alert) -> list[str]:
    """Who was asked after it was taken, in order."""
    found = Notice.objects.filter(
        kind=Notice.Kind.TO_ACT, key__contains=":after:", key__startswith=f"alert:{alert.pk}"
    )
    return [notice.person.first_name for notice in found.select_related("person").order_by("due_at", "pk")]


def test_whoever_has_it_is_asked_first_and_then_each_in_line_once_an_hour_apart(
    cast: Cast, karim: Person
) -> None:
    alert = taken(cast)
    first: dict[str, int] = {}
    for minutes in range(0, 8 * 60, 5):
        keep_time(at=MONDAY + timedelta(minutes=minutes))
        for name in mailed(alert):
            first.setdefault(name, minutes)

    assert first == {"Tove": 120, "Sara": 180, "Karim": 240, "Maja": 300}
    assert mailed(alert) == ["Tove", "Sara", "Karim", "Maja"]
    steps = TreatmentEvent.objects.filter(
        kind=TreatmentEvent.Kind.ALERT_ASKED_AFTER, treatment=cast.treatment
    )
    logged = Entry.objects.filter(object_kind="alert", object_id=str(alert.pk), reason__contains="not closed")
    assert steps.count() == logged.count() == 4
    assert all(step.details["taken_by"] == str(cast.tove.pk) for step in steps)


def test_it_is_taken_from_nobody_and_who_is_asked_can_open_the_patient(cast: Cast, karim: Person) -> None:
    alert = taken(cast)

    keep_time(at=MONDAY + 4 * HOUR)

    found = standing(alert)
    assert (found.taken_by, found.taken_at) == (cast.tove, MONDAY)
    assert (found.owner, found.stage) == (karim, Alert.Stage.COORDINATOR)
    relation = CareRelation.objects.on_duty(MONDAY + 4 * HOUR).get(treatment=cast.treatment, staff=karim)
    assert relation.kind == CareRelation.Kind.COORDINATOR


def test_one_that_is_closed_in_time_asks_nobody(cast: Cast, karim: Person) -> None:
    alert = taken(cast)
    close_alert(
        alert,
        outcome=Alert.Outcome.SAFETY_PLAN,
        note="Talade i telefon, plan finns.",
        staff=cast.tove,
        by=Actor(cast.tove.pk, "therapist"),
        at=MONDAY + HOUR,
        assessed=assessed(at=MONDAY + HOUR),
    )

    assert keep_time(at=MONDAY + 8 * HOUR).asked_after == 0
    assert mailed(alert) == []


def test_only_opening_time_counts(cast: Cast, karim: Person) -> None:
    evening = datetime(2026, 11, 27, 20, 0, tzinfo=STOCKHOLM)
    alert = taken(cast, evening)

    keep_time(at=datetime(2026, 11, 30, 9, 59, tzinfo=STOCKHOLM))
    assert mailed(alert) == []
    keep_time(at=datetime(2026, 11, 30, 10, 0, tzinfo=STOCKHOLM))
    assert mailed(alert) == ["Tove"]


def test_the_unit_s_own_number_holds(cast: Cast, karim: Person) -> None:
    cast.alfa.thresholds = {"taken_minutes": 45, "escalate_minutes": 30}
    cast.alfa.save()
    cast.treatment.refresh_from_db()
    alert = taken(cast)

    keep_time(at=MONDAY + timedelta(minutes=44))
    assert mailed(alert) == []
    keep_time(at=MONDAY + timedelta(minutes=75))
    assert sorted(mailed(alert)) == ["Sara", "Tove"]


def test_after_hours_without_the_clock_all_in_line_are_told_in_one_run(cast: Cast, karim: Person) -> None:
    alert = taken(cast)

    assert keep_time(at=MONDAY + 48 * HOUR).asked_after == 1

    assert sorted(mailed(alert)) == ["Karim", "Maja", "Sara", "Tove"]
    assert keep_time(at=MONDAY + 72 * HOUR).asked_after == 0


def test_one_that_reached_the_manager_before_it_was_taken_is_told_to_her_again(
    cast: Cast, karim: Person
) -> None:
    alert = raised(cast)
    keep_time(at=MONDAY + 3 * HOUR)
    assert standing(alert).owner == cast.manager
    take(alert, cast.tove, MONDAY + 3 * HOUR)

    keep_time(at=MONDAY + 8 * HOUR)

    assert sorted(mailed(alert)) == ["Maja", "Tove"]
    assert standing(alert).owner == cast.manager


def test_a_colleague_who_takes_it_is_asked_first_and_then_whose_it_is(cast: Cast, karim: Person) -> None:
    alert = raised(cast)
    take(alert, Person.objects.get(first_name="Sara"), MONDAY)

    keep_time(at=MONDAY + 3 * HOUR)

    assert sorted(mailed(alert)) == ["Sara", "Tove"]
    assert standing(alert).owner == cast.tove


def test_somebody_who_is_away_is_stepped_over(cast: Cast, karim: Person) -> None:
    alert = taken(cast)
    sara = Person.objects.get(first_name="Sara")
    span = {"starts_at": MONDAY, "ends_at": MONDAY + timedelta(days=3), "registered_at": MONDAY}
    Absence.objects.create(person=sara, unit=cast.alfa, registered_by=sara, **span)

    keep_time(at=MONDAY + 3 * HOUR)

    assert sorted(mailed(alert)) == ["Karim", "Tove"]


def test_whoever_takes_it_anew_gets_the_whole_time(cast: Cast, karim: Person) -> None:
    alert = taken(cast)
    keep_time(at=MONDAY + 2 * HOUR)
    by = Actor(cast.manager.pk, "unit_manager")
    hand_over(cast.treatment, to=cast.kim, reason="Tove är sjuk.", by=by, at=MONDAY + 2 * HOUR)
    assert standing(alert).taken_by is None
    take(alert, cast.kim, MONDAY + 2 * HOUR)

    keep_time(at=MONDAY + 4 * HOUR - timedelta(minutes=1))
    assert mailed(alert) == ["Tove"]
    keep_time(at=MONDAY + 4 * HOUR)
    assert mailed(alert) == ["Tove", "Kim"]


def test_one_at_watch_that_is_taken_is_asked_after_of_nobody(cast: Cast, karim: Person) -> None:
    alert = raised(cast, level=Alert.Level.WATCH)
    take(alert, cast.tove, MONDAY)

    assert keep_time(at=MONDAY + 30 * HOUR).asked_after == 0
    assert mailed(alert) == []


def test_lists_say_in_words_that_it_was_taken_and_not_closed_and_by_whom(cast: Cast, karim: Person) -> None:
    alert = taken(cast)

    with translation.override("sv"):
        assert wording.taken(standing(alert), MONDAY + HOUR) == "Taget av Tove Berg kl. 09.00"
        # Also while the clock stands still.
        late = wording.taken(standing(alert), MONDAY + 2 * HOUR)
        keep_time(at=MONDAY + 8 * HOUR)
        at_last = wording.taken(standing(alert), MONDAY + 8 * HOUR)

    assert late == at_last == "Taget av Tove Berg kl. 09.00, inte stängt i tid"


def test_one_that_was_taken_before_there_was_a_clock_is_asked_after(cast: Cast, karim: Person) -> None:
    alert = taken(cast)
    Alert.objects.filter(pk=alert.pk).update(ask_after_at=None)

    migration = next(path.stem for path in Path(migrations.__path__[0]).glob("*_clock_for_taken_alerts.py"))
    import_module(f"{migrations.__name__}.{migration}").put_on_the_clock(apps, MONDAY + HOUR)
    keep_time(at=MONDAY + 3 * HOUR)

    assert mailed(alert) == ["Tove"]


@pytest.mark.django_db(transaction=True)
def test_three_workers_at_once_ask_each_once() -> None:
    cast = gather()
    staffed(cast)
    alert, start = taken(cast), Barrier(3)

    def work(_number: int) -> tuple[int, int]:
        try:
            start.wait(timeout=20)
            kept = keep_time(at=MONDAY + 4 * HOUR)
            return kept.asked_after, kept.failed
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        kept = list(pool.map(work, range(3)))

    assert sorted(kept) == [(0, 0), (0, 0), (1, 0)]
    assert sorted(mailed(alert)) == ["Karim", "Sara", "Tove"]
    steps = TreatmentEvent.objects.filter(
        kind=TreatmentEvent.Kind.ALERT_ASKED_AFTER, treatment=cast.treatment
    )
    assert steps.count() == 3
