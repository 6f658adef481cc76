"""One's own page: each change behind a fresh second factor; sessions seen and ended (A7, A13-A17)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from ikbt.accounts import session_limits
from ikbt.accounts.models import AuthenticatorApp, Passkey, Person, SessionRecord
from ikbt.audit.models import Entry
from ikbt.common import clock
from ikbt.outbox.models import Notice
from tests.cast import PASSWORD
from tests.conftest import signed_in_client
from tests.ikbt.accounts.conftest import Code, code_of

NEW = "tre glada gröna hästar"


def passkey_of(anna: Person, name: str = "Telefonen") -> Passkey:
    return Passkey.objects.create(
        user=anna, name=name, confirmed=True, credential_id=name.encode(), public_key=b"x", aaguid=""
    )


def signed_in(anna: Person, code: str) -> Client:
    client = Client(
        headers={"accept": "text/html", "user-agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/130.0"}
    )
    client.post("/logga-in/", {"email": anna.email, "password": PASSWORD})
    client.post("/logga-in/kod/", {"code": code})
    return client


@pytest.fixture
def here(anna: Person, code: Code) -> Client:
    return signed_in(anna, code())


@pytest.fixture
def stale(anna: Person, browser_page: dict[str, str]) -> Client:
    """Signed in six minutes ago."""
    client = signed_in_client(anna)
    client.defaults["HTTP_ACCEPT"] = browser_page["accept"]
    session = client.session
    session[session_limits.FRESH] = (clock.now() - timedelta(minutes=6)).timestamp()
    session.save()
    return client


SENSITIVE = ["/konto/passkey/", "/konto/app/", "/konto/losenord/", "/konto/aterstallningskoder/"]


@pytest.mark.parametrize("path", SENSITIVE)
def test_a13_sensitive_page_asks_for_the_factor_again(stale: Client, path: str) -> None:
    page = stale.get(path).content.decode()

    assert 'action="/konto/bekrafta/"' in page
    assert f'name="next" value="{path}"' in page


def test_a7_script_with_an_old_factor_gets_no_challenge_for_a_passkey(stale: Client) -> None:
    answer = stale.post("/konto/passkey/fraga/", headers={"x-requested-with": "fetch"})

    assert (answer.status_code, answer.json()) == (403, {"error": "step_up"})


@pytest.mark.parametrize("path", [*SENSITIVE, "/konto/", "/konto/passkey/fraga/"])
def test_a7_stolen_password_alone_enrols_nothing(visitor: Client, anna: Person, path: str) -> None:
    visitor.post("/logga-in/", {"email": anna.email, "password": PASSWORD})

    assert visitor.get(path).status_code == 302
    assert visitor.post(path, {"name": "Tjuvens"}).status_code == 403
    assert not Passkey.objects.exists()
    assert AuthenticatorApp.objects.count() == 1


def test_a13_form_waits_and_is_sent_again(stale: Client, anna: Person, code: Code) -> None:
    passkey = passkey_of(anna)
    path = f"/konto/passkey/{passkey.pk}/ta-bort/"

    asked = stale.post(path, {"why": "Jag har bytt telefon nu"})
    assert "Jag har bytt telefon nu" in asked.content.decode()
    assert Passkey.objects.exists()
    held = asked.context["held"]
    waiting = stale.post("/konto/bekrafta/", {"code": code(), "next": path, "held": held})
    assert f'action="{path}"' in waiting.content.decode()
    assert "Jag har bytt telefon nu" in waiting.content.decode()
    stale.post(path, {"why": "Jag har bytt telefon nu"})

    assert not Passkey.objects.exists()


def test_a14_step_up_changes_the_key_and_the_old_one_is_dead(here: Client, anna: Person) -> None:
    old = here.session.session_key or ""
    AuthenticatorApp.objects.update(last_step=-1)

    here.post("/konto/bekrafta/", {"code": code_of(AuthenticatorApp.objects.get(user=anna))})

    thief = Client(headers={"accept": "text/html"})
    thief.cookies["sessionid"] = old
    assert here.session.session_key != old
    assert here.get("/konto/").status_code == 200
    assert thief.get("/konto/").status_code == 302
    assert SessionRecord.objects.get().session_key == here.session.session_key


def test_a13_wrong_code_confirms_nothing(stale: Client) -> None:
    stale.post("/konto/bekrafta/", {"code": "000000"})

    assert 'action="/konto/bekrafta/"' in stale.get("/konto/losenord/").content.decode()


def test_a7_last_factor_stays(here: Client, app: AuthenticatorApp) -> None:
    here.post(f"/konto/app/{app.pk}/ta-bort/")

    assert AuthenticatorApp.objects.filter(pk=app.pk).exists()


def test_a7_recovery_codes_do_not_count_as_a_factor(here: Client, app: AuthenticatorApp) -> None:
    here.post("/konto/aterstallningskoder/")
    here.post(f"/konto/app/{app.pk}/ta-bort/")

    assert AuthenticatorApp.objects.filter(pk=app.pk).exists()


def test_a7_other_peoples_factor_is_missing(here: Client, anna: Person) -> None:
    other = Person.objects.create_user("b@example.org", PASSWORD, first_name="B", last_name="B")
    foreign = passkey_of(other)
    passkey_of(anna, "Egen")

    assert here.post(f"/konto/passkey/{foreign.pk}/ta-bort/").status_code == 404
    assert here.post(f"/konto/app/{foreign.pk}/ta-bort/").status_code == 404
    assert Passkey.objects.filter(pk=foreign.pk).exists()


def test_a16_factor_change_ends_all_other_sessions_and_is_told(here: Client, anna: Person) -> None:
    there = signed_in_client(anna)
    passkey = passkey_of(anna)

    here.post(f"/konto/passkey/{passkey.pk}/ta-bort/")

    assert there.get("/konto/").status_code == 403
    assert here.get("/konto/").status_code == 200
    assert Notice.objects.get().kind == Notice.Kind.SIGN_IN_CHANGED
    assert Entry.objects.filter(action="delete", object_kind="passkey").count() == 1


def test_second_app_is_connected_with_its_own_code(here: Client, anna: Person) -> None:
    here.post("/konto/app/")
    new = AuthenticatorApp.objects.get(user=anna, confirmed=False)
    wrong = here.post("/konto/app/", {"code": "000000"})
    AuthenticatorApp.objects.filter(pk=new.pk).update(
        throttling_failure_count=0, throttling_failure_timestamp=None
    )
    here.post("/konto/app/", {"code": code_of(new)})

    assert wrong.status_code == 200
    assert AuthenticatorApp.objects.filter(user=anna, confirmed=True).count() == 2


def test_d4_looking_at_another_app_changes_nothing(here: Client, anna: Person) -> None:
    page = here.get("/konto/app/").content.decode()

    assert "otpauth" not in page
    assert "<svg" not in page.partition("<main")[2].partition("</form>")[0]
    assert not AuthenticatorApp.objects.filter(confirmed=False).exists()


def test_a7_code_without_an_app_that_was_offered_connects_nothing(here: Client, anna: Person) -> None:
    here.post("/konto/app/", {"code": "123456"})

    assert AuthenticatorApp.objects.filter(user=anna).count() == 1


def test_a17_own_sessions_are_listed_with_device(here: Client) -> None:
    page = here.get("/konto/").content.decode()

    assert "Firefox, Windows" in page
    assert "den här" in page


def test_a17_one_session_is_ended(here: Client, anna: Person, code: Code) -> None:
    there = signed_in(anna, code(1))
    record = SessionRecord.objects.exclude(session_key=here.session.session_key).get()

    here.post(f"/konto/sessioner/{record.pk}/avsluta/")

    assert there.get("/konto/").status_code == 302
    assert here.get("/konto/").status_code == 200


def test_a17_other_peoples_session_is_missing(here: Client, db: None) -> None:
    other = Person.objects.create_user("b@example.org", PASSWORD, first_name="B", last_name="B")
    record = SessionRecord.objects.create(
        person=other, session_key="k", started_at=clock.now(), last_seen_at=clock.now(), way="x"
    )

    assert here.post(f"/konto/sessioner/{record.pk}/avsluta/").status_code == 404
    assert SessionRecord.objects.filter(pk=record.pk).exists()


def test_a17_all_others_are_ended(here: Client, anna: Person) -> None:
    there = signed_in_client(anna)

    here.post("/konto/sessioner/avsluta/")

    assert there.get("/konto/").status_code == 403
    assert here.get("/konto/").status_code == 200


def test_a16_new_password_ends_other_sessions_and_keeps_this_one(here: Client, anna: Person) -> None:
    there, old = signed_in_client(anna), here.session.session_key

    here.post("/konto/losenord/", {"password": NEW, "again": NEW})

    anna.refresh_from_db()
    assert anna.check_password(NEW)
    assert there.get("/konto/").status_code == 403
    assert here.get("/konto/").status_code == 200
    assert here.session.session_key != old


def test_secrets_are_never_held(stale: Client) -> None:
    page = stale.post("/konto/losenord/", {"password": NEW, "again": NEW}).content.decode()

    assert NEW not in page
