"""D4, D7, D8: no change without a token or by reading, none of fields no form has, no calls out."""

from __future__ import annotations

import re
import socket
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client
from django.urls import reverse

from ikbt.accounts.models import Person, RoleAssignment
from ikbt.treatments.models import Alert, Message, Treatment, WorksheetEntry
from tests.access.scene import answer_at_high_risk
from tests.architecture.routes import Route, routes
from tests.cast import PASSWORD, Cast
from tests.conftest import signed_in_client
from tests.ikbt.treatments.patient import entry, url

pytestmark = pytest.mark.django_db
OWN = ("treatments:", "therapist:", "accounts:", "access_log:", "programs:", "common:")
IDS = re.compile(r"<(?:(\w+):)?(\w+)>")
# What reading may write: that it was read, and that somebody is still there.
READ_WRITES = {"audit.Entry", "sessions.Session", "accounts.SessionRecord"}
# Sent by browsers, which have no token; nothing is changed by one, as the test sees.
WITHOUT_TOKEN = {"accounts:policy_report"}


def own_routes() -> list[Route]:
    return [route for route in routes() if route.name.startswith(OWN)]


def path_of(route: Route, known: dict[str, str]) -> str:
    def filled(found: re.Match[str]) -> str:
        kind, name = found.groups()
        return known.get(name) or {"uuid": str(uuid4()), "int": "1"}.get(kind or "", "finns-inte")

    return "/" + IDS.sub(filled, route.path.lstrip("/"))


@pytest.fixture
def alert(cast: Cast) -> Alert:
    return answer_at_high_risk(cast.treatment)


@pytest.fixture
def known(cast: Cast, alert: Alert) -> dict[str, str]:
    ids = {"treatment_id": cast.treatment.pk, "alert_id": alert.pk, "occasion_id": alert.occasion_id}
    texts = {"module_key": "m01", "step_key": "m01-s02", "purpose": "message"}
    return {**{name: str(value) for name, value in ids.items()}, **texts}


def contents() -> dict[str, list[Any]]:
    """Every row of every table, as it stands there; without what reading may write."""
    models = [model for model in apps.get_models() if model._meta.label not in READ_WRITES]
    return {
        model._meta.label: sorted(map(repr, model._base_manager.values_list()))
        for model in models
        if model._meta.managed
    }


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_d4_nothing_is_changed_without_the_token(cast: Cast, known: dict[str, str], method: str) -> None:
    """Also signing in: else somebody could be signed in as another."""
    taken = []
    clients = [Client(), signed_in_client(cast.anna), signed_in_client(cast.tove)]
    before = contents()
    for client in clients:
        client.handler.enforce_csrf_checks = True
        for route in own_routes():
            response = getattr(client, method)(path_of(route, known), HTTP_ACCEPT="text/html")
            led_away = response.status_code == 302 and "/logga-in/" in response["Location"]
            # The old ways in are missing pages for who is in already, before any token is looked at.
            missing = response.status_code == 404 and route.name.endswith(":None")
            if (
                not led_away
                and not missing
                and response.status_code != 403
                and route.name not in WITHOUT_TOKEN
            ):
                taken.append(f"{route.name}: {response.status_code}")

    assert len(own_routes()) > 50
    assert taken == []
    assert contents() == before


def test_d4_another_persons_token_is_refused(cast: Cast) -> None:
    hers, his = signed_in_client(cast.anna), signed_in_client(cast.tove)
    his.get(reverse("therapist:caseload"))
    hers.handler.enforce_csrf_checks = True
    hers.get(url(cast, "messages"))

    foreign = his.cookies["csrftoken"].value
    body = {"body": "Hej", "client_key": str(uuid4()), "csrfmiddlewaretoken": foreign}

    assert hers.post(url(cast, "messages"), body).status_code == 403
    assert not Message.objects.exists()


def test_d4_reading_changes_nothing(cast: Cast, known: dict[str, str]) -> None:
    clients = [Client(), *map(signed_in_client, (cast.anna, cast.tove, cast.editor, cast.auditor))]
    for client in clients:
        # Brings an editor's groups in step with her roles.
        client.get("/admin/")
    before, seen = contents(), 0
    for client in clients:
        for route in own_routes():
            seen += client.get(path_of(route, known), HTTP_ACCEPT="text/html").status_code == 200

    after = contents()
    assert seen > 25
    assert {name for name in after if after[name] != before[name]} == set()


