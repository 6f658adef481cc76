"""A11: replies mutated one by one; each is refused with its own log row and the same words on the screen."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse

from ikbt.accounts.models import ElectronicIdentity, Person
from ikbt.audit.models import Entry
from tests.ikbt.accounts.electronic_id.conftest import OTHER_NUMBER, Walk
from tests.openid.forger import (
    CLIENT_ID,
    CLIENT_SECRET,
    LOA2,
    LOA3,
    OTHER_KEY,
    OWN_KEY,
    Answer,
    half_hash,
    signed,
)

Change = Callable[[Answer], object]
SIGNATURE = "signature is not the provider's"
ALGORITHM = "algorithm not accepted"


def claim(name: str, value: Any) -> Change:
    """One claim says something else."""
    return lambda answer: answer.claims.update({name: value})


def without(name: str) -> Change:
    """One claim is not there."""
    return lambda answer: answer.claims.pop(name)


def later(name: str, seconds: int) -> Change:
    """A moment is moved."""
    return lambda answer: answer.claims.update(
        {name: answer.claims.get(name, answer.claims["iat"]) + seconds}
    )


def header(**changes: Any) -> Change:
    """The signed header says something else."""
    return lambda answer: answer.header.update(changes)


def body(**changes: Any) -> Change:
    """The token endpoint's document says something else."""
    return lambda answer: answer.body.update(changes)


