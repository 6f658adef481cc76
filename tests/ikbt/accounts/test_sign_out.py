"""Sign-out ends the session, empties the browser's store, is logged, and reaches open sockets."""

from __future__ import annotations

import pytest
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from ikbt.accounts.models import Person
from ikbt.audit.models import Entry
from ikbt.common.live import person_group
from tests.conftest import signed_in_client


@pytest.mark.parametrize("path", ["/logga-ut/", "/admin/logout/", "/django-admin/logout/"])
def test_post_ends_the_session(anna: Person, path: str) -> None:
    client = signed_in_client(anna)
    key = client.session.session_key

    response = client.post(path)

    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not client.session.exists(key or "")


def test_sign_out_is_logged(anna: Person) -> None:
    signed_in_client(anna).post("/logga-ut/")

    assert Entry.objects.filter(action="sign_out", actor=anna.pk).count() == 1


def test_sign_out_of_nobody_is_quiet(db: None) -> None:
    response = Client().post("/logga-ut/")

    assert response.status_code == 302
    assert not Entry.objects.exists()


def test_open_sockets_are_told(
    anna: Person, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    layer = get_channel_layer()
    async_to_sync(layer.group_add)(person_group(anna.pk), "socket.one")

    with django_capture_on_commit_callbacks(execute=True):
        signed_in_client(anna).post("/logga-ut/")

    assert async_to_sync(layer.receive)("socket.one") == {"type": "end"}
