"""A8 and A9: passwords are long, whole, uncommon and hashed slowly; nobody gets one back by mail."""

from __future__ import annotations

import pytest
from django.conf import LazySettings
from django.contrib.auth.hashers import check_password, make_password
from django.test import Client
from hypothesis import given, settings, strategies
from hypothesis.extra.django import TestCase

from ikbt.accounts.forms import PASSWORD_CHARACTERS, NewPasswordForm
from ikbt.accounts.models import Person
from tests.architecture.routes import routes
from tests.cast import PASSWORD
from tests.ikbt.accounts.conftest import Code

ARGON2 = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]


def errors(password: str, anna: Person | None = None) -> list[str]:
    who = anna or Person(email="anna.lind@example.org", first_name="Anna", last_name="Lind")
    form = NewPasswordForm({"password": password, "again": password}, person=who)
    return list(form.errors)


@pytest.mark.parametrize(
    "password",
    [
        "elva tecken",
        "password1234",
        "Behandling2026!",
        "ikbt-ikbt-ikbt",
        "internetbehandling1",
        "anna.lind@example",
    ],
)
def test_a9_short_common_and_near_passwords_are_refused(password: str) -> None:
    assert errors(password) == ["password"]


@pytest.mark.parametrize(
    "password", ["tre glada hästar", "aaaaabbbbbcc", "ååååååååååååå", "min terapi går framåt nu"]
)
def test_a9_no_kind_of_character_is_demanded(password: str) -> None:
    assert errors(password) == []


def test_a9_longer_than_the_limit_is_refused_not_cut() -> None:
    assert errors("ab " * 42 + "cd") == []
    assert "password" in errors("ab " * 42 + "cde")


class Whole(TestCase):
    """The last character counts as the first."""

    @settings(max_examples=20, deadline=None)
    @given(strategies.text(min_size=PASSWORD_CHARACTERS - 1, max_size=PASSWORD_CHARACTERS - 1))
    def test_a9_password_of_128_characters_is_kept_whole(self, start: str) -> None:
        stored = make_password(f"{start}a")

        assert check_password(f"{start}a", stored)
        assert not check_password(f"{start}b", stored)


def test_a9_hash_is_argon2id_and_older_ones_are_renewed_at_sign_in(
    anna: Person, visitor: Client, settings: LazySettings, code: Code
) -> None:
    settings.PASSWORD_HASHERS = ARGON2
    Person.objects.update(password=make_password(PASSWORD, hasher="pbkdf2_sha256"))

    visitor.post("/logga-in/", {"email": anna.email, "password": PASSWORD})

    anna.refresh_from_db()
    assert anna.password.startswith("argon2$argon2id$")


def test_a8_there_is_no_password_reset(visitor: Client, db: None) -> None:
    """Who has forgotten hers is invited anew by her unit: nothing to steal by mail."""
    found = [route for route in routes() if "reset" in route.path]

    assert {route.view.__name__ for route in found if route.door} <= {"other_way_in"}
    for path in ("/admin/password_reset/", "/django-admin/password_change/"):
        assert visitor.get(path).headers["Location"].startswith("/logga-in/")
