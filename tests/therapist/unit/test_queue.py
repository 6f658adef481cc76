"""The coordinator's queue: who waits for somebody, since when and whose it is; no word of what was written."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ikbt.accounts.access import AtUnits
from ikbt.accounts.models import Person, RoleAssignment
from ikbt.accounts.roles import Role
from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM, Actor
from ikbt.common import clock
from ikbt.common.working_time import promised_by
from ikbt.treatments.alerting import take_alert
from ikbt.treatments.covering import register_absence
from ikbt.treatments.models import Alert, Message, ModuleProgress, Treatment, TreatmentEvent
from ikbt.treatments.transferring import offer_transfer
from tests.cast import Cast, give, person
from tests.therapist import scenes
from tests.therapist.unit.scene import confirmed, coordinator
from therapist.unit import queue
from therapist.unit.queue import read_queue

QUEUE = "/enhet/ko/"
WEEK = timedelta(days=7)


@pytest.fixture
def carin(cast: Cast) -> Person:
    return coordinator(cast.alfa)


@pytest.fixture
def client(carin: Person) -> Client:
    return confirmed(carin)


def shown(client: Client) -> str:
    return client.get(QUEUE).content.decode()


def closing(treatment: Treatment, *, at: datetime) -> None:
    """In its last part since then."""
    Treatment.objects.filter(pk=treatment.pk).update(state=Treatment.State.CLOSING)
    TreatmentEvent.objects.create(treatment=treatment, kind=TreatmentEvent.Kind.CLOSING_BEGUN, at=at)


def test_nothing_waits_and_the_page_says_so(client: Client) -> None:
    page = shown(client)

    assert all(
        words in page
        for words in (
            "Inget larm om hög risk står öppet",
            "Allt är besvarat i tid",
            "Ingen väntar på att starta",
        )
    )


def test_a_red_alert_stands_there_with_clock_and_owner(client: Client, cast: Cast) -> None:
    alert = scenes.high_alert(cast.treatment)
    scenes.high_alert(cast.other_treatment)

    page = shown(client)

    assert all(words in page for words in ("Anna Lind", "Hög risk", "Tove Berg", "alldeles nyss"))
    assert "Pia" not in page
    take_alert(alert, staff=cast.tove, by=SYSTEM, at=clock.now())
    assert "Taget av Tove Berg" in shown(client)


def test_what_is_unanswered_past_the_limit_stands_there_and_not_before(client: Client, cast: Cast) -> None:
    scenes.write(cast.treatment, "kanariefagel")
    scenes.hand_in(cast.treatment)
    assert "Allt är besvarat i tid" in shown(client)
    Message.objects.update(sent_at=clock.now() - WEEK)
    ModuleProgress.objects.update(submitted_at=clock.now() - WEEK)

    page = shown(client)

    assert "Meddelande" in page
    assert "Inlämnat arbete" in page
    assert "kanariefagel" not in page


def test_a_units_own_shorter_limit_holds_there_too(client: Client, cast: Cast) -> None:
    cast.alfa.thresholds = {"answer_hours": 1, "feedback_amber_hours": 1, "feedback_red_hours": 1}
    cast.alfa.save()
    scenes.write(cast.treatment, "Hej")
    scenes.hand_in(cast.treatment)
    late = promised_by(clock.now(), 1) + timedelta(minutes=1)
    desk = AtUnits(cast.manager, (cast.alfa.pk,), Actor(cast.manager.pk, "coordinator"))

    assert len(read_queue(desk, at=late).unanswered) == 2
    assert read_queue(desk, at=late - timedelta(minutes=3)).unanswered == []


def test_what_a_long_list_leaves_out_is_counted_and_the_oldest_stand_first(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "MOST", 1)
    alert = scenes.watch_alert(cast.treatment)
    Alert.objects.filter(pk=alert.pk).update(due_at=clock.now())
    scenes.write(cast.treatment, "Hej")
    Message.objects.update(sent_at=clock.now() - WEEK)

    page = shown(client)

    assert "1 till väntar som inte visas" in page
    assert "Meddelande" in page


def test_a_watch_that_nobody_has_closed_in_time_stands_there_with_owner_and_clock(
    client: Client, cast: Cast
) -> None:
    alert = scenes.watch_alert(cast.treatment)
    assert "Anna Lind" not in shown(client)
    Alert.objects.filter(pk=alert.pk).update(due_at=clock.now() - timedelta(minutes=1))

    page = shown(client)

    assert all(words in page for words in ("Anna Lind", "Risk", "Tove Berg", "Inget larm om hög risk"))
    assert "Allt är besvarat i tid" not in page
    Alert.objects.filter(pk=alert.pk).update(kind=Alert.Kind.COURSE)
    assert "Anna Lind" in shown(client)
    Alert.objects.filter(pk=alert.pk).update(kind=Alert.Kind.SILENT)
    assert "Anna Lind" not in shown(client)


def test_an_ended_case_that_nobody_has_closed_stands_there_once_with_whose_it_is(
    client: Client, cast: Cast
) -> None:
    now = clock.now()
    assert "inget avslutat ärende är försenat" in shown(client)
    Treatment.objects.filter(pk=cast.treatment.pk).update(
        state=Treatment.State.DISCONTINUED, ended_at=now - 2 * WEEK, end_reason="time"
    )
    task = scenes.watch_alert(cast.treatment)
    Alert.objects.filter(pk=task.pk).update(kind=Alert.Kind.COURSE, due_at=now - WEEK)

    page = shown(client)

    assert all(words in page for words in ("Ärende att stänga", "Tove Berg", "1\xa0vecka försenat"))
    assert page.count("Anna Lind") == 1


def test_a_closing_talk_that_is_late_stands_there(client: Client, cast: Cast) -> None:
    closing(cast.treatment, at=clock.now() - 2 * WEEK - timedelta(hours=1))

    assert "Avslutssamtal" in shown(client)
    assert "Anna Lind" in shown(client)


def test_a_red_alert_that_was_taken_and_not_closed_says_so(client: Client, cast: Cast) -> None:
    alert = scenes.high_alert(cast.treatment)
    take_alert(alert, staff=cast.tove, by=SYSTEM, at=clock.now())
    assert ", inte stängt i tid" not in shown(client)
    Alert.objects.filter(pk=alert.pk).update(ask_after_at=clock.now())

    page = shown(client)

    assert "Taget av Tove Berg" in page
    assert ", inte stängt i tid" in page


def test_whoever_is_ready_to_start_stands_there_since_when(client: Client, cast: Cast) -> None:
    Treatment.objects.filter(pk=cast.treatment.pk).update(
        state=Treatment.State.READY, created_at=clock.now() - 3 * WEEK
    )

    assert "3\xa0veckor" in shown(client)


def test_a_task_whose_owner_is_away_or_gone_stands_there(client: Client, cast: Cast) -> None:
    scenes.watch_alert(cast.treatment)
    assert "Alla uppgifter har någon" in shown(client)
    now = clock.now()
    register_absence(cast.tove, unit=cast.alfa, until=now + WEEK, by=Actor(cast.tove.pk, "therapist"), at=now)
    assert "Borta nu" in shown(client)

    RoleAssignment.objects.filter(person=cast.tove).update(ends_at=clock.now())

    assert "Alla uppgifter har någon" not in shown(client)


def test_a_transfer_stands_there_at_both_units(client: Client, cast: Cast) -> None:
    offer_transfer(
        cast.treatment,
        to=cast.beta,
        summary="Behöver mer stöd",
        consents=True,
        by=Actor(cast.tove.pk, "therapist"),
        at=clock.now(),
    )

    assert "Till Vårdcentralen Beta" in shown(client)
    other = confirmed(give(person("Berit", "Beta"), Role.COORDINATOR, cast.beta))
    assert "Från Vårdcentralen Alfa" in shown(other)


def test_each_name_shown_is_logged_and_her_own_treatment_is_left_out(
    client: Client, carin: Person, cast: Cast
) -> None:
    scenes.high_alert(cast.treatment)
    own = scenes.started("Carin", unit=cast.alfa, therapist=cast.kim, version=cast.version)
    scenes.high_alert(own)
    Treatment.objects.filter(pk=own.pk).update(patient=carin)

    client.get(QUEUE)

    rows = Entry.objects.filter(action="list", object_kind="unit queue")
    assert [(row.actor, row.patient) for row in rows] == [(carin.pk, cast.anna.pk)]


def test_the_queue_costs_the_same_for_few_as_for_many(client: Client, cast: Cast) -> None:
    def spent() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(QUEUE).status_code == 200
        return len(scenes.statements(captured))

    def fill(treatment: Treatment) -> None:
        scenes.high_alert(treatment)
        scenes.write(treatment, "Hej")
        scenes.hand_in(treatment)
        late = {"kind": Alert.Kind.CHECK, "level": Alert.Level.WATCH, "due_at": clock.now() - WEEK}
        Alert.objects.create(treatment=treatment, owner=treatment.therapist, raised_at=clock.now(), **late)
        Message.objects.update(sent_at=clock.now() - WEEK)
        ModuleProgress.objects.update(submitted_at=clock.now() - WEEK)
        closing(treatment, at=clock.now() - 3 * WEEK)

    fill(cast.treatment)
    few = spent()
    for number in range(5):
        fill(scenes.started(f"Vera{number}", unit=cast.alfa, therapist=cast.kim, version=cast.version))

    assert Alert.objects.count() == 12
    assert spent() == few <= 19
