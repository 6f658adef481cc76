"""D14: what is written in care goes into no mail. A file of its own: it pushes, which no test can after a browser."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core import mail
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks

from ikbt.common import clock
from ikbt.outbox.sending import due_notices
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
