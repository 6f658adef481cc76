"""Sign-in takes a password and then a code; each thing that is wrong is told in words."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client
from django.utils.html import escape

from ikbt.accounts import signing_in
from ikbt.accounts.models import AuthenticatorApp, Person
from ikbt.audit.models import Entry
from ikbt.common import clock
from tests.cast import PASSWORD
from tests.ikbt.accounts.conftest import Code

WRONG = "The e-mail address or the password is not right. Please try again."

pytestmark = pytest.mark.usefixtures("anna")


@pytest.fixture
def half(visitor: Client, anna: Person) -> Client:
    """Anna has given her password."""
    visitor.post("/logga-in/", {"email": anna.email, "password": PASSWORD})
    return visitor


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_password_and_code_open_a_verified_session(half: Client, code: Code) -> None:
    response = half.post("/logga-in/kod/", {"code": code()})

    assert response.headers["Location"] == "/start/"
    assert half.session["otp_device_id"].startswith("accounts.authenticatorapp/")


def test_after_the_password_alone_nobody_is_signed_in(half: Client) -> None:
    assert not is_signed_in(half)


def test_email_is_taken_in_any_case(visitor: Client) -> None:
    response = visitor.post("/logga-in/", {"email": "ANNA.Lind@Example.ORG", "password": PASSWORD})

    assert response.headers["Location"] == "/logga-in/kod/"


@pytest.mark.parametrize("email", ["anna.lind@example.org", "nobody@example.org"])
def test_wrong_password_and_unknown_person_read_the_same(visitor: Client, email: str) -> None:
    response = visitor.post(
        "/logga-in/", {"email": email, "password": "wrong"}, headers={"accept-language": "en"}
    )

    assert escape(WRONG) in response.content.decode()


@pytest.mark.parametrize("who", ["known", "unknown", "without password", "inactive"])
def test_a8_whoever_is_asked_for_costs_one_hash(
    visitor: Client, anna: Person, who: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All but the hash costs next to nothing, so the time tells nobody who has an account here."""
    if who == "without password":
        anna.set_unusable_password()
    anna.is_active = who != "inactive"
    anna.save()
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def counted(self: MD5PasswordHasher, password: str, salt: str, *more: object) -> str:
        hashed.append(password)
        return str(encode(self, password, salt))

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    email = "nobody@example.org" if who == "unknown" else anna.email

    visitor.post("/logga-in/", {"email": email, "password": "wrong-wrong-wrong"})

    assert len(hashed) == 1


def test_typed_email_stays_when_the_password_is_wrong(visitor: Client) -> None:
    response = visitor.post("/logga-in/", {"email": "anna.lind@example.org", "password": "wrong-one"})

    assert 'value="anna.lind@example.org"' in response.content.decode()
    assert "wrong-one" not in response.content.decode()


def test_code_with_a_space_is_taken(half: Client, code: Code) -> None:
    digits = code()

    half.post("/logga-in/kod/", {"code": f"{digits[:3]} {digits[3:]}"})

    assert is_signed_in(half)


def test_a5_code_is_good_once(half: Client, anna: Person, code: Code) -> None:
    used = code()
    half.post("/logga-in/kod/", {"code": used})
    other = Client()
    other.post("/logga-in/", {"email": anna.email, "password": PASSWORD})

    other.post("/logga-in/kod/", {"code": used})

    assert not is_signed_in(other)


def test_a5_wrong_codes_make_the_next_try_wait(half: Client) -> None:
    AuthenticatorApp.objects.update(
        throttling_failure_count=2, throttling_failure_timestamp=clock.now() - timedelta(hours=1)
    )

    response = half.post("/logga-in/kod/", {"code": "000000"}, headers={"accept-language": "en"})

    assert "Wait 4 seconds and try again." in response.content.decode()


def test_a5_right_code_during_the_wait_is_refused(half: Client, code: Code) -> None:
    AuthenticatorApp.objects.update(throttling_failure_timestamp=clock.now(), throttling_failure_count=6)

    half.post("/logga-in/kod/", {"code": code()})

    assert not is_signed_in(half)


@pytest.mark.parametrize("typed", ["", "12345", "abcdef", "１２３４５６", "1234567", "9" * 5000])
def test_what_is_no_code_is_told_without_using_up_a_try(
    half: Client, app: AuthenticatorApp, typed: str
) -> None:
    response = half.post("/logga-in/kod/", {"code": typed})

    app.refresh_from_db()
    assert response.status_code == 200
    assert app.throttling_failure_count == 0


