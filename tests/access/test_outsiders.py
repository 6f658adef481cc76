"""Whoever has no business with a patient gets the very answer of a page that does not exist."""

from __future__ import annotations

from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.test import Client
from django.urls import reverse

from ikbt.accounts.models import Person
from ikbt.asgi import application
from ikbt.audit.models import Entry
from ikbt.treatments.models import Alert
from tests.access.scene import DESKS, PATIENTS, Address, addresses, answer_at_high_risk, answers_of, seen
from tests.cast import Cast, gather
from tests.conftest import signed_in_client
from tests.sockets import socket_to

OUTSIDERS = ["kim", "olle", "pia", "editor", "publisher", "manager", "administrator", "auditor"]
OF_PATIENT, OF_DESK = 12, 10


@pytest.fixture
def alert(cast: Cast) -> Alert:
    """Anna's alert; with it every address of hers has something behind it."""
    return answer_at_high_risk(cast.treatment)


@pytest.fixture
def patients_pages(cast: Cast, alert: Alert) -> list[Address]:
    return addresses(PATIENTS, cast.treatment, alert)


@pytest.fixture
def desk_pages(cast: Cast, alert: Alert) -> list[Address]:
    return addresses(DESKS, cast.treatment, alert)


def told_apart(client: Client, pages: list[Address]) -> list[str]:
    """The addresses whose answer differs from that of a missing treatment, or is no 404."""
    found = []
    for page in pages:
        own, missing = answers_of(client, page, page.path), answers_of(client, page, page.missing)
        if own != missing or any(status != 404 for _method, status, _body in own):
            found.append(f"{page.name}: {[each[:2] for each in own]}")
    return found


def test_the_walk_has_something_behind_every_address(
    cast: Cast, patients_pages: list[Address], desk_pages: list[Address]
) -> None:
    """Else a 404 would prove nothing."""
    anna, tove = signed_in_client(cast.anna), signed_in_client(cast.tove)
    assert len(patients_pages) > OF_PATIENT
    assert len(desk_pages) > OF_DESK

    for client, pages in ((anna, patients_pages), (tove, desk_pages)):
        for page in pages:
            methods = [answer for answer in answers_of(client, page, page.path) if answer[0] == "GET"]
            # Of steps and modules without feedback nothing was sent; all else is there.
            assert all(status in {200, 302} for _method, status, _body in methods), page.name


@pytest.mark.parametrize("outsider", [*OUTSIDERS, "tove"])
def test_a_patients_own_pages_are_missing_for(
    outsider: str, cast: Cast, patients_pages: list[Address]
) -> None:
    assert told_apart(signed_in_client(getattr(cast, outsider)), patients_pages) == []


@pytest.mark.parametrize("outsider", [*OUTSIDERS, "anna"])
def test_the_desks_pages_about_a_patient_are_missing_for(
    outsider: str, cast: Cast, desk_pages: list[Address]
) -> None:
    assert told_apart(signed_in_client(getattr(cast, outsider)), desk_pages) == []


@pytest.mark.parametrize(
    "outsider", ["pia", "editor", "publisher", "manager", "administrator", "auditor", "anna"]
)
@pytest.mark.parametrize("name", ["caseload", "caseload_rows"])
def test_the_desk_is_missing_for_whoever_has_none(name: str, outsider: str, cast: Cast) -> None:
    client = signed_in_client(getattr(cast, outsider))

    assert seen(client.get(reverse(f"therapist:{name}"))) == seen(client.get("/arbetslista/finns-inte/"))


@pytest.mark.parametrize("outsider", ["kim", "olle"])
@pytest.mark.parametrize("name", ["caseload", "caseload_rows"])
def test_a_colleagues_list_names_none_of_her_patients(
    name: str, outsider: str, cast: Cast, alert: Alert
) -> None:
    page = signed_in_client(getattr(cast, outsider)).get(reverse(f"therapist:{name}"))

    assert page.status_code == 200
    assert cast.anna.name not in page.content.decode()
    assert str(cast.treatment.pk) not in page.content.decode()


@pytest.mark.parametrize("kind", ["occasion", "alert"])
def test_anothers_thing_is_missing_inside_ones_own_treatment(
    kind: str, cast: Cast, patients_pages: list[Address], desk_pages: list[Address]
) -> None:
    inside = [(cast.pia, page) for page in patients_pages] + [(cast.olle, page) for page in desk_pages]
    tried = 0
    for person, page in inside:
        if f"{kind}_id" not in page.ids:
            continue
        tried += 1
        path = reverse(page.name, kwargs={**page.ids, "treatment_id": cast.other_treatment.pk})
        answers = answers_of(signed_in_client(person), page, path)
        assert [status for _method, status, _body in answers] == [404] * len(page.methods), page.name
    assert tried


def test_a_refusal_is_logged(cast: Cast, desk_pages: list[Address]) -> None:
    signed_in_client(cast.kim).get(desk_pages[0].path)

    refused = Entry.objects.filter(action="refused", actor=cast.kim.pk, granted=False)
    assert [(entry.object_id, entry.patient) for entry in refused] == [(str(cast.treatment.pk), cast.anna.pk)]


def test_a_password_alone_opens_no_page(
    cast: Cast, patients_pages: list[Address], desk_pages: list[Address]
) -> None:
    for person, pages in ((cast.anna, patients_pages), (cast.tove, desk_pages)):
        client = Client()
        client.force_login(person)
        for page in pages:
            for method, status, body in answers_of(client, page, page.path):
                assert status == (302 if method == "GET" else 403), page.name
                assert cast.anna.name not in body, page.name


def test_nobody_is_sent_to_sign_in(
    cast: Cast, patients_pages: list[Address], desk_pages: list[Address]
) -> None:
    for page in [*patients_pages, *desk_pages]:
        if "GET" in page.methods:
            response = Client().get(page.path, HTTP_ACCEPT="text/html")
            assert response.status_code == 302, page.name
            assert response["Location"].startswith("/logga-in/?next="), page.name


# ---------------------------------------------------------------- sockets


@pytest.fixture
def whole_cast(transactional_db: None) -> Cast:
    """A cast that the socket's thread sees."""
    return gather()


async def opens(person: Person | None, path: str, client: Client | None = None) -> bool:
    if person is not None:
        client = await sync_to_async(signed_in_client)(person)
    socket = socket_to(application, path, client)
    opened, _code = await socket.connect()
    if opened:
        await socket.leave()
    return opened


async def test_a_treatments_socket_opens_for_its_two_only(whole_cast: Cast) -> None:
    path = f"/ws/behandling/{whole_cast.treatment.pk}/"
    people: dict[str, Any] = {name: getattr(whole_cast, name) for name in ["anna", "tove", *OUTSIDERS]}

    opened = [name for name, person in people.items() if await opens(person, path)]

    assert opened == ["anna", "tove"]


async def test_the_desks_socket_opens_for_desks_only(whole_cast: Cast) -> None:
    people: dict[str, Any] = {name: getattr(whole_cast, name) for name in ["anna", "tove", *OUTSIDERS]}

    opened = [name for name, person in people.items() if await opens(person, "/ws/arbetslista/")]

    assert opened == ["tove", "kim", "olle"]


async def test_no_socket_opens_for_nobody_or_a_password_alone(whole_cast: Cast) -> None:
    half = Client()
    await sync_to_async(half.force_login)(whole_cast.anna)

    for path in (f"/ws/behandling/{whole_cast.treatment.pk}/", "/ws/arbetslista/"):
        assert not await opens(None, path)
        assert not await opens(None, path, client=half)
