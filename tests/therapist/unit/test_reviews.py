"""B6: each emergency access to a patient of the unit is looked at by a manager, never by who made it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ikbt.accounts.roles import Role
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor
from ikbt.common import clock
from ikbt.treatments.blocking import set_block
from ikbt.treatments.emergency import Why, open_in_emergency
from ikbt.treatments.models import EmergencyAccess
from ikbt.treatments.reviewing_emergency import decide_emergency
from tests.cast import Cast, give, person
from tests.conftest import signed_in_client
from tests.therapist import scenes
from tests.therapist.unit.scene import confirmed, opened

LIST = "/enhet/nodatkomster/"
NOTE = "Pratade med Olle: hon var i akut fara."


@pytest.fixture
def access(cast: Cast) -> EmergencyAccess:
    """Olle, of another unit, has opened Anna and read three pages."""
    found = opened(cast.treatment, cast.olle)
    olle = signed_in_client(cast.olle)
    for name in ("patient", "messages", "patient"):
        assert olle.get(reverse(f"therapist:{name}", args=[cast.treatment.pk])).status_code == 200
    return found


@pytest.fixture
def manager(cast: Cast) -> Client:
    return confirmed(cast.manager)


def page(access: EmergencyAccess) -> str:
    return reverse("unit:review", args=[access.pk])


def test_the_list_tells_who_when_why_and_how_much(
    cast: Cast, access: EmergencyAccess, manager: Client
) -> None:
    shown = manager.get(LIST).content.decode()

    assert all(
        word in shown for word in ("Olle Ström", "Anna Lind", "Fara för liv", "Väntar på ställningstagande")
    )
    assert 'data-label="Lästa sidor">3<' in shown
    rows = Entry.objects.filter(object_kind="emergency review", action="list")
    assert [row.patient for row in rows] == [cast.anna.pk]


def test_it_waits_in_the_menu_until_it_is_decided(
    cast: Cast, access: EmergencyAccess, manager: Client
) -> None:
    counted = '<span class="app-count">'
    assert counted in manager.get("/enhet/").content.decode()

    manager.post(page(access), {"decision": "justified", "note": NOTE})

    assert counted not in manager.get("/enhet/").content.decode()
    access.refresh_from_db()
    assert (access.decision, access.decision_note, access.decided_by_id) == (
        "justified",
        NOTE,
        cast.manager.pk,
    )
    row = Entry.objects.get(object_kind="emergency review", action="change")
    assert (row.actor, row.patient, row.reason) == (cast.manager.pk, cast.anna.pk, "justified")


def test_one_access_shows_its_rows_of_the_log_and_nothing_that_was_read(
    cast: Cast, access: EmergencyAccess, manager: Client
) -> None:
    scenes.write(cast.treatment, "kanariefagel")
    signed_in_client(cast.olle).post(reverse("therapist:no_answer", args=[cast.treatment.pk]))

    shown = manager.get(page(access)).content.decode()

    assert "Hon ringde och är i akut fara." in shown
    assert "Patientens sida: 3" in shown
    first = Entry.objects.filter(actor=cast.olle.pk, relation="emergency", action="read").earliest("pk")
    assert f"rad {first.pk}" in shown
    assert "Försökte skriva och nekades" in shown
    assert not any(word in shown for word in ("kanariefagel", "PHQ-9", "Första modulen", "Ett litet program"))
    assert Entry.objects.filter(object_kind="emergency review", action="read", patient=cast.anna.pk).exists()


def test_what_others_did_at_the_same_time_is_not_counted(
    cast: Cast, access: EmergencyAccess, manager: Client
) -> None:
    signed_in_client(cast.tove).get(reverse("therapist:patient", args=[cast.treatment.pk]))

    assert 'data-label="Lästa sidor">3<' in manager.get(LIST).content.decode()


def test_a_lifted_block_is_told(cast: Cast, manager: Client) -> None:
    at = clock.now()
    set_block(cast.treatment, against=None, by=Actor(id=cast.anna.pk, role="patient"), at=at)
    why = Why("danger", "Hon är i akut fara.", block_lifted="emergency")
    by = Actor(id=cast.olle.pk, role="therapist")
    made = open_in_emergency(cast.treatment, staff=cast.olle, why=why, confirmed=True, by=by, at=at)

    shown = manager.get(page(made)).content.decode()

    assert "Patienten hade spärrat sina uppgifter" in shown
    assert "Hävde patientens spärr" in shown


def test_nobody_looks_at_what_she_did_herself(cast: Cast) -> None:
    give(cast.manager, Role.THERAPIST, cast.alfa)
    own = opened(cast.treatment, cast.manager)
    client = confirmed(cast.manager)

    assert (
        client.get(page(own)).status_code
        == client.post(page(own), {"decision": "justified"}).status_code
        == 404
    )
    assert "Maja Chef</td>" not in client.get(LIST).content.decode()
    assert 'class="app-count"' not in client.get("/enhet/").content.decode()
    with pytest.raises(ValidationError) as refused:
        decide(own, cast, "justified")
    assert refused.value.code == "reviewer"

    other = confirmed(give(person("Beda", "Chefsson"), Role.UNIT_MANAGER, cast.alfa))
    assert other.post(page(own), {"decision": "not_justified", "note": NOTE}).status_code == 302


def decide(access: EmergencyAccess, cast: Cast, decision: str, note: str = NOTE) -> EmergencyAccess:
    by = Actor(id=cast.manager.pk, role="unit_manager")
    return decide_emergency(access, decision, note, reviewer=cast.manager, by=by, at=clock.now())


@pytest.mark.parametrize(
    ("decision", "note", "code"),
    [("", NOTE, "decision"), ("perhaps", NOTE, "decision"), ("justified", " ", "note")],
)
def test_a_decision_needs_its_reason(
    decision: str, note: str, code: str, cast: Cast, access: EmergencyAccess, manager: Client
) -> None:
    with pytest.raises(ValidationError) as refused:
        decide(access, cast, decision, note)
    assert refused.value.code == code
    shown = manager.post(page(access), {"decision": decision, "note": note})
    assert (shown.status_code, 'role="alert"' in shown.content.decode()) == (200, True)


def test_a_manager_of_another_unit_decides_nothing(cast: Cast, access: EmergencyAccess) -> None:
    bo = give(person("Beda", "Chefsson"), Role.UNIT_MANAGER, cast.beta)

    by = Actor(id=bo.pk, role="unit_manager")

    with pytest.raises(ValidationError) as refused:
        decide_emergency(access, "justified", NOTE, reviewer=bo, by=by, at=clock.now())
    assert refused.value.code == "reviewer"


def test_the_manager_where_she_works_sees_that_it_was_made_and_not_whose(
    cast: Cast, access: EmergencyAccess
) -> None:
    shown = (
        confirmed(give(person("Beda", "Chefsson"), Role.UNIT_MANAGER, cast.beta)).get(LIST).content.decode()
    )

    assert "Olle Ström" in shown
    assert "Vårdcentralen Alfa" in shown
    assert "Anna" not in shown
    assert page(access) not in shown


def test_a_new_decision_replaces_the_first_and_the_log_keeps_both(
    cast: Cast, access: EmergencyAccess
) -> None:
    decide(access, cast, "justified")
    decide(access, cast, "not_justified")

    reasons = (
        Entry.objects.filter(object_kind="emergency review").order_by("pk").values_list("reason", flat=True)
    )
    assert list(reasons) == ["justified", "not_justified"]
    access.refresh_from_db()
    assert access.decision == "not_justified"


def test_c6_the_patient_reads_in_her_log_that_it_was_looked_at(cast: Cast, access: EmergencyAccess) -> None:
    decide(access, cast, "justified")

    shown = signed_in_client(cast.anna).get("/min-logg/").content.decode()

    assert "öppnade dina uppgifter med nödåtkomst" in shown
    assert "bedömde om en nödåtkomst var motiverad" in shown


def test_both_languages(cast: Cast, access: EmergencyAccess, manager: Client) -> None:
    assert "Nödåtkomster att granska" in manager.get(LIST).content.decode()
    cast.manager.language = "en"
    cast.manager.save()
    english = confirmed(cast.manager)
    english.cookies["django_language"] = "en"

    assert "Waits for a decision" in english.get(LIST, headers={"accept-language": "en"}).content.decode()


@pytest.mark.benchmark
def test_the_list_costs_the_same_for_one_as_for_many(
    cast: Cast, access: EmergencyAccess, manager: Client
) -> None:
    def spent() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert manager.get(LIST).status_code == 200
        return len(scenes.statements(captured))

    one, relation = spent(), access.relation
    for number in range(8):
        relation.pk, relation._state.adding = None, True
        relation.starts_at = clock.now() - timedelta(days=number + 1)
        relation.ends_at = relation.starts_at + timedelta(hours=1)
        relation.save()
        EmergencyAccess.objects.create(
            relation=relation, reason="danger", why="Skäl nog", from_unit=cast.beta
        )

    assert spent() == one <= 15
