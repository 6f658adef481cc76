"""Nothing but sign-in, enrolment and public pages answers a session without a verified second factor."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver

from ikbt.accounts.access import is_verified
from ikbt.accounts.gate import is_public
from ikbt.accounts.models import Person
from ikbt.common.doors import PUBLIC
from tests.cast import PASSWORD
from tests.conftest import signed_in_client

PRIVATE = [
    "/behandling/",
    "/arbetslista/",
    "/admin/",
    "/django-admin/",
    "/start/",
    "/admin/pages/",
    "/admin/users/",
]


@pytest.fixture
def superuser(db: None) -> Person:
    return Person.objects.create_superuser("root@example.org", PASSWORD, first_name="Rut", last_name="Rot")


@pytest.fixture
def password_only(superuser: Person, browser_page: dict[str, str]) -> Client:
    """A superuser whose session never saw a second factor."""
    client = Client(headers=browser_page)
    client.force_login(superuser)
    return client


@pytest.mark.parametrize("path", PRIVATE)
def test_visitor_is_sent_to_sign_in_and_back(db: None, visitor: Client, path: str) -> None:
    response = visitor.get(path)

    assert response.status_code == 302
    assert response.headers["Location"].startswith("/logga-in/?next=%2F")


@pytest.mark.parametrize("path", PRIVATE)
def test_superuser_with_a_password_alone_gets_nothing(password_only: Client, path: str) -> None:
    response = password_only.get(path)

    assert response.status_code == 302
    assert response.headers["Location"].startswith("/logga-in/kod/?next=")


@pytest.mark.parametrize("path", PRIVATE)
def test_script_without_second_factor_is_refused_in_json(password_only: Client, path: str) -> None:
    response = password_only.get(path, headers={"accept": "application/json"})

    assert response.status_code == 403
    assert response.json() == {"error": "signed_out"}


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_no_method_goes_around_the_gate(password_only: Client, method: str) -> None:
    response = getattr(password_only, method)("/behandling/", headers={"accept": "*/*"})

    assert response.status_code == 403


def test_every_route_but_the_declared_ones_is_closed() -> None:
    """Reviewed list: a new public route must be added here by hand."""
    found = {
        route
        for route, pattern in routes()
        if getattr(getattr(pattern.callback, "door", None), "data", "") == PUBLIC
    }

    assert found == {
        "lamna/",
        "logga-in/",
        "logga-in/kod/",
        "logga-in/passkey/",
        "logga-in/passkey/fraga/",
        "e-legitimation/<slug:key>/",
        "e-legitimation/<slug:key>/svar/",
        "logga-ut/",
        "sprak/",
        "inbjudan/<str:token>/",
        "inbjudan/<str:token>/satt/",
        "inbjudan/<str:token>/satt/fraga/",
        "inbjudan/<str:token>/app/",
        # Browsers' own reports: 204 whatever is sent.
        "innehallspolicy/rapport/",
        # The accessibility statement, with its form.
        "tillganglighet/",
        # Whom to tell of a hole.
        ".well-known/security.txt",
        "admin/login/",
        "admin/logout/",
        "admin/password_reset/",
        "admin/password_reset/<path:rest>",
        "_util/login/",
        "_util/<path:rest>",
        "django-admin/login/",
        "django-admin/logout/",
        "django-admin/password_change/",
        "django-admin/password_change/<path:rest>",
    }


def test_only_reading_a_public_wagtail_page_is_open(rf: RequestFactory) -> None:
    request = rf.post("/")
    request.resolver_match = get_resolver().resolve("/")

    assert not is_public(request, request.resolver_match.func)


def test_request_that_no_second_factor_middleware_saw_is_refused(
    rf: RequestFactory, superuser: Person
) -> None:
    request = rf.get("/behandling/")
    assert not is_verified(request)
    request.user = AnonymousUser()
    assert not is_verified(request)
    request.user = superuser
    assert not is_verified(request)


@pytest.mark.parametrize(
    "path",
    [
        "/admin/login/",
        "/_util/login/",
        "/django-admin/login/",
        "/admin/password_reset/",
        "/_util/authenticate_with_password/1/1/",
    ],
)
def test_other_sign_in_pages_take_no_credentials(superuser: Person, visitor: Client, path: str) -> None:
    fields = {"username": superuser.email, "email": superuser.email, "password": PASSWORD}

    response = visitor.post(path, fields)

    assert response.headers["Location"].startswith("/logga-in/")
    assert "_auth_user_id" not in visitor.session


@pytest.mark.parametrize("path", ["/admin/logout/", "/django-admin/logout/", "/logga-ut/"])
def test_a_get_signs_nobody_out(anna: Person, path: str) -> None:
    client = signed_in_client(anna)

    response = client.get(path)

    assert response.status_code == 405
    assert "sessionid" not in response.cookies
    assert "otp_device_id" in client.session


@pytest.mark.parametrize("path", ["/admin/login/", "/django-admin/login/"])
def test_page_that_her_role_does_not_open_is_missing_to_the_signed_in(anna: Person, path: str) -> None:
    response = signed_in_client(anna).get(f"{path}?next=/django-admin/")

    assert response.status_code == 404


def test_session_that_has_run_out_is_told_so(db: None, visitor: Client) -> None:
    visitor.cookies["sessionid"] = "gone"

    response = visitor.get("/behandling/", follow=True, headers={"accept-language": "en"})

    assert "You have been signed out" in response.content.decode()


def routes() -> Iterator[tuple[str, URLPattern]]:
    def walk(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[tuple[str, URLPattern]]:
        for pattern in patterns:
            here = before + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, here)
            else:
                yield here, pattern

    return walk(get_resolver().url_patterns, "")
