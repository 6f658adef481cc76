"""Notes and plans: staff's own words, corrected beside the old ones, on no page of the patient's."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.privacy.exporting import collected
from ikbt.treatments.models import CarePlan, Draft, Note
from ikbt.treatments.noting import write_note, write_plan
from tests.access.scene import PATIENTS, addresses
from tests.cast import Cast
from tests.conftest import SignIn
from tests.therapist import scenes

NOTE = "Kanariehandledning: osäker på diagnosen."


@pytest.fixture
def address(cast: Cast) -> str:
    return reverse("therapist:notes", args=[cast.treatment.pk])


@pytest.fixture
def plan_address(cast: Cast) -> str:
    return reverse("therapist:plans", args=[cast.treatment.pk])


def note(cast: Cast, body: str = NOTE, *, corrects: Note | None = None) -> Note:
    return write_note(
        cast.treatment,
        body,
        author=cast.tove,
        client_key=uuid4(),
        by=SYSTEM,
        at=clock.now(),
        corrects=corrects,
    )


def test_a_note_is_saved_with_author_and_time_and_logged_and_its_draft_goes(
    cast: Cast, address: str, tove_client: Client
) -> None:
    tove_client.post(address, {"body": "", "client_key": str(uuid4()), "revision": "0"})
    assert Draft.objects.filter(treatment=cast.treatment, purpose="note").exists()

    tove_client.post(address, {"body": NOTE, "client_key": str(uuid4()), "revision": "1"})

    kept = Note.objects.get(treatment=cast.treatment)
    assert (kept.body, kept.author) == (NOTE, cast.tove)
    assert not Draft.objects.filter(treatment=cast.treatment).exists()
    assert Entry.objects.filter(object_kind="note", object_id=str(kept.pk), actor=cast.tove.pk).exists()
    assert "Tove Berg" in tove_client.get(address).content.decode()


def test_the_same_post_twice_is_one_note(cast: Cast, address: str, tove_client: Client) -> None:
    form = {"body": NOTE, "client_key": str(uuid4()), "revision": "0"}
    for _ in range(2):
        tove_client.post(address, form)

    assert Note.objects.filter(treatment=cast.treatment).count() == 1


def test_a_note_that_is_too_long_is_kept_as_a_draft(cast: Cast, address: str, tove_client: Client) -> None:
    long = "x" * 10_001

    page = tove_client.post(address, {"body": long, "client_key": str(uuid4()), "revision": "0"})

    assert list(page.context["form"].errors) == ["body"]
    assert Draft.objects.get(treatment=cast.treatment, purpose="note").body == long


def test_a_correction_stands_first_and_keeps_what_stood_before(
    cast: Cast, address: str, tove_client: Client
) -> None:
    first = note(cast, "Först skrivet")
    way = reverse("therapist:correct_note", args=[cast.treatment.pk, first.pk])
    assert "Först skrivet" in tove_client.get(way).content.decode()

    tove_client.post(way, {"body": "Sedan rättat", "client_key": str(uuid4()), "revision": "0"})

    page = tove_client.get(address).content.decode()
    assert page.index("Sedan rättat") < page.index("Först skrivet")
    assert Note.objects.get(treatment=cast.treatment, pk=first.pk).body == "Först skrivet"
    assert tove_client.get(way).status_code == 404


def test_two_corrections_of_one_note_the_second_is_refused(cast: Cast) -> None:
    first = note(cast)
    note(cast, "Rättad", corrects=first)

    with pytest.raises(ValidationError) as refused:
        note(cast, "Rättad igen", corrects=first)

    assert refused.value.code == "changed"


def test_the_patient_sees_no_note_and_no_plan_on_any_page(cast: Cast, anna_client: Client) -> None:
    alert = scenes.high_alert(cast.treatment)
    note(cast)
    plan(cast, "Kanarieplan")

    shown = "".join(
        anna_client.get(page.path).content.decode()
        for page in addresses(PATIENTS, cast.treatment, alert)
        if "GET" in page.methods
    )

    assert "Anna" in shown
    assert "Kanarie" not in shown


def test_both_are_part_of_what_she_gets_of_her_record(cast: Cast) -> None:
    note(cast)
    plan(cast, "Kanarieplan")

    record = str(collected(cast.anna, at=clock.now()))

    assert NOTE in record
    assert "Kanarieplan" in record


def test_an_ended_treatment_takes_notes_and_one_in_an_emergency_writes_none(
    cast: Cast, address: str, signed_in: SignIn
) -> None:
    refused = signed_in(cast.kim).post(address, {"body": NOTE, "client_key": str(uuid4())})

    assert refused.status_code == 404
    assert not Note.objects.exists()


def test_thirty_notes_take_as_many_queries_as_one(cast: Cast, address: str, tove_client: Client) -> None:
    note(cast)
    with CaptureQueriesContext(connection) as one:
        tove_client.get(address)
    for _ in range(29):
        note(cast)

    with CaptureQueriesContext(connection) as thirty:
        tove_client.get(address)

    assert len(scenes.statements(thirty)) == len(scenes.statements(one))


def plan(cast: Cast, body: str, *, kind: str = "treatment", seen: str = "") -> CarePlan:
    return write_plan(cast.treatment, kind, body, author=cast.tove, by=SYSTEM, at=clock.now(), seen=seen)


def test_a_plan_is_written_with_day_and_way_and_the_one_before_is_kept(
    cast: Cast, plan_address: str, tove_client: Client
) -> None:
    before = plan(cast, "Gå ut varje dag")
    form = {"kind": "treatment", "body": "Tillbaka till jobbet", "contact_day": "3", "contact_way": "phone"}

    tove_client.post(plan_address, {**form, "seen": str(before.pk), "revision": "0"})

    holds = CarePlan.objects.filter(treatment=cast.treatment).holding("treatment")
    assert holds is not None
    assert (holds.body, holds.contact_day, holds.contact_way) == ("Tillbaka till jobbet", 3, "phone")
    page = tove_client.get(plan_address).content.decode()
    assert page.index("Tillbaka till jobbet") < page.index("Gå ut varje dag")


def test_a_plan_that_somebody_has_changed_meanwhile_is_refused_with_the_text_kept(
    cast: Cast, plan_address: str, tove_client: Client
) -> None:
    plan(cast, "Kollegans plan")

    page = tove_client.post(
        plan_address, {"kind": "treatment", "body": "Min plan", "seen": "", "revision": "0"}
    )

    assert "Min plan" in page.content.decode()
    assert Draft.objects.get(treatment=cast.treatment, purpose="plan:treatment").body == "Min plan"
    assert CarePlan.objects.filter(treatment=cast.treatment).count() == 1


def test_the_same_plan_twice_is_stored_once(cast: Cast) -> None:
    plan(cast, "Gå ut varje dag")

    plan(cast, "Gå ut varje dag")

    assert CarePlan.objects.filter(treatment=cast.treatment).count() == 1


def test_without_one_of_her_own_staff_write_the_safety_plan(
    cast: Cast, plan_address: str, tove_client: Client
) -> None:
    form = {"kind": "safety", "body": "Ring Eva. Ring 112.", "seen": "", "revision": "0"}

    tove_client.post(plan_address, form)

    assert "Ring Eva. Ring 112." in tove_client.get(plan_address).content.decode()


def test_notes_and_both_plans_are_reached_from_the_top_of_her_page(cast: Cast, tove_client: Client) -> None:
    page = tove_client.get(reverse("therapist:patient", args=[cast.treatment.pk])).content.decode()

    top = page[: page.index("desk-standing")]
    for way in ("notes", "plans"):
        assert reverse(f"therapist:{way}", args=[cast.treatment.pk]) in top
    assert reverse("therapist:plans", args=[cast.treatment.pk]) + "#safety" in top


def test_a_plan_is_shared_with_the_patient_only_when_that_is_ticked(
    cast: Cast, plan_address: str, tove_client: Client
) -> None:
    form = {
        "kind": "treatment",
        "body": "Gå ut varje dag",
        "contact_day": "",
        "contact_way": "",
        "revision": "0",
    }
    tove_client.post(plan_address, {**form, "seen": ""})
    before = CarePlan.objects.filter(treatment=cast.treatment).holding("treatment")
    assert before is not None
    assert not before.is_shared

    tove_client.post(plan_address, {**form, "seen": str(before.pk), "is_shared": "on"})

    holds = CarePlan.objects.filter(treatment=cast.treatment).holding("treatment")
    assert holds is not None
    assert holds.is_shared
    assert "patienten läser den" in tove_client.get(plan_address).content.decode()