def _coded(part: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def unsigned(answer: Answer) -> None:
    answer.body["id_token"] = f"{_coded({'alg': 'none', 'kid': 'own'})}.{_coded(answer.claims)}."


def with_shared_secret(secret: bytes) -> Change:
    """HS256, by hand: joserfc would not sign with a public key."""

    def change(answer: Answer) -> None:
        signed_part = f"{_coded({**answer.header, 'alg': 'HS256'})}.{_coded(answer.claims)}"
        mark = hmac.new(secret, signed_part.encode(), hashlib.sha256).digest()
        answer.body["id_token"] = f"{signed_part}.{base64.urlsafe_b64encode(mark).rstrip(b'=').decode()}"

    return change


def with_other_key(answer: Answer) -> None:
    answer.body["id_token"] = signed(answer.header, answer.claims, OTHER_KEY)


def with_own_key_in_header(answer: Answer) -> None:
    told = {**answer.header, "jwk": OTHER_KEY.as_dict(private=False)}
    answer.body["id_token"] = signed(told, answer.claims, OTHER_KEY)


def with_changed_claims(answer: Answer) -> None:
    head, _, mark = signed(answer.header, answer.claims).split(".")
    answer.body["id_token"] = f"{head}.{_coded({**answer.claims, 'sub': 'somebody else'})}.{mark}"


def not_json_claims(answer: Answer) -> None:
    answer.body["id_token"] = signed(answer.header, ["no", "object"])  # type: ignore[arg-type]


def redirect(answer: Answer) -> None:
    answer.status, answer.location = 302, "http://127.0.0.1:1/token"


IN_THE_TOKEN: dict[str, tuple[Change, str]] = {
    "wrong iss": (claim("iss", "https://evil.example"), "claim iss not accepted"),
    "iss with slash": (lambda a: a.claims.update(iss=a.claims["iss"] + "/"), "claim iss not accepted"),
    "iss missing": (without("iss"), "claim iss not accepted"),
    "wrong aud": (claim("aud", "other-client"), "claim azp not accepted"),
    "wrong aud, azp ours": (
        lambda a: a.claims.update(aud="other-client", azp=CLIENT_ID),
        "claim aud not accepted",
    ),
    "aud list of others": (claim("aud", ["other-client"]), "claim azp not accepted"),
    "aud list of us and another": (claim("aud", [CLIENT_ID, "other-client"]), "claim azp not accepted"),
    "aud list of us and another, azp ours": (
        lambda a: a.claims.update(aud=[CLIENT_ID, "other-client"], azp=CLIENT_ID),
        "claim aud not accepted",
    ),
    "aud missing": (without("aud"), "claim aud not accepted"),
    "azp of another": (claim("azp", "other-client"), "claim azp not accepted"),
    "nonce missing": (without("nonce"), "claim nonce not accepted"),
    "nonce other": (claim("nonce", "another-nonce"), "claim nonce not accepted"),
    "nonce as list": (lambda a: a.claims.update(nonce=[a.claims["nonce"]]), "claim nonce not accepted"),
    "expired": (later("exp", -600), "claim exp not accepted"),
    "exp missing": (without("exp"), "claim exp not accepted"),
    "exp as text": (claim("exp", "2099"), "claim exp not accepted"),
    "exp not a number": (claim("exp", float("nan")), "claim exp not accepted"),
    "iat in the future": (later("iat", 600), "claim iat not accepted"),
    "iat long ago": (later("iat", -3600), "claim iat not accepted"),
    "iat missing": (without("iat"), "claim iat not accepted"),
    "nbf in the future": (later("nbf", 600), "claim nbf not accepted"),
    "sub missing": (without("sub"), "claim sub not accepted"),
    "sub empty": (claim("sub", ""), "claim sub not accepted"),
    "sub no text": (claim("sub", 7), "claim sub not accepted"),
    "acr missing": (without("acr"), "level (acr) not accepted"),
    "acr lower": (claim("acr", LOA2), "level (acr) not accepted"),
    "acr list": (claim("acr", [LOA3]), "level (acr) not accepted"),
    "acr longer": (claim("acr", f"{LOA3} "), "level (acr) not accepted"),
    "acr in capitals": (claim("acr", LOA3.upper()), "level (acr) not accepted"),
    "amr wrong": (claim("amr", ["sms"]), "method (amr) not accepted"),
    "amr missing": (without("amr"), "method (amr) not accepted"),
    "amr as text": (claim("amr", "bankid"), "claim amr not accepted"),
    "amr of numbers": (claim("amr", [1]), "method (amr) not accepted"),
    "auth_time too old": (later("auth_time", -3600), "claim auth_time not accepted"),
    "auth_time in the future": (later("auth_time", 600), "claim auth_time not accepted"),
    "auth_time missing": (without("auth_time"), "claim auth_time not accepted"),
    "auth_time true": (claim("auth_time", True), "claim auth_time not accepted"),
    "at_hash of another token": (claim("at_hash", half_hash("another")), "claim at_hash not accepted"),
    "at_hash as list": (claim("at_hash", []), "claim at_hash not accepted"),
    "personal number malformed": (claim("personalIdentityNumber", "1981"), "personal number is malformed"),
    "personal number of ten digits": (
        claim("personalIdentityNumber", "8112189876"),
        "personal number is malformed",
    ),
    "personal number with wrong check digit": (
        claim("personalIdentityNumber", "198112189877"),
        "personal number is malformed",
    ),
    "personal number as list": (
        claim("personalIdentityNumber", ["198112189876"]),
        "personal number is malformed",
    ),
    "personal number missing": (
        without("personalIdentityNumber"),
        "unknown identity without personal number",
    ),
    "person unknown here": (
        claim("personalIdentityNumber", OTHER_NUMBER),
        "nobody here has this personal number",
    ),
}
IN_THE_SIGNATURE: dict[str, tuple[Change, str]] = {
    "alg none": (unsigned, ALGORITHM),
    "HS256 with the public key": (with_shared_secret(OWN_KEY.as_pem(private=False)), ALGORITHM),
    "HS256 with the client's secret": (with_shared_secret(CLIENT_SECRET.encode()), ALGORITHM),
    "RS512, not in the list": (header(alg="RS512"), ALGORITHM),
    "unknown kid": (header(kid="unknown"), SIGNATURE),
    "kid missing": (lambda answer: answer.header.pop("kid"), "no key id"),
    "another's key": (with_other_key, SIGNATURE),
    "key in the header": (with_own_key_in_header, "header brings its own key"),
    "certificate's address in the header": (
        header(x5u="https://evil.example/x"),
        "header brings its own key",
    ),
    "key's address in the header": (header(jku="https://evil.example/jwks"), "header brings its own key"),
    "claims changed after signing": (with_changed_claims, SIGNATURE),
    "claims no object": (not_json_claims, SIGNATURE),
    "no token at all": (body(id_token=""), "identity token can't be read"),
    "not a token": (body(id_token="a.b"), "identity token can't be read"),
    "token of five parts": (body(id_token="a.b.c.d.e"), "identity token can't be read"),
    "token not ASCII": (body(id_token="å.ä.ö"), "identity token can't be read"),
    "token no text": (body(id_token=7), "no identity token for the code"),
    "no access token": (lambda answer: answer.body.pop("access_token"), "no identity token for the code"),
    "other token type": (body(token_type="mac"), "unknown token type"),
    "redirect instead of tokens": (redirect, "code was not exchanged"),
}


def refused(response: HttpResponse, walk: Walk, why: str) -> None:
    """Nobody is signed in; one row tells why; the page tells nothing."""
    assert response.status_code == 403
    assert walk.signed_in_as is None
    row = Entry.objects.refused().get()
    assert (row.reason, row.action, row.actor) == (f"e-ID broker: {why}", "refused", None)
    page = re.sub(r'value="[^"]*"', "", response.content.decode())
    assert "Det gick inte att logga in dig med e-legitimation. Försök igen." in page
    assert not re.search(r"acr|amr|nonce|signatur|utfärdare|personnummer|inaktiv", page)
    assert not ElectronicIdentity.objects.exists()


@pytest.mark.parametrize("name", IN_THE_TOKEN)
def test_a11_mutated_claim_is_refused(klara: Person, walk: Walk, name: str) -> None:
    change, why = IN_THE_TOKEN[name]
    walk.forger.forge = change

    refused(walk.come_back(), walk, why)


@pytest.mark.parametrize("name", IN_THE_SIGNATURE)
def test_a11_mutated_token_is_refused(klara: Person, walk: Walk, name: str) -> None:
    change, why = IN_THE_SIGNATURE[name]
    walk.forger.forge = change

    refused(walk.come_back(), walk, why)


IN_THE_ADDRESS: dict[str, tuple[dict[str, str | None], str]] = {
    "state missing": ({"state": None}, "state is not of this browser"),
    "state empty": ({"state": ""}, "state is not of this browser"),
    "state other": ({"state": "x" * 43}, "state is not of this browser"),
    "state not ASCII": ({"state": "å"}, "state is not of this browser"),
    "iss wrong": ({"iss": "https://evil.example"}, "reply of another issuer"),
    "iss missing": ({"iss": None}, "reply does not name its issuer"),
    "error": ({"error": "access_denied"}, "provider said access_denied"),
    "error with a script": ({"error": "<script>"}, "provider said something unreadable"),
    "error without code": ({"error": "server_error", "code": None}, "provider said server_error"),
    "code missing": ({"code": None}, "reply without code"),
    "code invented": ({"code": "invented"}, "code was not exchanged"),
    "code too long": ({"code": "x" * 5000}, "reply without code"),
}


@pytest.mark.parametrize("name", IN_THE_ADDRESS)
def test_a11_mutated_address_is_refused(klara: Person, walk: Walk, name: str) -> None:
    changes, why = IN_THE_ADDRESS[name]
    reply = {key: value for key, value in {**walk.reply(), **changes}.items() if value is not None}

    refused(walk.come_back(reply), walk, why)


@pytest.mark.parametrize("document", [[], ["id_token"], "text", 7, None, {"error": ["a"]}, {"error": "bad"}])
def test_a11_answer_of_another_shape_is_refused(klara: Person, walk: Walk, document: Any) -> None:
    def answer_so(answer: Answer) -> None:
        answer.body = document
        if isinstance(document, dict):
            answer.status = 400

    walk.forger.forge = answer_so

    refused(walk.come_back(), walk, "code was not exchanged")


@pytest.mark.parametrize("twice", ["state", "code", "iss"])
def test_a11_parameter_given_twice_is_refused(klara: Person, walk: Walk, twice: str) -> None:
    reply = walk.reply()

    response = walk.come_back([*reply.items(), (twice, reply[twice])])

    refused(response, walk, "a parameter stands twice in the reply")


def test_a11_state_is_good_once(klara: Person, walk: Walk) -> None:
    walk.forger.forge = claim("acr", LOA2)
    reply = walk.reply()
    walk.come_back(reply)
    Entry.objects.all()._raw_delete("default")
    walk.forger.forge = lambda answer: None

    response = walk.come_back({**reply, "code": walk.forger.code_for(walk.asked)})

    refused(response, walk, "state is not of this browser")


def test_a11_reply_reaching_another_browser_is_refused(klara: Person, walk: Walk) -> None:
    reply = walk.reply()
    walk.client.cookies.clear()

    refused(walk.come_back(reply), walk, "state is not of this browser")


def test_a11_code_made_for_another_verifier_is_refused(klara: Person, walk: Walk) -> None:
    walk.asked = {**walk.asked, "code_challenge": "of-another-verifier"}

    refused(walk.come_back(), walk, "code was not exchanged")


def test_a11_code_made_for_another_client_is_refused(klara: Person, walk: Walk) -> None:
    walk.asked = {**walk.asked, "client_id": "other-client"}

    refused(walk.come_back(), walk, "code was not exchanged")


def test_a11_code_of_another_sign_in_is_refused_by_its_nonce(klara: Person, walk: Walk) -> None:
    """A thief's code with the victim's state: should the verifier fail to stop it, the nonce does."""
    walk.asked = {**walk.asked, "nonce": "of-the-thief"}

    refused(walk.come_back(), walk, "claim nonce not accepted")


def test_deactivated_person_is_refused_in_the_same_words(klara: Person, walk: Walk) -> None:
    Person.objects.update(is_active=False)

    refused(walk.come_back(), walk, "the person is not active")


def test_there_are_at_least_twenty_of_them() -> None:
    assert len(IN_THE_TOKEN) + len(IN_THE_SIGNATURE) + len(IN_THE_ADDRESS) >= 70
