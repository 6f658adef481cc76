"""The coordinator registers a patient whom nobody knows, once, and gets the link to hand over."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from ikbt.accounts.models import Invitation, Person, RoleAssignment
from ikbt.accounts.registering_patients import Newcomer, register_patient
from ikbt.accounts.roles import Role
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor
from ikbt.common import clock
from tests.cast import Cast
from tests.therapist.unit.scene import confirmed, coordinator

PAGE, NEW = "/enhet/starter/patient/", "/enhet/starter/ny/"
NUMBER = "19121212-1212"


@pytest.fixture
def carin(cast: Cast) -> Client:
    return confirmed(coordinator(cast.alfa))


def said(cast: Cast, **more: str) -> dict[str, str]:
    written = {
        "number": NUMBER,
        "first_name": "Vera",
        "last_name": "Ny",
        "email": "vera.ny@example.org",
        "phone": "070-111 22 33",
        "unit": str(cast.alfa.pk),
    }
    return {**written, **more}


def test_she_is_entered_invited_and_found_by_her_number(cast: Cast, carin: Client) -> None:
    text = carin.post(PAGE, said(cast)).content.decode()

    vera = Person.objects.get(email="vera.ny@example.org")
    assert (vera.name, vera.phone, vera.has_usable_password()) == ("Vera Ny", "070-111 22 33", False)
    assert RoleAssignment.objects.get(person=vera).role == Role.PATIENT
    assert Invitation.objects.get(person=vera).used_at is None
    assert Entry.objects.filter(patient=vera.pk, object_kind="person", action="create").count() == 1
    link = re.search(r'value="(http://testserver/[^"]+)"', text)
    assert link is not None
    assert Client().get(link[1].removeprefix("http://testserver")).status_code == 200
    asked = carin.post(NEW, {"number": NUMBER, "confirmed": ""}).content.decode()
    assert "Ingen med det här numret" not in asked


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("number", "123", "Skriv personnumret med 10 eller 12 siffror"),
        ("email", "anna.lind@example.org", "Adressen används redan"),
        ("email", "ingen adress", "e-postadress"),
        ("first_name", "", "Det här fältet är obligatoriskt"),
    ],
)
def test_what_is_refused_stays_in_the_form(
    cast: Cast, carin: Client, field: str, value: str, told: str
) -> None:
    text = carin.post(PAGE, said(cast, **{field: value})).content.decode()

    assert told in text
    assert "Ny" in text
    assert not Person.objects.filter(last_name="Ny").exists()


def test_nobody_is_entered_twice_and_whose_a_number_is_is_not_said(cast: Cast, carin: Client) -> None:
    cast.anna.set_number(NUMBER)
    cast.anna.save()

    text = carin.post(PAGE, said(cast)).content.decode()

    assert "redan registrerad" in text
    assert "Lind" not in text
    assert not Person.objects.filter(email="vera.ny@example.org").exists()


@pytest.mark.parametrize("who", ["anna", "tove", "olle", "editor", "manager", "administrator"])
def test_nobody_else_has_the_page(cast: Cast, who: str) -> None:
    assert confirmed(getattr(cast, who)).get(PAGE).status_code in {403, 404}


def test_a_coordinator_of_another_unit_registers_nobody_here(cast: Cast) -> None:
    elsewhere = coordinator(cast.beta)
    with pytest.raises(PermissionDenied):
        register_patient(
            Newcomer(NUMBER, "Vera", "Ny", "vera.ny@example.org"),
            unit=cast.alfa,
            by=Actor(elsewhere.pk, "coordinator"),
            at=clock.now(),
        )
    assert not Person.objects.filter(last_name="Ny").exists()