def test_password_is_forgotten_after_ten_minutes(
    half: Client, code: Code, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = clock.now() + signing_in.PENDING_LASTS + timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)

    response = half.post("/logga-in/kod/", {"code": code()}, headers={"accept-language": "en"})

    assert "More than ten minutes have passed" in response.content.decode()
    assert not is_signed_in(half)


def test_inactive_person_cannot_give_her_code(half: Client, anna: Person, code: Code) -> None:
    Person.objects.filter(pk=anna.pk).update(is_active=False)

    half.post("/logga-in/kod/", {"code": code()})

    assert not is_signed_in(half)


def test_person_without_an_app_gets_no_further_than_the_code(visitor: Client, app: AuthenticatorApp) -> None:
    app.delete()
    visitor.post("/logga-in/", {"email": "anna.lind@example.org", "password": PASSWORD})

    visitor.post("/logga-in/kod/", {"code": "123456"})

    assert not is_signed_in(visitor)


def test_unconfirmed_app_signs_nobody_in(half: Client, app: AuthenticatorApp, code: Code) -> None:
    AuthenticatorApp.objects.update(confirmed=False)

    half.post("/logga-in/kod/", {"code": code()})

    assert not is_signed_in(half)


def test_a14_session_gets_a_new_key_at_each_factor(visitor: Client, anna: Person, code: Code) -> None:
    visitor.post("/logga-in/", {"email": anna.email, "password": PASSWORD})
    after_password = visitor.session.session_key
    visitor.post("/logga-in/kod/", {"code": code()})

    assert visitor.session.session_key != after_password
    fixed = Client()
    fixed.cookies["sessionid"] = after_password or ""
    assert not is_signed_in(fixed)


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "http:evil"],
)
def test_sign_in_leads_to_no_other_site(half: Client, code: Code, target: str) -> None:
    response = half.post("/logga-in/kod/", {"code": code(), "next": target})

    assert response.headers["Location"] == "/start/"


def test_sign_in_leads_back_to_the_page_that_was_asked_for(half: Client, code: Code) -> None:
    response = half.post("/logga-in/kod/", {"code": code(), "next": "/behandling/?a=1"})

    assert response.headers["Location"] == "/behandling/?a=1"


def test_next_goes_along_from_password_to_code(visitor: Client, anna: Person) -> None:
    fields = {"email": anna.email, "password": PASSWORD, "next": "/behandling/"}

    response = visitor.post("/logga-in/", fields)

    assert response.headers["Location"] == "/logga-in/kod/?next=%2Fbehandling%2F"


def test_pages_follow_the_persons_language(half: Client, anna: Person, code: Code) -> None:
    Person.objects.filter(pk=anna.pk).update(language="en")

    response = half.post("/logga-in/kod/", {"code": code()})

    assert response.cookies["django_language"].value == "en"


def test_sign_in_and_refusals_are_logged_without_what_was_typed(
    visitor: Client, anna: Person, code: Code
) -> None:
    visitor.post("/logga-in/", {"email": "typed-secret@example.org", "password": "x"})
    visitor.post("/logga-in/", {"email": anna.email, "password": "x"})
    visitor.post("/logga-in/", {"email": anna.email, "password": PASSWORD})
    visitor.post("/logga-in/kod/", {"code": "000000"})
    AuthenticatorApp.objects.update(throttling_failure_count=0)
    visitor.post("/logga-in/kod/", {"code": code()})

    rows = list(Entry.objects.values_list("action", "reason", "object_id", "granted"))
    assert rows == [
        ("refused", "wrong password", "", False),
        ("refused", "wrong password", str(anna.pk), False),
        ("refused", "wrong code", str(anna.pk), False),
        ("sign_in", "password and code", "", True),
    ]


def test_csrf_token_is_demanded(anna: Person) -> None:
    strict = Client(enforce_csrf_checks=True)

    response = strict.post("/logga-in/", {"email": anna.email, "password": PASSWORD})

    assert response.status_code == 403


def test_other_device_than_her_own_opens_nothing(anna: Person, rf: object) -> None:
    other = Person.objects.create_user("b@example.org", PASSWORD, first_name="B", last_name="B")
    foreign = AuthenticatorApp.objects.create(user=other, name="app", confirmed=True, seed="00" * 20)

    with pytest.raises(ValueError, match="own confirmed device"):
        signing_in.sign_in(rf, anna, foreign, at=clock.now(), way="test")  # type: ignore[arg-type]
