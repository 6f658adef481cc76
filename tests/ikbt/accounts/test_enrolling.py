"""Enrolment takes one open invitation; a password alone enrols nothing."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from ikbt.accounts import inviting
from ikbt.accounts.models import AuthenticatorApp, Invitation, Person
from ikbt.accounts.views.enrolment import qr_code
from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from tests.cast import PASSWORD
from tests.ikbt.accounts.conftest import code_of

CHOSEN = "fyra ord som rimmar"


@pytest.fixture
def newcomer(db: None) -> Person:
    return Person.objects.create_user("ny@example.org", None, first_name="Ny", last_name="Person")


@pytest.fixture
def token(newcomer: Person) -> str:
    return inviting.invite(newcomer, by=SYSTEM, at=clock.now())


@pytest.fixture
def chosen(visitor: Client, token: str) -> Client:
    """She has chosen a password and sees the square."""
    visitor.post(f"/inbjudan/{token}/", {"password": CHOSEN, "again": CHOSEN})
    return visitor


def offered(person: Person) -> AuthenticatorApp:
    return AuthenticatorApp.objects.get(user=person, confirmed=False)


def finish(client: Client, token: str, person: Person) -> None:
    client.post(f"/inbjudan/{token}/app/", {"code": code_of(offered(person))})


def test_invited_person_chooses_a_password_connects_an_app_and_is_in(
    chosen: Client, token: str, newcomer: Person
) -> None:
    response = chosen.post(f"/inbjudan/{token}/app/", {"code": code_of(offered(newcomer))})

    newcomer.refresh_from_db()
    assert response.headers["Location"] == "/start/"
    assert newcomer.check_password(CHOSEN)
    assert "otp_device_id" in chosen.session


def test_page_with_the_seed_is_stored_nowhere(chosen: Client, token: str) -> None:
    assert chosen.get(f"/inbjudan/{token}/app/").headers["Cache-Control"] == "no-store"


def test_invitation_is_good_once(chosen: Client, token: str, newcomer: Person) -> None:
    finish(chosen, token, newcomer)

    assert Client().get(f"/inbjudan/{token}/").status_code == 404
    assert Client().post(f"/inbjudan/{token}/", {"password": CHOSEN, "again": CHOSEN}).status_code == 404
    assert Client().get(f"/inbjudan/{token}/app/").status_code == 404


def test_invitation_expires_after_seven_days(
    visitor: Client, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    later: datetime = clock.now() + inviting.LASTS
    monkeypatch.setattr(clock, "now", lambda: later)

    response = visitor.get(f"/inbjudan/{token}/", headers={"accept-language": "en"})

    assert response.status_code == 404
    assert "more than seven days old" in response.content.decode()


def test_invitation_that_expires_half_way_enrols_nobody(
    chosen: Client, token: str, newcomer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = code_of(offered(newcomer))
    Invitation.objects.update(expires_at=clock.now() - timedelta(seconds=1))

    chosen.post(f"/inbjudan/{token}/app/", {"code": code})

    assert not AuthenticatorApp.objects.filter(confirmed=True).exists()


def test_new_invitation_closes_the_older(visitor: Client, token: str, newcomer: Person) -> None:
    inviting.invite(newcomer, by=SYSTEM, at=clock.now())

    assert visitor.get(f"/inbjudan/{token}/").status_code == 404


def test_token_is_long_and_kept_as_a_hash_only(token: str) -> None:
    assert len(token) >= 43  # 256 bits in base64
    assert Invitation.objects.get().token_hash != token
    assert not Invitation.objects.filter(token_hash__contains=token).exists()


@pytest.mark.parametrize("token", ["x", "å" * 300, "..", "null"])
def test_invented_token_opens_nothing(db: None, visitor: Client, token: str) -> None:
    assert visitor.get(f"/inbjudan/{token}/").status_code == 404


def test_opening_the_link_changes_nothing(visitor: Client, token: str) -> None:
    visitor.get(f"/inbjudan/{token}/")
    visitor.get(f"/inbjudan/{token}/app/")

    assert not AuthenticatorApp.objects.exists()
    assert Invitation.objects.get().used_at is None


def test_wrong_code_leaves_password_and_invitation_as_they_were(
    chosen: Client, token: str, newcomer: Person
) -> None:
    chosen.post(f"/inbjudan/{token}/app/", {"code": "000000"})

    newcomer.refresh_from_db()
    assert not newcomer.has_usable_password()
    assert Invitation.objects.get().used_at is None


def test_second_browser_with_the_link_starts_over(chosen: Client, token: str) -> None:
    response = Client().get(f"/inbjudan/{token}/app/")

    assert response.headers["Location"] == f"/inbjudan/{token}/"


@pytest.mark.parametrize("password", ["kort", "password1234", "ny@example.org", "x" * 129])
def test_weak_password_is_refused(visitor: Client, token: str, password: str) -> None:
    visitor.post(f"/inbjudan/{token}/", {"password": password, "again": password})

    assert not AuthenticatorApp.objects.exists()


def test_two_different_passwords_are_told(visitor: Client, token: str) -> None:
    fields = {"password": CHOSEN, "again": CHOSEN + "x"}

    response = visitor.post(f"/inbjudan/{token}/", fields, headers={"accept-language": "en"})

    assert "The two passwords differ." in response.content.decode()


def test_coming_back_by_invitation_replaces_the_lost_phone(anna: Person, visitor: Client) -> None:
    lost = AuthenticatorApp.objects.get(user=anna)
    token = inviting.invite(anna, by=SYSTEM, at=clock.now())
    visitor.post(f"/inbjudan/{token}/", {"password": CHOSEN, "again": CHOSEN})

    finish(visitor, token, anna)

    apps = AuthenticatorApp.objects.filter(user=anna)
    assert [one.confirmed for one in apps] == [True]
    assert apps[0].pk != lost.pk


def test_seeds_are_random_and_of_160_bits(
    visitor: Client, token: str, chosen: Client, newcomer: Person
) -> None:
    seed = offered(newcomer).seed

    assert re.fullmatch(r"[0-9a-f]{40}", seed)
    assert len(set(seed)) > 4


def test_password_alone_reaches_no_page_that_enrols(
    anna: Person, visitor: Client, app: AuthenticatorApp
) -> None:
    app.delete()
    visitor.post("/logga-in/", {"email": anna.email, "password": PASSWORD})

    for path in ("/inbjudan/x/", "/inbjudan/x/app/", "/start/", "/admin/account/"):
        visitor.get(path)
        visitor.post(path, {"password": CHOSEN, "again": CHOSEN, "code": "123456"})

    assert not AuthenticatorApp.objects.exists()


def test_square_is_drawn_without_styles_or_scripts() -> None:
    drawn = qr_code("otpauth://totp/ikbt:a?secret=ABC")

    assert drawn.startswith("<svg ")
    assert not re.search(r"style|script|otpauth|xlink|<\?xml", drawn)


def test_command_prints_a_link_that_works(
    newcomer: Person, visitor: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("invite", "NY@example.org")

    path = capsys.readouterr().out.strip().removeprefix("http://localhost:8000")
    assert visitor.get(path).status_code == 200


def test_command_says_when_nobody_has_the_address(db: None) -> None:
    with pytest.raises(CommandError, match="No active person"):
        call_command("invite", "nobody@example.org")
