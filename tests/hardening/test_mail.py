"""D14: what is written in care goes into no mail of any kind. A file apart: it pushes, which no browser's may."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks

from ikbt.accounts.models import Person
from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.outbox import mailing, sending
from ikbt.outbox.models import Notice
from ikbt.outbox.queueing import notify
from ikbt.outbox.sending import due_notices
from ikbt.treatments.messaging import send_message
from tests.cast import Cast
from tests.conftest import signed_in_client
from tests.therapist import scenes

pytestmark = pytest.mark.django_db
CANARY = "kanarie7f3a"


def test_d14_no_mail_tells_of_care(
    cast: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    tove = signed_in_client(cast.tove)
    scenes.hand_in(cast.treatment)
    with django_capture_on_commit_callbacks(execute=True):
        body = {"body": CANARY, "client_key": str(uuid4())}
        tove.post(reverse("therapist:messages", args=[cast.treatment.pk]), body)
        more = {"client_key": str(uuid4()), "revision": "0", "next": "hold"}
        tove.post(reverse("therapist:feedback", args=[cast.treatment.pk, "m01"]), {"body": CANARY, **more})

    assert not list(due_notices(at=clock.now()))
    texts = [str(one.message()) + one.subject + str(one.body) for one in mail.outbox]
    assert texts
    for secret in (
        CANARY,
        "Ett litet program",
        "Tove",
        "Berg",
        "Alfa",
        str(cast.treatment.pk),
        "PHQ",
    ):
        assert [text for text in texts if secret.lower() in text.lower()] == [], secret


# To staff about their own work; still without a patient.
TO_STAFF = {Notice.Kind.EMERGENCY_OPENED}
OF_CARE = (
    *("behandl", "depression", "ångest", "kbt", "terap", "psyk", "patient", "vård", "modul", "symtom"),
    *("treatment", "anxiety", "cbt", "therap", "symptom", "phq", "självmord", "suicid"),
)


def mail_of(kind: str, to: Person, language: str) -> EmailMessage:
    """What one kind of notice says to somebody whose every name and text is known."""
    Person.objects.filter(pk=to.pk).update(language=language, notices_by=Person.NoticesBy.EMAIL)
    # The key is ours alone: whatever it holds may not go out either.
    made = notify(to, Notice.Kind(kind), key=f"{kind}:{CANARY}", at=clock.now())
    assert made is not None, kind
    assert sending.send(made.pk, at=clock.now()), kind
    sent: EmailMessage = mail.outbox[-1]
    return sent


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("kind", Notice.Kind.values)
def test_d14_every_kind_of_notice_says_nothing_of_care_or_of_anybody(
    cast: Cast, kind: str, language: str
) -> None:
    send_message(cast.treatment, CANARY, sender=cast.tove, client_key=uuid4(), by=SYSTEM, at=clock.now())
    to = cast.manager if kind in TO_STAFF else cast.anna

    said = mail_of(kind, to, language)

    own = {to.first_name, to.email}
    secrets = [
        CANARY,
        "Ett litet program",
        cast.alfa.name,
        str(cast.treatment.pk),
        str(to.pk),
    ]
    secrets += [
        name for one in (cast.anna, cast.tove) for name in (one.first_name, one.last_name, str(one.pk))
    ]
    secrets += [] if kind in TO_STAFF else list(OF_CARE)
    # What is left when her own first name, her address and ours are taken away.
    whole = f"{said.subject}\n{said.body}\n{said.extra_headers}".replace(mailing.sign_in_address(), "")
    whole = whole.replace(mailing.domain(), "")
    text = whole.lower()
    assert [secret for secret in secrets if secret not in own and secret.lower() in text] == []


@pytest.mark.parametrize("kind", Notice.Kind.values)
def test_d14_subject_names_nobody_and_the_link_opens_nothing_by_itself(
    cast: Cast, kind: str, settings: LazySettings
) -> None:
    to = cast.manager if kind in TO_STAFF else cast.anna

    said = mail_of(kind, to, "sv")

    links = re.findall(r"https?://\S+", str(said.body))
    assert links == [f"{settings.WAGTAILADMIN_BASE_URL}/logga-in/"]
    assert to.first_name not in said.subject
    assert to.last_name not in f"{said.subject} {said.body}"
    assert "\n" not in said.subject
    assert not said.attachments
    assert "_auth_user_id" not in Client().get("/logga-in/").wsgi_request.session