EXTRA = {
    "patient": "pia",
    "patient_id": "pia",
    "unit": "beta",
    "unit_id": "beta",
    "role": "administrator",
    "is_staff": "on",
    "is_superuser": "on",
    "is_active": "",
    "sender": "olle",
    "sender_id": "olle",
    "treatment": "other",
    "treatment_id": "other",
    "from_patient": "",
    "status": "ended",
    "id": "1",
    "pk": "1",
    "email": "ny@example.org",
    "handed_in_at": "2020-01-01",
    "read_at": "2020-01-01",
}


def extra(cast: Cast) -> dict[str, str]:
    """Fields that no form has, with ids that exist."""
    ids = {"pia": cast.pia.pk, "olle": cast.olle.pk, "beta": cast.beta.pk, "other": cast.other_treatment.pk}
    return {name: str(ids.get(value, value)) for name, value in EXTRA.items()}


def whose(cast: Cast) -> list[Any]:
    """People, roles and treatments: what no form of patient or desk may change."""
    kept = Person.objects.order_by("pk").values_list("pk", "email", "is_staff", "is_superuser", "is_active")
    courses = Treatment.objects.order_by("pk").values_list("pk", "patient_id", "unit_id", "version_id")
    return [list(kept), list(RoleAssignment.objects.order_by("pk").values_list()), list(courses)]


def test_d8_fields_that_a_form_does_not_have_are_ignored(cast: Cast, known: dict[str, str]) -> None:
    before = whose(cast)
    anna, tove = signed_in_client(cast.anna), signed_in_client(cast.tove)
    filled = {"body": "Hej", "client_key": str(uuid4()), "revision": "0", "next": "hold", **extra(cast)}
    posted = 0
    for client, app in ((anna, "treatments:"), (tove, "therapist:")):
        for route in own_routes():
            if route.name.startswith(app) and "POST" in getattr(route.view, "methods", ()):
                form = {**filled, "client_key": str(uuid4())}
                assert client.post(path_of(route, known), form, HTTP_ACCEPT="text/html").status_code < 500
                posted += 1

    assert posted > 15
    assert whose(cast) == before
    assert not cast.other_treatment.messages.exists()


def test_d8_a_message_and_an_entry_are_the_senders_own(cast: Cast) -> None:
    anna = signed_in_client(cast.anna)
    anna.post(url(cast, "messages"), {"body": "Hej", "client_key": str(uuid4()), **extra(cast)})
    anna.post(url(cast, "hand_in_entry", "m01", "m01-s02"), {**extra(cast), **entry()})

    [message], [written] = Message.objects.all(), WorksheetEntry.objects.all()
    assert (message.treatment_id, message.from_patient, message.read_at) == (cast.treatment.pk, True, None)
    assert written.treatment_id == cast.treatment.pk


def test_d8_signing_in_gives_no_rights(cast: Cast) -> None:
    before = whose(cast)
    Client().post("/logga-in/", {"email": cast.anna.email, "password": PASSWORD, **EXTRA})

    assert whose(cast) == before


@pytest.mark.parametrize(
    "place",
    ["https://elak.example/", "//elak.example/", "https:elak", "/\\elak.example", "javascript:alert(1)"],
)
def test_d7_no_redirect_leaves_this_host(cast: Cast, place: str) -> None:
    anna = signed_in_client(cast.anna)
    for path in ("/logga-in/", "/start/", "/logga-in/kod/", "/konto/bekrafta/"):
        response = anna.get(path, {"next": place})
        assert "elak" not in response.get("Location", "")
        assert "javascript" not in response.get("Location", "")


def test_d7_the_server_fetches_no_address_that_somebody_typed() -> None:
    assert settings.WAGTAILEMBEDS_FINDERS == []
    assert settings.WAGTAIL_GRAVATAR_PROVIDER_URL is None
    assert settings.WAGTAIL_ENABLE_UPDATE_CHECK is False
    assert "wagtail.embeds" not in settings.INSTALLED_APPS


def test_d7_the_guard_sees_a_call_out(outward_calls: list[str]) -> None:
    with socket.socket() as line, pytest.raises(ConnectionRefusedError):
        line.connect(("192.0.2.1", 80))

    assert outward_calls == ["192.0.2.1"]
    outward_calls.clear()
