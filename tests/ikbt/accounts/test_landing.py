"""After sign-in each role lands where its work is; several roles choose."""

from __future__ import annotations

import pytest
from django.test import Client

from ikbt.accounts.models import Person, RoleAssignment
from ikbt.accounts.roles import Role
from ikbt.common import clock
from tests.cast import give
from tests.conftest import signed_in_client


@pytest.mark.parametrize(
    ("role", "path"),
    [
        (Role.PATIENT, "/behandling/"),
        (Role.THERAPIST, "/arbetslista/"),
        (Role.COORDINATOR, "/arbetslista/"),
        (Role.STAND_IN, "/arbetslista/"),
        (Role.UNIT_MANAGER, "/enhet/"),
        (Role.SUPERVISOR, "/arbetslista/nodatkomst/"),
        (Role.EDITOR, "/admin/"),
        (Role.PUBLISHER, "/admin/"),
        (Role.AUDITOR, "/logggranskning/"),
        (Role.ADMINISTRATOR, "/django-admin/"),
    ],
)
def test_one_role_leads_straight_on(anna: Person, role: Role, path: str) -> None:
    give(anna, role)

    assert signed_in_client(anna).get("/start/").headers["Location"] == path


def test_therapist_who_is_a_patient_elsewhere_chooses(anna: Person) -> None:
    give(give(anna, Role.THERAPIST), Role.PATIENT)

    page = signed_in_client(anna).get("/start/").content.decode()

    assert 'href="/behandling/"' in page
    assert 'href="/arbetslista/"' in page


def test_who_has_nothing_open_is_told_kindly(anna: Person) -> None:
    page = signed_in_client(anna).get("/start/", headers={"accept-language": "en"})

    assert "There is nothing here for you yet" in page.content.decode()


def test_ended_role_opens_nothing(anna: Person) -> None:
    give(anna, Role.THERAPIST)
    RoleAssignment.objects.update(ends_at=clock.now())

    assert signed_in_client(anna).get("/start/").status_code == 200


def test_signed_in_person_who_comes_to_sign_in_is_sent_on(anna: Person) -> None:
    client = signed_in_client(anna)

    assert client.get("/logga-in/").headers["Location"] == "/start/"
    assert client.get("/logga-in/kod/").headers["Location"] == "/start/"
    assert client.get("/logga-in/?next=/behandling/").headers["Location"] == "/behandling/"


def test_admin_that_refuses_her_is_a_missing_page_and_no_circle(anna: Person) -> None:
    client = signed_in_client(anna)

    assert client.get("/admin/", follow=True).status_code == 404
    assert client.get("/django-admin/", follow=True).status_code == 404


def test_language_is_kept_with_the_person_and_in_the_browser(anna: Person) -> None:
    response = signed_in_client(anna).post("/sprak/", {"language": "en", "next": "/start/"})

    anna.refresh_from_db()
    assert anna.language == "en"
    assert (response.headers["Location"], response.cookies["django_language"].value) == ("/start/", "en")


@pytest.mark.parametrize(
    ("language", "target"), [("xx", "/"), ("en", "//evil.example"), ("", "https://evil.example")]
)
def test_language_switch_takes_no_other_language_and_leads_to_no_other_site(
    db: None, visitor: Client, language: str, target: str
) -> None:
    response = visitor.post("/sprak/", {"language": language, "next": target})

    assert response.headers["Location"] == "/"
    assert language == "en" or "django_language" not in response.cookies


def test_visitor_switches_language_without_being_anyone(db: None, visitor: Client) -> None:
    visitor.post("/sprak/", {"language": "en", "next": "/logga-in/"})

    assert '<html lang="en"' in visitor.get("/logga-in/").content.decode()
