"""N1: whoever finds a weakness learns where to tell it (RFC 9116)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import LazySettings
from django.test import Client

from ikbt.common import clock

PATH = "/.well-known/security.txt"
pytestmark = pytest.mark.django_db


def test_n1_it_names_a_contact_and_a_last_day(client: Client, settings: LazySettings) -> None:
    settings.SECURITY_CONTACT = "mailto:sakerhet@example.org"

    answer = client.get(PATH)
    told = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())

    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert told["Contact"] == "mailto:sakerhet@example.org"
    assert told["Canonical"] == f"http://testserver{PATH}"
    left = datetime.fromisoformat(told["Expires"]).astimezone(UTC) - clock.now()
    assert timedelta(days=170) < left < timedelta(days=365)


def test_n1_without_a_contact_there_is_none(client: Client, settings: LazySettings) -> None:
    settings.SECURITY_CONTACT = ""

    assert client.get(PATH).status_code == 404
