"""A7: enrolment takes one open invitation; a password alone enrols nothing."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from django.contrib.auth.hashers import make_password
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import Client

from ikbt.accounts import enrolling, inviting
from ikbt.accounts.factors import CAN_BE_COPIED
from ikbt.accounts.models import AuthenticatorApp, CareProvider, CareUnit, Invitation, Passkey, Person
from ikbt.accounts.passkey_ceremony import NotTaken
from ikbt.accounts.roles import Role
from ikbt.accounts.views.enrolment import qr_code
from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from tests.cast import PASSWORD, give, unit
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
    """She has chosen a password and an app, and sees the square."""
    visitor.post(f"/inbjudan/{token}/", {"password": CHOSEN, "again": CHOSEN})
    visitor.post(f"/inbjudan/{token}/app/")
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
    assert response.headers["Location"] == "/konto/aterstallningskoder/?ny=1"
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
    visitor.get(f"/inbjudan/{token}/satt/")
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
    visitor.post(f"/inbjudan/{token}/app/")

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

    for path in (
        *("/inbjudan/x/", "/inbjudan/x/app/", "/inbjudan/x/satt/", "/inbjudan/x/satt/fraga/"),
        *("/start/", "/admin/account/", "/konto/app/", "/konto/passkey/", "/konto/passkey/fraga/"),
    ):
        visitor.get(path)
        visitor.post(path)
        visitor.post(path, {"password": CHOSEN, "again": CHOSEN, "code": "123456", "name": "a"})

    assert not AuthenticatorApp.objects.exists()
    assert not Passkey.objects.exists()


@pytest.mark.parametrize("step", ["satt/", "satt/fraga/", "app/"])
def test_a7_link_without_the_password_that_this_browser_chose_enrols_nothing(
    visitor: Client, token: str, step: str
) -> None:
    response = visitor.post(
        f"/inbjudan/{token}/{step}", {"name": "Min", "credential": "{}", "code": "123456"}
    )

    assert response.headers["Location"] == f"/inbjudan/{token}/"
    assert not AuthenticatorApp.objects.exists()
    assert not Passkey.objects.exists()


def test_a7_password_chosen_for_one_invitation_serves_no_other(
    chosen: Client, newcomer: Person, anna: Person
) -> None:
    other = inviting.invite(anna, by=SYSTEM, at=clock.now())

    assert chosen.post(f"/inbjudan/{other}/satt/fraga/").headers["Location"] == f"/inbjudan/{other}/"
    assert chosen.get(f"/inbjudan/{other}/app/").headers["Location"] == f"/inbjudan/{other}/"


def test_a7_choice_of_passkey_or_app_comes_after_the_password(visitor: Client, token: str) -> None:
    response = visitor.post(f"/inbjudan/{token}/", {"password": CHOSEN, "again": CHOSEN})
    page = visitor.get(response.headers["Location"])

    assert response.headers["Location"] == f"/inbjudan/{token}/satt/"
    assert f'action="/inbjudan/{token}/app/"' in page.content.decode()
    assert f'data-ask="/inbjudan/{token}/satt/fraga/"' in page.content.decode()
    assert page.headers["Cache-Control"] == "no-store"


def test_a7_first_passkey_must_verify_its_user_and_belongs_to_the_invited(
    visitor: Client, token: str, newcomer: Person
) -> None:
    visitor.post(f"/inbjudan/{token}/", {"password": CHOSEN, "again": CHOSEN})

    asked = visitor.post(f"/inbjudan/{token}/satt/fraga/").json()

    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert asked["user"]["name"] == newcomer.email


def test_a7_what_is_no_passkey_enrols_nothing_and_leaves_the_invitation_open(
    visitor: Client, token: str, newcomer: Person
) -> None:
    visitor.post(f"/inbjudan/{token}/", {"password": CHOSEN, "again": CHOSEN})
    visitor.post(f"/inbjudan/{token}/satt/fraga/")

    response = visitor.post(f"/inbjudan/{token}/satt/", {"name": "Min telefon", "credential": "{}"})

    newcomer.refresh_from_db()
    assert response.status_code == 400
    assert 'value="Min telefon"' in response.content.decode()
    assert not newcomer.has_usable_password()
    assert Invitation.objects.get().used_at is None
    assert Entry.objects.filter(action="refused", object_kind="session").count() == 1


def passkey_for(person: Person, **more: bool) -> Passkey:
    return Passkey(user=person, credential_id=b"abc", public_key=b"x", aaguid="", confirmed=True, **more)


def take(token: str, passkey: Passkey) -> Passkey:
    """The step after the ceremony, which only a browser can do."""
    return enrolling.enrol_passkey(
        enrolling.open_invitation(token, at=clock.now()),
        passkey,
        name="Min telefon",
        password_hash=make_password(CHOSEN),
        by=SYSTEM,
        at=clock.now(),
    )


def test_a7_passkey_by_invitation_replaces_all_earlier_factors_and_is_good_once(anna: Person) -> None:
    token = inviting.invite(anna, by=SYSTEM, at=clock.now())

    made = take(token, passkey_for(anna))

    assert list(Passkey.objects.filter(user=anna)) == [made]
    assert not AuthenticatorApp.objects.filter(user=anna).exists()
    with pytest.raises(enrolling.Closed):
        take(token, passkey_for(anna))


@pytest.mark.django_db(transaction=True)
def test_a7_of_four_enrolments_with_one_invitation_at_once_one_wins() -> None:
    invited = Person.objects.create_user("ny@example.org", None, first_name="Ny", last_name="Person")
    token, start = inviting.invite(invited, by=SYSTEM, at=clock.now()), Barrier(4)

    def try_it(number: int) -> bool:
        try:
            passkey = passkey_for(invited)
            passkey.credential_id = b"%d" % number
            start.wait(timeout=20)
            take(token, passkey)
        except enrolling.Closed:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(try_it, range(4)))

    assert outcomes.count(True) == 1
    assert Passkey.objects.count() == 1


def test_a7_passkey_of_somebody_else_is_not_enrolled(anna: Person, token: str, newcomer: Person) -> None:
    with pytest.raises(NotTaken):
        take(token, passkey_for(anna))

    assert Invitation.objects.get().used_at is None


def test_a4_copied_passkey_is_not_enrolled_where_the_unit_forbids_it(token: str, newcomer: Person) -> None:
    alfa = unit("Alfa", 101, CareProvider.objects.create(name="Region", hsa_id="SE2321000016-0001"))
    CareUnit.objects.update(passkey_policy=CareUnit.PasskeyPolicy.DEVICE_BOUND)
    give(newcomer, Role.THERAPIST, alfa)

    with pytest.raises(NotTaken, match=CAN_BE_COPIED):
        take(token, passkey_for(newcomer, backup_eligible=True))

    assert Invitation.objects.get().used_at is None
    take(token, passkey_for(newcomer, backup_eligible=False))
    assert Passkey.objects.get().user == newcomer


def test_a6_recovery_codes_are_offered_as_the_last_step(chosen: Client, token: str, newcomer: Person) -> None:
    finish(chosen, token, newcomer)

    page = chosen.get("/konto/aterstallningskoder/?ny=1").content.decode()
    made = chosen.post("/konto/aterstallningskoder/?ny=1").content.decode()

    assert 'href="/start/"' in page
    assert len(re.findall(r"<code>\d{4} \d{4} \d{4} \d{4}</code>", made)) == 10
    assert 'href="/start/"' in made


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
