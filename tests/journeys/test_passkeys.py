"""Passkeys in Chromium with a virtual authenticator: registration, sign-in and step-up (A3, A4, A13)."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

import pytest
from django.conf import LazySettings
from django_otp.oath import TOTP
from playwright.sync_api import Page, expect

from ikbt.accounts import inviting
from ikbt.accounts.models import AuthenticatorApp, CareUnit, Passkey, Person
from ikbt.accounts.roles import Role
from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from tests.cast import Cast, give, person
from tests.journeys.conftest import Open
from tests.journeys.stage import offstage
from tests.journeys.walking import SUBMIT, code_of, give_password_and_code

pytestmark = pytest.mark.journey


class Authenticator:
    """A virtual authenticator of one page: what a phone or a security key would do."""

    def __init__(self, page: Page, **options: Any) -> None:
        self.wire = page.context.new_cdp_session(page)
        self.wire.send("WebAuthn.enable")
        self.id = self.wire.send(
            "WebAuthn.addVirtualAuthenticator",
            {
                "options": {
                    "protocol": "ctap2",
                    "transport": "internal",
                    "hasResidentKey": True,
                    "hasUserVerification": True,
                    "isUserVerified": True,
                    "automaticPresenceSimulation": True,
                    **options,
                }
            },
        )["authenticatorId"]

    def credentials(self) -> list[dict[str, Any]]:
        """What it holds."""
        given = self.wire.send("WebAuthn.getCredentials", {"authenticatorId": self.id})
        return list(given["credentials"])

    def let_user_verify(self, right: bool) -> None:
        """Whether the finger fits from now on."""
        self.wire.send("WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": right})

    def turn_count_back(self) -> None:
        """As a copy of the key would that was made when it had been used less."""
        (one,) = self.credentials()
        self.wire.send(
            "WebAuthn.removeCredential", {"authenticatorId": self.id, "credentialId": one["credentialId"]}
        )
        self.wire.send(
            "WebAuthn.addCredential", {"authenticatorId": self.id, "credential": {**one, "signCount": 0}}
        )


@pytest.fixture
def origin(server: str, settings: LazySettings) -> str:
    """The server's own address is the one that passkeys are made for."""
    settings.OTP_WEBAUTHN_ALLOWED_ORIGINS = [server]
    return server


@pytest.fixture
def klara(origin: str) -> Person:
    return offstage(lambda: give(person("Klara", "Holm"), Role.PATIENT))


def add_passkey(page: Page, name: str = "Min telefon") -> None:
    """From one's own page to a passkey."""
    page.goto("/konto/passkey/")
    page.fill("input[name=name]", name)
    page.click("form[data-passkey=create] button")


def leave(page: Page) -> None:
    page.goto("/konto/")
    page.click("form[data-sign-out] button")
    expect(page).to_have_url(re.compile("/logga-in/"))


def passkeys_of(who: Person) -> list[Passkey]:
    return offstage(lambda: list(Passkey.objects.filter(user=who)))


def reasons() -> list[str]:
    return offstage(lambda: list(Entry.objects.order_by("pk").values_list("reason", flat=True)))


def test_a3_passkey_is_registered_and_signs_in_without_a_password(opened: Open, klara: Person) -> None:
    page = opened(klara)
    key = Authenticator(page)

    add_passkey(page)
    expect(page.get_by_text("Min telefon", exact=True)).to_be_visible()
    (made,) = passkeys_of(klara)
    assert made.device_bound
    assert len(key.credentials()) == 1

    leave(page)
    page.click("form[data-passkey=get] button")
    expect(page.locator("form[action$='/logga-ut/']")).to_be_visible()
    assert reasons()[-1] == "passkey"


def invited(klara: Person) -> str:
    """The address of a new invitation."""
    token: str = offstage(inviting.invite, klara, by=SYSTEM, at=clock.now())
    return f"/inbjudan/{token}/"


def test_a7_invited_person_enrols_with_a_passkey_and_gets_recovery_codes(opened: Open, klara: Person) -> None:
    page = opened(None)
    key = Authenticator(page)
    page.goto(invited(klara))
    page.fill("input[name=password]", "fyra ord som rimmar")
    page.fill("input[name=again]", "fyra ord som rimmar")
    page.click(SUBMIT)
    page.fill("input[name=name]", "Min telefon")
    page.click("form[data-passkey=create] button")
    expect(page).to_have_url(re.compile("/konto/aterstallningskoder/"))
    page.click(SUBMIT)
    expect(page.locator(".app-codes li")).to_have_count(10)

    (made,) = passkeys_of(klara)
    assert made.name == "Min telefon"
    assert len(key.credentials()) == 1
    assert offstage(lambda: AuthenticatorApp.objects.filter(user=klara).count()) == 0
    leave(page)
    page.click("form[data-passkey=get] button")
    expect(page.locator("form[action$='/logga-ut/']")).to_be_visible()


