"""A3 and A4 without a browser: what is asked of passkeys, how long a challenge lasts, what a unit demands."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client

from ikbt.accounts import passkey_ceremony, passkey_policy
from ikbt.accounts.models import AuthenticatorApp, CareProvider, CareUnit, Passkey, Person, RecoverySheet
from ikbt.accounts.passkey_ceremony import CHALLENGE_LASTS, REGISTERING, SIGNING
from ikbt.accounts.roles import Role
from ikbt.audit.models import Entry
from ikbt.common import clock
from tests.cast import PASSWORD, give, unit
from tests.conftest import signed_in_client
from tests.ikbt.accounts.conftest import Code

Policy = CareUnit.PasskeyPolicy
ANSWER = json.dumps(
    {"id": "aaaa", "rawId": "aaaa", "type": "public-key", "response": {}, "clientExtensionResults": {}}
)


def last_reason() -> str:
    return Entry.objects.latest("pk").reason


def test_a3_both_ceremonies_require_the_user_to_be_verified(anna: Person, visitor: Client) -> None:
    asked = visitor.post("/logga-in/passkey/fraga/").json()
    new = signed_in_client(anna).post("/konto/passkey/fraga/").json()

    assert asked["userVerification"] == "required"
    assert new["authenticatorSelection"]["userVerification"] == "required"
    assert new["authenticatorSelection"]["residentKey"] == "required"
    assert (asked["rpId"], new["rp"]["id"]) == ("localhost", "localhost")


def test_a3_step_up_requires_it_too_and_names_her_own_passkeys(anna: Person) -> None:
    Passkey.objects.create(user=anna, name="a", credential_id=b"abc", public_key=b"x", aaguid="")

    asked = signed_in_client(anna).post("/konto/bekrafta/passkey/fraga/").json()

    assert asked["userVerification"] == "required"
    assert len(asked["allowCredentials"]) == 1


def test_a3_asking_names_nobodys_passkeys(anna: Person, visitor: Client) -> None:
    Passkey.objects.create(user=anna, name="a", credential_id=b"abc", public_key=b"x", aaguid="")

    assert not visitor.post("/logga-in/passkey/fraga/").json().get("allowCredentials")


def test_a3_challenge_is_another_each_time(visitor: Client, db: None) -> None:
    asked = {visitor.post("/logga-in/passkey/fraga/").json()["challenge"] for _ in range(5)}

    assert len(asked) == 5


def test_a3_answer_without_a_challenge_is_refused(visitor: Client, db: None) -> None:
    response = visitor.post("/logga-in/passkey/", {"credential": ANSWER})

    assert response.status_code == 403
    assert last_reason() == "no challenge"


def test_a3_challenge_is_gone_after_one_answer_even_a_wrong_one(visitor: Client, db: None) -> None:
    visitor.post("/logga-in/passkey/fraga/")
    visitor.post("/logga-in/passkey/", {"credential": ANSWER})
    assert last_reason() != "no challenge"
    visitor.post("/logga-in/passkey/", {"credential": ANSWER})

    assert last_reason() == "no challenge"
    assert SIGNING not in visitor.session


def test_a3_challenge_lasts_five_minutes(visitor: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor.post("/logga-in/passkey/fraga/")
    later = clock.now() + CHALLENGE_LASTS + timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)

    visitor.post("/logga-in/passkey/", {"credential": ANSWER})

    assert timedelta(minutes=5) >= CHALLENGE_LASTS
    assert last_reason() == "challenge too old"


def test_a3_challenge_of_one_ceremony_serves_no_other(anna: Person) -> None:
    client = signed_in_client(anna)
    client.post("/konto/bekrafta/passkey/fraga/")

    client.post("/konto/passkey/", {"name": "x", "credential": ANSWER})

    assert last_reason() == "no challenge"
    assert REGISTERING not in client.session


@pytest.mark.parametrize("answer", ["", "{", "[]", "null", "{}", '{"id": 1}', "x" * 30_000, ANSWER])
def test_a3_what_is_no_answer_is_refused_in_words(visitor: Client, db: None, answer: str) -> None:
    visitor.post("/logga-in/passkey/fraga/")

    response = visitor.post("/logga-in/passkey/", {"credential": answer})

    assert response.status_code == 403
    assert "Passkeyn gick inte att använda" in response.content.decode()


def test_a3_no_attestation_is_asked_for_or_kept() -> None:
    assert passkey_ceremony.Ceremony(None).get_attestation_conveyance_preference().value == "none"


@pytest.fixture
def alfa(db: None) -> CareUnit:
    return unit("Alfa", 101, CareProvider.objects.create(name="Region", hsa_id="SE2321000016-0001"))


def test_a4_strictest_unit_decides_and_patients_are_never_forced(anna: Person, alfa: CareUnit) -> None:
    beta = unit("Beta", 102, alfa.provider)
    CareUnit.objects.filter(pk=beta.pk).update(passkey_policy=Policy.DEVICE_BOUND)
    give(anna, Role.PATIENT, beta)
    assert passkey_policy.demanded_of(anna, at=clock.now()) == Policy.OFFERED
    give(anna, Role.THERAPIST, alfa)
    give(anna, Role.COORDINATOR, beta)

    assert passkey_policy.demanded_of(anna, at=clock.now()) == Policy.DEVICE_BOUND


@pytest.mark.parametrize(
    ("device", "policy", "meets"),
    [
        (AuthenticatorApp(), Policy.OFFERED, True),
        (AuthenticatorApp(), Policy.REQUIRED, False),
        (RecoverySheet(), Policy.REQUIRED, False),
        (Passkey(backup_eligible=True), Policy.REQUIRED, True),
        (Passkey(backup_eligible=True), Policy.DEVICE_BOUND, False),
        (Passkey(backup_eligible=False), Policy.DEVICE_BOUND, True),
    ],
)
def test_a4_factor_meets_the_policy_or_not(
    device: AuthenticatorApp | Passkey, policy: str, meets: bool
) -> None:
    assert passkey_policy.meets(device, policy) is meets


def test_a4_without_the_passkey_that_is_demanded_her_own_page_alone_opens(
    anna: Person, alfa: CareUnit, visitor: Client, code: Code
) -> None:
    CareUnit.objects.update(passkey_policy=Policy.REQUIRED)
    give(anna, Role.THERAPIST, alfa)
    visitor.post("/logga-in/", {"email": anna.email, "password": PASSWORD})
    visitor.post("/logga-in/kod/", {"code": code()})

    assert visitor.get("/arbetslista/").headers["Location"] == "/konto/"
    assert visitor.get("/arbetslista/", headers={"accept": "*/*"}).status_code == 403
    assert visitor.get("/konto/").status_code == 200


def test_a4_with_it_a_code_signs_her_in_no_more(
    anna: Person, alfa: CareUnit, visitor: Client, code: Code
) -> None:
    CareUnit.objects.update(passkey_policy=Policy.REQUIRED)
    give(anna, Role.THERAPIST, alfa)
    Passkey.objects.create(user=anna, name="a", credential_id=b"abc", public_key=b"x", aaguid="")
    visitor.post("/logga-in/", {"email": anna.email, "password": PASSWORD})

    assert visitor.post("/logga-in/kod/", {"code": code()}).status_code == 403
    assert "_auth_user_id" not in visitor.session
