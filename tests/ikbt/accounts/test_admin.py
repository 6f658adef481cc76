"""Django's admin shows administrators accounts and units, logs what they see, and opens nothing clinical."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.test import Client

from ikbt.accounts import own_sessions
from ikbt.accounts.models import CareProvider, CareUnit, Person, RoleAssignment
from ikbt.accounts.roles import Role
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor
from ikbt.common import clock
from tests.cast import give, person, unit
from tests.conftest import signed_in_client

NEW = {
    "email": "ny@example.org",
    "first_name": "Ny",
    "last_name": "Person",
    "sex": "other",
    "notices_by": "email",
    "language": "sv",
    "number": "19121212-1212",
}
PAGES = [
    "/django-admin/accounts/person/",
    "/django-admin/accounts/careunit/",
    "/django-admin/accounts/roleassignment/",
]


@pytest.fixture
def alfa(db: None) -> CareUnit:
    return unit("Alfa", 101, CareProvider.objects.create(name="Region", hsa_id="SE2321000016-0001"))


@pytest.fixture
def sys_admin(db: None) -> Person:
    return give(person("Sys", "Admin", is_staff=True), Role.ADMINISTRATOR)


@pytest.fixture
def desk(sys_admin: Person) -> Client:
    return signed_in_client(sys_admin)


@pytest.mark.parametrize("path", PAGES)
def test_administrator_sees_accounts(desk: Client, alfa: CareUnit, path: str) -> None:
    assert desk.get(path).status_code == 200
    assert desk.get(f"{path}add/").status_code == 200


def test_the_first_page_names_its_part_in_swedish(desk: Client) -> None:
    page = desk.get("/django-admin/").content.decode()

    assert "Personer, roller och enheter" in page
    assert ">Accounts<" not in page.replace("\n", "").replace(" ", "")


@pytest.mark.parametrize("path", PAGES)
def test_staff_flag_without_the_role_opens_nothing(alfa: CareUnit, path: str) -> None:
    other = signed_in_client(give(person("Kim", "Ek", is_staff=True), Role.THERAPIST, alfa))

    assert other.get(path).status_code == 403
    assert other.get(f"{path}add/").status_code == 403


def test_person_is_registered_with_a_sealed_number_and_no_password(desk: Client) -> None:
    desk.post("/django-admin/accounts/person/add/", NEW)

    made = Person.objects.get(email="ny@example.org")
    assert made.masked_number == "19121212-****"
    assert not made.has_usable_password()
    assert Entry.objects.filter(action="create", object_kind="person", object_id=made.pk).exists()


@pytest.mark.parametrize("number", ["19121212-1213", "abc", "20991212-1212"])
def test_wrong_number_is_told_and_nothing_stored(desk: Client, number: str) -> None:
    response = desk.post(
        "/django-admin/accounts/person/add/", {**NEW, "number": number}, headers={"accept-language": "en"}
    )

    assert "This is not a personal number" in response.content.decode()
    assert not Person.objects.filter(email="ny@example.org").exists()


def test_number_and_address_of_another_person_are_refused(desk: Client) -> None:
    desk.post("/django-admin/accounts/person/add/", NEW)

    desk.post("/django-admin/accounts/person/add/", {**NEW, "email": "two@example.org"})
    desk.post("/django-admin/accounts/person/add/", {**NEW, "email": "NY@example.org", "number": ""})

    assert Person.objects.filter(last_name="Person").count() == 1


def test_number_is_masked_on_every_page_and_cannot_be_rewritten(desk: Client) -> None:
    desk.post("/django-admin/accounts/person/add/", NEW)
    made = Person.objects.get(email="ny@example.org")
    page = f"/django-admin/accounts/person/{made.pk}/change/"

    shown = desk.get(page).content.decode() + desk.get("/django-admin/accounts/person/").content.decode()
    desk.post(
        page, {**NEW, "is_active": "on", "number": "19811218-9876", "personal_number": "x", "title": "dr"}
    )

    made.refresh_from_db()
    assert "191212121212" not in shown
    assert "19121212-****" in shown
    assert (made.personal_number, made.title) == ("191212121212", "dr")


def test_nobody_is_made_superuser_or_given_a_password_here(desk: Client) -> None:
    desk.post(
        "/django-admin/accounts/person/add/",
        {**NEW, "is_superuser": "on", "is_staff": "on", "password": "x" * 20},
    )

    made = Person.objects.get(email="ny@example.org")
    assert (made.is_superuser, made.is_staff, made.has_usable_password()) == (False, False, False)


def test_people_shown_in_a_list_or_opened_are_logged(desk: Client, anna: Person, sys_admin: Person) -> None:
    desk.get("/django-admin/accounts/person/")
    desk.get(f"/django-admin/accounts/person/{anna.pk}/change/")

    assert Entry.objects.filter(action="list", patient=anna.pk, actor=sys_admin.pk).count() == 1
    assert Entry.objects.filter(action="read", object_id=str(anna.pk)).count() == 1


def test_role_is_given_through_the_rule(
    desk: Client, anna: Person, alfa: CareUnit, sys_admin: Person
) -> None:
    desk.post(
        "/django-admin/accounts/roleassignment/add/",
        {"person": anna.pk, "role": "therapist", "unit": alfa.pk},
    )

    assert RoleAssignment.objects.get(person=anna).given_by == sys_admin


def test_role_for_oneself_or_without_its_unit_is_refused_in_words(
    desk: Client, anna: Person, alfa: CareUnit, sys_admin: Person
) -> None:
    page, english = "/django-admin/accounts/roleassignment/add/", {"accept-language": "en"}

    own = desk.post(page, {"person": sys_admin.pk, "role": "therapist", "unit": alfa.pk}, headers=english)
    unitless = desk.post(page, {"person": anna.pk, "role": "therapist"}, headers=english)

    assert "Nobody gives themselves a role." in own.content.decode()
    assert "This role belongs to a unit" in unitless.content.decode()
    assert RoleAssignment.objects.count() == 1


def test_role_is_ended_by_an_action(desk: Client, anna: Person, alfa: CareUnit) -> None:
    give(anna, Role.THERAPIST, alfa)
    chosen = RoleAssignment.objects.get(person=anna)

    desk.post(
        "/django-admin/accounts/roleassignment/",
        {"action": "end_roles", "_selected_action": [str(chosen.pk)]},
    )

    assert not RoleAssignment.objects.of(anna).running(clock.now()).exists()


def test_b12_a_units_last_manager_is_kept_and_the_list_says_why(desk: Client, anna: Person) -> None:
    provider = CareProvider.objects.create(name="Region Ny", hsa_id="SE2321000016-0077")
    give(anna, Role.UNIT_MANAGER, unit("Gamma", 177, provider))
    ending = {"action": "end_roles", "_selected_action": [str(anna.roles.get(role=Role.UNIT_MANAGER).pk)]}

    shown = desk.post("/django-admin/accounts/roleassignment/", ending, follow=True).content.decode()

    assert "sista chef kan inte tas bort" in shown
    assert anna.roles.running(clock.now()).filter(role=Role.UNIT_MANAGER).exists()


def test_invitation_link_is_shown_once_and_works(desk: Client, anna: Person) -> None:
    page = "/django-admin/accounts/person/"
    chosen = {"action": "make_invitation", "_selected_action": [str(anna.pk)]}

    shown = desk.post(page, chosen, follow=True).content.decode()

    link = shown.split("http://testserver")[1].split("<")[0].strip()
    assert Client().get(link).status_code == 200
    assert link not in desk.get(page).content.decode()


def test_inactive_person_loses_her_session_for_good(desk: Client, anna: Person) -> None:
    hers = signed_in_client(anna)

    fields = {**NEW, "email": anna.email, "number": ""}
    desk.post(f"/django-admin/accounts/person/{anna.pk}/change/", fields)

    anna.refresh_from_db()
    assert not anna.is_active
    assert hers.get("/start/").status_code == 403

    Person.objects.filter(pk=anna.pk).update(is_active=True)
    assert hers.get("/start/").status_code == 403


def test_a16_administrator_signs_somebody_out_everywhere(desk: Client, anna: Person) -> None:
    here, there = signed_in_client(anna), signed_in_client(anna)

    desk.post(
        "/django-admin/accounts/person/", {"action": "end_sessions", "_selected_action": [str(anna.pk)]}
    )

    assert [one.get("/start/").status_code for one in (here, there)] == [403, 403]
    assert desk.get("/django-admin/").status_code == 200
    row = Entry.objects.get(action="sign_out")
    assert (row.object_id, row.reason) == (str(anna.pk), "2 ended by an administrator")


def test_a16_nobody_else_ends_other_peoples_sessions(anna: Person) -> None:
    hers, kim = signed_in_client(anna), person("Kim", "Ek", is_staff=True)

    with pytest.raises(PermissionDenied):
        own_sessions.end_all_of(anna, by=Actor(id=kim.pk, role="none"), at=clock.now())

    assert hers.get("/start/").status_code == 200


def test_nothing_clinical_is_registered() -> None:
    """Reviewed list of what Django's admin may hold."""
    allowed = {"accounts", "auth", "taggit", "wagtailimages", "wagtaildocs", "wagtailusers"}

    registered = {model._meta.app_label for model in admin.site._registry}

    assert registered <= allowed
    assert not registered & {
        config.label for config in apps.get_app_configs() if config.name == "ikbt.treatments"
    }


def test_nothing_is_deleted_here(desk: Client, anna: Person, alfa: CareUnit) -> None:
    for path in (f"person/{anna.pk}", f"careunit/{alfa.pk}"):
        assert desk.post(f"/django-admin/accounts/{path}/delete/", {"post": "yes"}).status_code == 403