def test_a7_browser_without_passkeys_enrols_with_an_app(opened: Open, klara: Person) -> None:
    page = opened(None)
    page.add_init_script("delete window.PublicKeyCredential")
    page.goto(invited(klara))
    page.fill("input[name=password]", "fyra ord som rimmar")
    page.fill("input[name=again]", "fyra ord som rimmar")
    page.click(SUBMIT)
    expect(page.locator("form[data-passkey=create]")).to_be_hidden()
    page.click("form[action$='/app/'] button")
    app = offstage(lambda: AuthenticatorApp.objects.get(user=klara, confirmed=False))
    page.fill("input[name=code]", f"{TOTP(bytes.fromhex(app.seed)).token():06d}")
    page.click(f"form:has(input[name=code]) {SUBMIT}")

    expect(page).to_have_url(re.compile("/konto/aterstallningskoder/"))


def test_a3_passkey_that_verifies_nobody_is_refused(opened: Open, klara: Person) -> None:
    page = opened(klara)
    key = Authenticator(page, hasUserVerification=False, isUserVerified=False)
    add_passkey(page)
    expect(page.locator("[data-passkey-status]")).not_to_be_empty()
    assert passkeys_of(klara) == []
    assert key.credentials() == []


def test_a3_finger_that_does_not_fit_signs_nobody_in(opened: Open, klara: Person) -> None:
    page = opened(klara)
    key = Authenticator(page)
    add_passkey(page)
    expect(page.get_by_text("Min telefon", exact=True)).to_be_visible()
    leave(page)
    key.let_user_verify(False)

    page.click("form[data-passkey=get] button")

    expect(page.locator("form[data-passkey=get] [data-passkey-status]")).not_to_be_empty()
    expect(page.locator("form[action$='/logga-ut/']")).to_have_count(0)


def test_a3_answer_is_good_once_and_a_count_that_falls_is_refused(opened: Open, klara: Person) -> None:
    page = opened(klara)
    key = Authenticator(page)
    add_passkey(page)
    expect(page.get_by_text("Min telefon", exact=True)).to_be_visible()
    leave(page)
    sent: list[str] = []
    page.on(
        "request",
        lambda request: sent.append(request.post_data or "") if request.url.endswith("/passkey/") else None,
    )
    page.click("form[data-passkey=get] button")
    expect(page.locator("form[action$='/logga-ut/']")).to_be_visible()

    leave(page)
    token = page.locator("input[name=csrfmiddlewaretoken]").first.input_value()
    page.request.post("/logga-in/passkey/fraga/", headers={"X-CSRFToken": token})
    replayed: dict[str, str | float | bool] = {**dict(parse_qsl(sent[-1])), "csrfmiddlewaretoken": token}
    again = page.request.post("/logga-in/passkey/", form=replayed)
    assert again.status == 403
    assert reasons()[-1].startswith("passkey: ")

    key.turn_count_back()
    page.goto("/logga-in/")
    page.click("form[data-passkey=get] button")
    expect(page.locator(".app-notice[role=alert]")).to_be_visible()
    assert reasons()[-1] == "passkey count fell"


def test_a13_passkey_confirms_a_sensitive_act(opened: Open, klara: Person, settings: LazySettings) -> None:
    page = opened(klara)
    Authenticator(page)
    add_passkey(page)
    expect(page.get_by_text("Min telefon", exact=True)).to_be_visible()
    settings.STEP_UP_LASTS = -1

    page.goto("/konto/losenord/")
    expect(page.locator("form[data-passkey=get]")).to_be_visible()
    settings.STEP_UP_LASTS = 300
    page.click("form[data-passkey=get] button")

    expect(page.locator("input[name=again]")).to_be_visible()


def test_a4_passkey_that_can_be_copied_is_refused_where_the_unit_says_so(
    opened: Open, origin: str, played: Cast
) -> None:
    offstage(lambda: CareUnit.objects.filter(pk=played.alfa.pk).update(passkey_policy="device_bound"))
    page = opened(None)
    page.goto("/logga-in/")
    give_password_and_code(page, played.tove)
    expect(page).to_have_url(f"{origin}/konto/")
    Authenticator(page, defaultBackupEligibility=True, defaultBackupState=True)

    add_passkey(page, "Molnet")
    expect(page.locator(".app-notice[role=alert]")).to_be_visible()
    assert passkeys_of(played.tove) == []


def test_a4_code_opens_nothing_where_she_has_the_passkey_that_is_demanded(
    opened: Open, origin: str, played: Cast
) -> None:
    offstage(lambda: CareUnit.objects.filter(pk=played.alfa.pk).update(passkey_policy="device_bound"))
    page = opened(None)
    page.goto("/logga-in/")
    give_password_and_code(page, played.tove)
    page.goto("/arbetslista/")
    expect(page).to_have_url(f"{origin}/konto/")
    Authenticator(page)
    add_passkey(page, "Säkerhetsnyckel")
    expect(page.locator("input[name=password]")).to_be_visible()

    page.fill("input[name=email]", played.tove.email)
    page.fill("input[name=password]", "correct-horse-battery")
    page.click(f"form[action='/logga-in/'] {SUBMIT}")
    page.fill("input[name=code]", offstage(code_of, played.tove))
    page.click(f"form[action='/logga-in/kod/'] {SUBMIT}")
    expect(page.locator(".app-notice[role=alert]")).to_be_visible()

    page.click("form[data-passkey=get] button")
    expect(page.get_by_text("Säkerhetsnyckel", exact=True)).to_be_visible()
    page.goto("/arbetslista/")
    expect(page).to_have_url(f"{origin}/arbetslista/")
