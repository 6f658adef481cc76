"""Every address of the desk: outsiders get the page that does not exist, and a relation that ended opens
nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from ikbt.audit.models import Entry
from ikbt.common import clock
from ikbt.treatments.models import (
    Alert,
    CareRelation,
    Draft,
    Feedback,
    Message,
    ModuleProgress,
    Treatment,
)
from measurements.models import Occasion
from tests.access.scene import file_in, note_about
from tests.cast import Cast
from tests.conftest import SignIn
from tests.therapist import scenes
from therapist.urls import urlpatterns

OUTSIDERS = ["anna", "kim", "olle", "pia", "editor", "publisher", "manager", "administrator", "auditor"]
POSTS = {
    "open_module": {"reason": "Hon vill vidare"},
    "messages": {"body": "Hej", "client_key": str(uuid4())},
    "messages_read": {},
    "no_answer": {},
    "feedback": {"body": "Fint", "client_key": str(uuid4()), "next": "hold"},
    "alert": {"outcome": "assessed_safe", "body": "Ringde, ingen risk"},
    "take_alert": {},
    "notes": {"body": "Egen anteckning", "client_key": str(uuid4())},
    "plans": {"kind": "treatment", "body": "Mål", "seen": ""},
    "draft": {"body": "Hej", "revision": "0"},
    "change_course": {"forlang-weeks": "1", "forlang-reason": "Hon behöver mer tid"},
}
POST_ONLY = {
    "open_module",
    "messages_read",
    "no_answer",
    "take_alert",
    "draft",
    "change_course",
    "end_emergency",
    "withdraw_extra",
    "answer_offer",
    "subtypes",
    "replan_module",
    "take_back_death",
    "active_time",
}


@pytest.fixture
def alert(cast: Cast) -> Alert:
    scenes.diary_entry(cast.treatment)
    scenes.hand_in(cast.treatment)
    scenes.write(cast.treatment, "Hej")
    return scenes.high_alert(cast.treatment)


def addresses(treatment_id: object, alert_id: object) -> Iterator[tuple[str, str]]:
    """Name and address of each page about one patient; a new one is tested from the day it is added."""
    values = {
        "treatment_id": treatment_id,
        "alert_id": alert_id,
        "module_key": "m01",
        "offer_key": "early",
        "purpose": "message",
        "act": "forlang",
        "step_key": "m01-s02",
        "rest": "hjalp/",
        "note_id": note_about(Treatment.objects.get(pk=str(treatment_id))).pk,
        "occasion_id": open_occasion(treatment_id),
        "attachment_id": file_in(Treatment.objects.get(pk=str(treatment_id))).pk,
        "exercise": "activity_diary",
    }
    # An absence is staff's own, and an offer is about another unit's patient: they are tested where they are.
    elsewhere = {"absence_id", "transfer_id"}
    about_patients = [one for one in urlpatterns if elsewhere.isdisjoint(one.pattern.converters)]
    for pattern in about_patients:
        wanted = pattern.pattern.converters
        if wanted:
            yield (
                str(pattern.name),
                reverse(f"therapist:{pattern.name}", kwargs={key: values[key] for key in wanted}),
            )


def open_occasion(treatment_id: object) -> object:
    """Her first questionnaire that nobody has answered."""
    asked = Occasion.objects.filter(series__treatment__pk=str(treatment_id), answered_at=None)
    return asked.earliest("opens_at", "pk").pk


def answers(client: Client, treatment_id: object, alert_id: object) -> dict[str, int]:
    found = {}
    for name, address in addresses(treatment_id, alert_id):
        if name not in POST_ONLY:
            found[f"GET {name}"] = client.get(address).status_code
        if name in POSTS:
            found[f"POST {name}"] = client.post(address, POSTS[name]).status_code
    return found


@pytest.mark.parametrize("name", OUTSIDERS)
def test_outsiders_get_404_everywhere_and_change_nothing(
    cast: Cast, alert: Alert, signed_in: SignIn, name: str
) -> None:
    found = answers(signed_in(getattr(cast, name)), cast.treatment.pk, alert.pk)

    assert set(found.values()) == {404}, found
    alert.refresh_from_db()
    assert (alert.taken_at, alert.closed_at) == (None, None)
    assert not Feedback.objects.exists()
    assert not Draft.objects.exists()
    assert Message.objects.filter(from_patient=False).count() == 0
    assert ModuleProgress.objects.filter(treatment=cast.treatment).count() == 1


def test_the_404_is_the_same_as_for_a_treatment_that_does_not_exist(
    cast: Cast, alert: Alert, signed_in: SignIn
) -> None:
    client = signed_in(cast.kim)

    foreign = client.get(reverse("therapist:patient", args=[cast.treatment.pk]))
    missing = client.get(reverse("therapist:patient", args=[uuid4()]))

    assert foreign.status_code == missing.status_code == 404
    assert _shape(foreign.content) == _shape(missing.content)


def _shape(page: bytes) -> bytes:
    """The page less what differs at every request: its request id."""
    return b"\n".join(line for line in page.splitlines() if b"<code>" not in line)


def test_the_own_therapist_gets_in_everywhere(cast: Cast, alert: Alert, tove_client: Client) -> None:
    found = answers(tove_client, cast.treatment.pk, alert.pk)

    assert set(found.values()) <= {200, 204, 302}, found


def test_an_ended_relation_closes_every_page(cast: Cast, alert: Alert, tove_client: Client) -> None:
    CareRelation.objects.filter(treatment=cast.treatment).update(ends_at=clock.now())

    found = answers(tove_client, cast.treatment.pk, alert.pk)

    assert set(found.values()) == {404}, found


def test_a_relation_that_has_not_begun_opens_nothing(cast: Cast, tove_client: Client) -> None:
    CareRelation.objects.filter(treatment=cast.treatment).update(starts_at=clock.now().replace(year=2100))

    assert tove_client.get(reverse("therapist:patient", args=[cast.treatment.pk])).status_code == 404


def test_a_therapist_who_is_a_patient_cannot_open_her_own_case_as_staff(
    cast: Cast, tove_client: Client
) -> None:
    Treatment.objects.filter(pk=cast.treatment.pk).update(patient=cast.tove)

    assert tove_client.get(reverse("therapist:patient", args=[cast.treatment.pk])).status_code == 404


def test_a_stand_in_with_a_running_relation_gets_in(cast: Cast, signed_in: SignIn) -> None:
    CareRelation.objects.create(
        treatment=cast.treatment, staff=cast.kim, kind=CareRelation.Kind.STAND_IN, starts_at=clock.now()
    )

    assert signed_in(cast.kim).get(reverse("therapist:patient", args=[cast.treatment.pk])).status_code == 200


def test_an_alert_of_another_patient_is_not_found_under_ones_own(cast: Cast, tove_client: Client) -> None:
    foreign = scenes.high_alert(cast.other_treatment)

    response = tove_client.get(reverse("therapist:alert", args=[cast.treatment.pk, foreign.pk]))

    assert response.status_code == 404


def test_a_refused_visit_and_a_granted_one_stand_in_the_log(
    cast: Cast, signed_in: SignIn, tove_client: Client
) -> None:
    address = reverse("therapist:patient", args=[cast.treatment.pk])

    signed_in(cast.kim).get(address)
    tove_client.get(address)

    assert Entry.objects.refused().filter(actor=cast.kim.pk, object_id=str(cast.treatment.pk)).count() == 1
    read = Entry.objects.get(action=Entry.Action.READ, actor=cast.tove.pk)
    assert (read.patient, read.relation) == (cast.anna.pk, "responsible")


def test_without_second_factor_nothing_opens(cast: Cast, alert: Alert, client: Client) -> None:
    client.force_login(cast.tove)

    found = answers(client, cast.treatment.pk, alert.pk)

    assert 200 not in {status for name, status in found.items() if name.startswith("GET")}
    assert not Draft.objects.exists()


def test_every_address_has_a_door() -> None:
    assert all(hasattr(pattern.callback, "door") for pattern in urlpatterns)


def test_a_get_changes_nothing_but_the_log(cast: Cast, alert: Alert, tove_client: Client) -> None:
    pages = list(addresses(cast.treatment.pk, alert.pk))
    before = _facts(cast)

    for name, address in pages:
        if name not in POST_ONLY:
            tove_client.get(address)

    assert _facts(cast) == before


def _facts(cast: Cast) -> list[object]:
    return [
        list(Message.objects.values("read_at", "answered_at")),
        list(Alert.objects.values("taken_at", "closed_at")),
        list(ModuleProgress.objects.values("updated_at")),
        list(Treatment.objects.values("last_active_at", "state")),
        Draft.objects.count(),
    ]
