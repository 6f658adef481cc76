"""B6: emergency access reads, and handles an alert; it writes nothing else of the course (docs/decisions/0015)."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM, Actor
from ikbt.common import clock
from ikbt.treatments.emergency import Why, open_in_emergency
from ikbt.treatments.models import Alert, CareRelation, Draft, Feedback, Message, ModuleProgress
from ikbt.treatments.relating import give_relation
from tests.cast import Cast
from tests.conftest import SignIn
from tests.therapist import scenes

WRITING = {
    "messages": {"body": "Hej", "client_key": str(uuid4())},
    "messages_read": {},
    "no_answer": {},
    "feedback": {"body": "Fint", "client_key": str(uuid4()), "next": "open"},
    "open_module": {"reason": "Hon vill vidare"},
    "draft": {"body": "Hej", "revision": "0"},
}


@pytest.fixture
def alert(cast: Cast) -> Alert:
    scenes.hand_in(cast.treatment)
    scenes.write(cast.treatment, "Hej")
    return scenes.high_alert(cast.treatment)


@pytest.fixture
def olle(cast: Cast, alert: Alert, signed_in: SignIn) -> Client:
    """Another unit's therapist, who has opened Anna in an emergency."""
    why = Why("danger", "Hon ringde och är i akut fara.")
    by = Actor(id=cast.olle.pk, role="therapist")
    open_in_emergency(cast.treatment, staff=cast.olle, why=why, confirmed=True, by=by, at=clock.now())
    return signed_in(cast.olle)


def address(name: str, cast: Cast, **more: object) -> str:
    keys = {"treatment_id": cast.treatment.pk, **more}
    if name in {"feedback", "open_module"}:
        keys["module_key"] = "m01"
    if name == "draft":
        keys["purpose"] = "message"
    return reverse(f"therapist:{name}", kwargs=keys)


@pytest.mark.parametrize("name", WRITING)
def test_b6_nothing_is_written_in_an_emergency_and_the_try_is_logged(
    name: str, cast: Cast, olle: Client
) -> None:
    refused = olle.post(address(name, cast), WRITING[name])

    assert refused.status_code == 403
    assert not Feedback.objects.filter(treatment=cast.treatment).exists()
    assert not Draft.objects.filter(treatment=cast.treatment).exists()
    assert not Message.objects.filter(treatment=cast.treatment, from_patient=False).exists()
    assert not Message.objects.filter(treatment=cast.treatment).exclude(read_at=None).exists()
    assert ModuleProgress.objects.filter(treatment=cast.treatment).count() == 1
    row = Entry.objects.filter(granted=False, patient=cast.anna.pk).get()
    assert (row.actor, row.relation) == (cast.olle.pk, "emergency")


def test_b6_the_pages_hold_no_form_that_would_be_refused(cast: Cast, olle: Client) -> None:
    for name in ("patient", "messages", "feedback", "newer_messages"):
        shown = olle.get(address(name, cast)).content.decode()
        for refused in ("data-live-read", 'name="body"', "inget-svar", "/oppna/"):
            assert refused not in shown, (name, refused)


def test_b6_an_alert_is_taken_and_closed_in_an_emergency(cast: Cast, alert: Alert, olle: Client) -> None:
    note = reverse("therapist:draft", args=[cast.treatment.pk, f"alert:{alert.pk}"])
    assert olle.post(note, {"body": "Ringde", "revision": "0"}).status_code == 200
    assert olle.post(address("take_alert", cast, alert_id=alert.pk)).status_code == 302

    alert.refresh_from_db()
    words = "Ringde 112, ambulansen är på väg."
    closing = scenes.assessment_form(alert, outcome="referred", body=words, level_after="high")
    assert olle.post(address("alert", cast, alert_id=alert.pk), closing).status_code == 302

    alert.refresh_from_db()
    assert (alert.taken_by_id, alert.closed_by_id) == (cast.olle.pk, cast.olle.pk)


def test_b6_who_cares_for_her_as_well_writes_as_ever(cast: Cast, alert: Alert, signed_in: SignIn) -> None:
    by = Actor(id=cast.kim.pk, role="therapist")
    why = Why("danger", "Hon ringde och är i akut fara.")
    at = clock.now()
    open_in_emergency(cast.treatment, staff=cast.kim, why=why, confirmed=True, by=by, at=at)
    kind, later = CareRelation.Kind.STAND_IN, at + timedelta(seconds=1)
    given = give_relation(cast.treatment, staff=cast.kim, kind=kind, by=SYSTEM, at=later)
    CareRelation.objects.filter(pk=given.pk).update(starts_at=at)

    assert signed_in(cast.kim).post(address("messages", cast), WRITING["messages"]).status_code == 302
