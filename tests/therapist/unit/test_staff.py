"""A13, A16, B12: a unit manager gives and ends roles at her own unit, invites the new, and never herself."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ikbt.accounts.models import Person, RoleAssignment
from ikbt.accounts.roles import GIVEN_BY_MANAGER, Role
from ikbt.audit.models import Entry
from ikbt.common import clock
from tests.cast import Cast, give, person
from tests.conftest import signed_in_client
from tests.therapist import scenes
from tests.therapist.unit.scene import confirmed

LIST, GIVE, ADD = "/enhet/medarbetare/", "/enhet/medarbetare/roll/", "/enhet/medarbetare/ny/"


@pytest.fixture
def manager(cast: Cast) -> Client:
    return confirmed(cast.manager)


def giving(cast: Cast, **more: Any) -> dict[str, str]:
    said = {"person": cast.kim.pk, "role": "coordinator", "unit": cast.alfa.pk, **more}
    return {name: str(value) for name, value in said.items()}


def adding(cast: Cast, **more: Any) -> dict[str, str]:
    new = {"email": "eva.ny@example.org", "first_name": "Eva", "last_name": "Ny", "title": "psykolog"}
    return {**new, **{name: str(value) for name, value in giving(cast, **more).items() if name != "person"}}


def ending(someone: Person, role: Role = Role.THERAPIST) -> str:
    held = RoleAssignment.objects.running(clock.now()).of(someone).get(role=role)
    return reverse("unit:end_role", args=[held.pk])


def holds(someone: Person, role: str) -> bool:
    return RoleAssignment.objects.running(clock.now()).of(someone).filter(role=role).exists()


def test_the_list_tells_who_works_at_the_unit_and_how_many_patients_she_answers_for(
    cast: Cast, manager: Client
) -> None:
    shown = manager.get(LIST).content.decode()

    assert all(name in shown for name in ("Tove Berg", "Kim Ek", "Maja Chef", "Edit Skrivare"))
    assert not any(name in shown for name in ("Olle", "Anna", "Pia"))
    assert ending(cast.kim) in shown
    assert not any(str(held.pk) in shown for held in cast.manager.roles.all())
    assert re.search(r'data-label="Patienter">1<', shown)


@pytest.mark.parametrize("role", GIVEN_BY_MANAGER)
def test_b12_she_gives_the_roles_of_the_unit(role: Role, cast: Cast, manager: Client) -> None:
    assert manager.post(GIVE, giving(cast, role=role.value)).status_code == 302

    assert holds(cast.kim, role)


@pytest.mark.parametrize("role", sorted(set(Role) - set(GIVEN_BY_MANAGER)))
def test_b12_and_no_other_role(role: Role, cast: Cast, manager: Client) -> None:
    assert manager.post(GIVE, giving(cast, role=role.value)).status_code == 200
    assert manager.post(ADD, adding(cast, role=role.value)).status_code == 200

    assert not holds(cast.kim, role)
    assert not Person.objects.filter(email="eva.ny@example.org").exists()


def test_a16_a_role_given_is_logged_and_ends_the_sessions_of_whom_it_is_about(
    cast: Cast, manager: Client
) -> None:
    kim = signed_in_client(cast.kim)
    assert kim.get("/arbetslista/").status_code == 200

    manager.post(GIVE, giving(cast))

    assert kim.get("/arbetslista/", HTTP_ACCEPT="text/html").status_code == 302
    row = Entry.objects.get(object_kind="role", action="create")
    assert (row.actor, row.role, row.unit) == (cast.manager.pk, "unit_manager", cast.alfa.pk)
    assert RoleAssignment.objects.get(person=cast.kim, role="coordinator").given_by_id == cast.manager.pk


def test_b12_nobody_gives_herself_a_role(cast: Cast, manager: Client) -> None:
    assert manager.post(GIVE, giving(cast, person=cast.manager.pk, role="therapist")).status_code == 200
    own = adding(cast, email=cast.manager.email, role="therapist")
    assert "Ingen kan ge sig själv en roll" in manager.post(ADD, own).content.decode()

    assert not holds(cast.manager, "therapist")


def test_b12_a_role_at_another_unit_is_not_hers_to_give(cast: Cast, manager: Client) -> None:
    assert manager.post(GIVE, giving(cast, unit=cast.beta.pk)).status_code == 200
    assert not holds(cast.kim, "coordinator")


@pytest.mark.parametrize("path", [GIVE, ADD])
def test_a13_an_old_second_factor_is_asked_for_again(path: str, cast: Cast) -> None:
    stale = confirmed(cast.manager, minutes_ago=6)
    said = giving(cast) if path == GIVE else adding(cast)

    assert stale.post(path, said, HTTP_ACCEPT="text/html").status_code == 403
    assert stale.post(ending(cast.kim), HTTP_ACCEPT="text/html").status_code == 403
    assert not RoleAssignment.objects.filter(role="coordinator").exists()
    assert holds(cast.kim, "therapist")


def test_a16_a_role_ends_at_once_and_its_holder_is_signed_out(cast: Cast, manager: Client) -> None:
    kim = signed_in_client(cast.kim)

    asked = manager.get(ending(cast.kim)).content.decode()
    assert "Det finns patienter" not in asked
    assert manager.post(ending(cast.kim)).status_code == 302

    assert not holds(cast.kim, "therapist")
    assert kim.get("/arbetslista/", HTTP_ACCEPT="text/html").status_code == 302
    assert Entry.objects.filter(object_kind="role", action="change", actor=cast.manager.pk).count() == 1


def test_b2_before_a_therapist_goes_it_says_how_many_patients_she_leaves(cast: Cast, manager: Client) -> None:
    asked = manager.get(ending(cast.tove)).content.decode()

    assert "1 patient har personen som ansvarig behandlare" in asked
    assert f"?behandlare={cast.tove.pk}" in asked


@pytest.mark.parametrize(
    ("who", "role"), [("manager", "unit_manager"), ("publisher", "publisher"), ("olle", "therapist")]
)
def test_b12_other_roles_are_not_hers_to_end(who: str, role: str, cast: Cast, manager: Client) -> None:
    held = getattr(cast, who).roles.get()

    assert manager.post(reverse("unit:end_role", args=[held.pk])).status_code == 404
    assert holds(getattr(cast, who), role)


def test_b12_her_own_other_role_is_left_to_another_manager(cast: Cast, manager: Client) -> None:
    give(cast.manager, Role.THERAPIST, cast.alfa)

    assert manager.post(ending(cast.manager)).status_code == 404
    assert holds(cast.manager, "therapist")


def test_a7_who_is_new_gets_a_link_that_is_shown_once_and_enrols_her(cast: Cast, manager: Client) -> None:
    shown = manager.post(ADD, adding(cast, role="therapist")).content.decode()

    eva = Person.objects.get(email="eva.ny@example.org")
    assert (eva.name, eva.title, eva.has_usable_password()) == ("Eva Ny", "psykolog", False)
    assert holds(eva, "therapist")
    found = re.search(r"/inbjudan/[^\"<\s]+", shown)
    assert found is not None
    assert Client().get(found[0]).status_code == 200
    assert found[0] not in manager.get(LIST).content.decode()


def test_who_works_elsewhere_is_known_by_her_address_and_keeps_her_name_and_sign_in(
    cast: Cast, manager: Client
) -> None:
    oskar = give(person("Oskar", "Lund"), Role.THERAPIST, cast.beta)
    said = adding(cast, email=oskar.email.upper(), first_name="Annat", role="stand_in")

    answer = manager.post(ADD, said, follow=True).content.decode()

    assert "/inbjudan/" not in answer
    oskar.refresh_from_db()
    assert oskar.name == "Oskar Lund"
    assert RoleAssignment.objects.get(person=oskar, role="stand_in").unit == cast.alfa


def test_b12_a_patients_account_is_given_no_role_and_no_link(cast: Cast, manager: Client) -> None:
    answer = manager.post(ADD, adding(cast, email=cast.anna.email)).content.decode()

    assert "Fråga systemadministratören" in answer
    assert "/inbjudan/" not in answer
    assert 'value="Eva"' in answer
    assert [role.role for role in cast.anna.roles.all()] == ["patient"]


@pytest.mark.parametrize(
    "fault", [{"email": "inte en adress"}, {"email": ""}, {"first_name": ""}, {"role": ""}]
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    fault: dict[str, str], cast: Cast, manager: Client
) -> None:
    shown = manager.post(ADD, {**adding(cast), **fault}).content.decode()

    assert 'role="alert"' in shown
    assert 'value="Ny"' in shown
    assert not Person.objects.filter(first_name="Eva").exists()


def test_both_languages(cast: Cast, manager: Client) -> None:
    assert "Lägg till en medarbetare" in manager.get(LIST).content.decode()
    cast.manager.language = "en"
    cast.manager.save()

    english = confirmed(cast.manager)
    english.cookies["django_language"] = "en"
    assert "Add a colleague" in english.get(LIST, headers={"accept-language": "en"}).content.decode()


@pytest.mark.benchmark
def test_the_list_costs_the_same_for_few_as_for_many(cast: Cast, manager: Client) -> None:
    def spent() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert manager.get(LIST).status_code == 200
        return len(scenes.statements(captured))

    few = spent()
    for number in range(10):
        someone = Person.objects.create(
            email=f"ny{number}@example.org", first_name="Ny", last_name=str(number)
        )
        give(someone, Role.THERAPIST, cast.alfa)

    assert spent() == few <= 15


def test_b12_a_manager_of_two_units_chooses_which(cast: Cast) -> None:
    give(cast.manager, Role.UNIT_MANAGER, cast.beta)
    client = confirmed(cast.manager)
    moa = give(person("Moa", "Mellan"), Role.EDITOR, cast.beta)

    assert "Vårdcentralen Beta" in client.get(GIVE).content.decode()
    said = giving(cast, person=moa.pk, unit=cast.beta.pk)
    assert client.post(GIVE, said).status_code == 302
    assert RoleAssignment.objects.get(person=moa, role="coordinator").unit == cast.beta
