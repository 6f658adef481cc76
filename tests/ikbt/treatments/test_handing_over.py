"""B2, B3: another therapist becomes responsible; what waits follows the patient, the former is out at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.core import mail
from django.core.exceptions import ValidationError
from django.urls import reverse

from ikbt.accounts.models import Person
from ikbt.accounts.roles import Role
from ikbt.asgi import application
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor
from ikbt.common import clock
from ikbt.outbox.models import Notice
from ikbt.treatments.alerting import raise_alert, take_alert
from ikbt.treatments.handing_over import hand_over
from ikbt.treatments.models import CareRelation, Treatment, WorksheetEntry
from ikbt.treatments.relating import give_relation
from tests.cast import Cast, gather, give, person
from tests.conftest import signed_in_client
from tests.sockets import socket_to
from tests.therapist import scenes

WHY = "Tove är föräldraledig från i morgon."


def acting(someone: Person) -> Actor:
    return Actor(id=someone.pk, role="staff")


def handed_over(cast: Cast, to: Person | None = None, by: Person | None = None, **more: Any) -> CareRelation:
    said: dict[str, Any] = {"reason": WHY, "at": clock.now(), **more}
    return hand_over(cast.treatment, to=to or cast.kim, by=acting(by or cast.manager), **said)


def page(cast: Cast) -> str:
    return reverse("therapist:patient", args=[cast.treatment.pk])


def test_b3_the_next_one_opens_the_patient_and_the_former_no_more(cast: Cast) -> None:
    tove, kim = signed_in_client(cast.tove), signed_in_client(cast.kim)
    assert (tove.get(page(cast)).status_code, kim.get(page(cast)).status_code) == (200, 404)

    handed_over(cast)

    assert (tove.get(page(cast)).status_code, kim.get(page(cast)).status_code) == (404, 200)
    assert "Anna" not in tove.get(reverse("therapist:caseload")).content.decode()
    assert "Anna" in kim.get(reverse("therapist:caseload")).content.decode()


def test_b3_kept_as_stand_in_she_opens_it_until_then(cast: Cast) -> None:
    until = clock.now() + timedelta(days=7)

    handed_over(cast, keep_until=until)

    kept = CareRelation.objects.get(treatment=cast.treatment, staff=cast.tove, kind="stand_in")
    assert kept.ends_at == until
    assert signed_in_client(cast.tove).get(page(cast)).status_code == 200


def test_b2_who_gave_it_when_and_why_is_kept(cast: Cast) -> None:
    first = CareRelation.objects.get(treatment=cast.treatment, kind="responsible")

    given = handed_over(cast)

    first.refresh_from_db()
    assert (first.ends_at, first.ended_by_id) == (given.starts_at, cast.manager.pk)
    assert (given.given_by_id, given.reason, given.staff_id) == (cast.manager.pk, WHY, cast.kim.pk)
    assert Treatment.objects.get(pk=cast.treatment.pk).therapist_id == cast.kim.pk


def test_b2_what_waits_and_what_was_written_follows_the_patient(cast: Cast) -> None:
    scenes.write(cast.treatment, "Jag väntar på svar")
    scenes.diary_entry(cast.treatment)
    scenes.hand_in(cast.treatment)
    before = set(WorksheetEntry.objects.filter(treatment=cast.treatment).values_list("pk", flat=True))

    handed_over(cast)

    kim = signed_in_client(cast.kim)
    assert (
        "Jag väntar på svar"
        in kim.get(reverse("therapist:messages", args=[cast.treatment.pk])).content.decode()
    )
    needing = kim.get(reverse("therapist:caseload"), {"visa": "behover-mig"}).content.decode()
    assert "Anna" in needing
    assert set(WorksheetEntry.objects.filter(treatment=cast.treatment).values_list("pk", flat=True)) == before


def test_b2_an_open_alert_gets_the_new_owner_and_is_free_to_take(cast: Cast) -> None:
    alert = scenes.high_alert(cast.treatment)
    take_alert(alert, staff=cast.tove, by=acting(cast.tove), at=clock.now())

    handed_over(cast)

    alert.refresh_from_db()
    assert (alert.owner_id, alert.taken_by_id, alert.taken_at) == (cast.kim.pk, None, None)


def test_b2_an_alert_stays_with_the_one_who_took_it_when_she_stays(cast: Cast) -> None:
    alert = scenes.high_alert(cast.treatment)
    take_alert(alert, staff=cast.tove, by=acting(cast.tove), at=clock.now())

    handed_over(cast, keep_until=clock.now() + timedelta(days=1))

    alert.refresh_from_db()
    assert (alert.owner_id, alert.taken_by_id) == (cast.kim.pk, cast.tove.pk)


def test_b2_an_alert_raised_from_an_old_copy_gets_the_new_owner(cast: Cast) -> None:
    old = Treatment.objects.get(pk=cast.treatment.pk)
    assert old.therapist_id == cast.tove.pk
    handed_over(cast)

    said: dict[str, Any] = {"kind": "risk", "level": "high", "occasion": None}
    raised = raise_alert(old, **said, by=acting(cast.anna), at=clock.now())

    assert raised.owner_id == cast.kim.pk


def test_d14_patient_and_both_therapists_are_told_neutrally(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        handed_over(cast)

    told = set(Notice.objects.values_list("person", flat=True))
    assert told == {cast.anna.pk, cast.tove.pk, cast.kim.pk}
    assert len(mail.outbox) == 3
    said = "".join(f"{each.subject}{each.body}" for each in mail.outbox)
    assert not any(word in said for word in ("Berg", "Ek", "Lind", "ledig", "behandl"))


def test_the_patient_reads_who_her_therapist_is_now(cast: Cast) -> None:
    handed_over(cast)
    anna = signed_in_client(cast.anna)
    home = reverse("treatments:treatment", args=[cast.treatment.pk])

    assert "Din behandlare är nu Kim Ek" in anna.get(home).content.decode()
    english = anna.get(home, headers={"accept-language": "en"})
    assert "Kim Ek" in english.content.decode()


def test_c6_her_own_log_says_it_in_plain_words(cast: Cast) -> None:
    handed_over(cast, keep_until=clock.now() + timedelta(days=1))

    shown = signed_in_client(cast.anna).get("/min-logg/").content.decode()

    assert "ändrade vem som är din ansvariga behandlare" in shown
    assert "gav en kollega rätt att öppna dina uppgifter" in shown


@pytest.mark.parametrize("giver", ["kim", "olle", "anna", "pia", "administrator", "auditor", "editor"])
def test_b2_nobody_else_hands_over(giver: str, cast: Cast) -> None:
    to = cast.kim if giver != "kim" else give(person("Eva", "Ny"), Role.THERAPIST, cast.alfa)

    with pytest.raises(ValidationError) as refused:
        handed_over(cast, to, getattr(cast, giver))

    assert refused.value.code == "giver"
    assert Treatment.objects.get(pk=cast.treatment.pk).therapist_id == cast.tove.pk


def test_b12_nobody_makes_herself_responsible(cast: Cast) -> None:
    give(cast.kim, Role.COORDINATOR, cast.alfa)

    with pytest.raises(ValidationError) as refused:
        handed_over(cast, cast.kim, cast.kim)

    assert refused.value.code == "staff"


@pytest.mark.parametrize("receiver", ["olle", "anna", "pia", "editor", "auditor"])
def test_b2_only_a_therapist_of_the_unit_receives_it(receiver: str, cast: Cast) -> None:
    with pytest.raises(ValidationError) as refused:
        handed_over(cast, getattr(cast, receiver))

    assert refused.value.code == "staff"


def test_b2_a_coordinator_answers_for_no_treatment(cast: Cast) -> None:
    with pytest.raises(ValidationError):
        handed_over(cast, give(person("Carin", "Ordning"), Role.COORDINATOR, cast.alfa))


@pytest.mark.parametrize(("fault", "code"), [({"reason": " "}, "reason"), ({"keep_until": None}, "until")])
def test_what_is_missing_is_said(fault: dict[str, Any], code: str, cast: Cast) -> None:
    if code == "until":
        fault = {"keep_until": clock.now() - timedelta(days=1)}

    with pytest.raises(ValidationError) as refused:
        handed_over(cast, **fault)

    assert refused.value.code == code


def test_twice_is_once(cast: Cast) -> None:
    assert handed_over(cast).pk == handed_over(cast).pk
    assert CareRelation.objects.filter(treatment=cast.treatment, kind="responsible").count() == 2
    assert Entry.objects.filter(object_kind="therapist").count() == 1


def test_a_stand_in_who_becomes_responsible_is_that_alone(cast: Cast) -> None:
    by, at = acting(cast.tove), clock.now()
    stand_in = give_relation(cast.treatment, staff=cast.kim, kind="stand_in", by=by, at=at)

    handed_over(cast)

    stand_in.refresh_from_db()
    assert stand_in.ends_at is not None
    assert CareRelation.objects.running(clock.now()).filter(treatment=cast.treatment).count() == 1


async def test_b3_the_formers_open_socket_closes(transactional_db: None) -> None:
    cast = await sync_to_async(gather)()
    client = await sync_to_async(signed_in_client)(cast.tove)
    socket = socket_to(application, f"/ws/behandling/{cast.treatment.pk}/", client)
    assert (await socket.connect())[0]

    await sync_to_async(handed_over)(cast)

    assert await socket.closed_with() == 4403
