"""The identity token: decides, claim by claim, whether it is the provider's answer to our very question."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from typing import Any, TypeGuard

from authlib.oidc.core import CodeIDToken
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from ikbt.accounts.electronic_id.discovering import keys_of
from ikbt.accounts.electronic_id.providers import Provider
from ikbt.accounts.electronic_id.refusing import Refused

# Two machines' clocks may differ by this much.
LEEWAY_SECONDS = 60
# An identity token is made when the code is exchanged: an older one is kept from another time.
OLDEST_SECONDS = 10 * 60
LONGEST_SUBJECT = 255
# Headers by which a sender tells where the key is to be found, or changes what is signed.
REFUSED_HEADERS = frozenset({"jwk", "jku", "x5u", "crit", "b64", "zip"})
Claims = Mapping[str, Any]


class Registry(jws.JWSRegistry):
    """joserfc's rules, with room for a certificate in the header: some send it, and we pass it over."""

    max_header_length = 8 * 1024


@dataclass(frozen=True)
class Asked:
    """What the token must answer."""

    provider: Provider
    nonce: str
    access_token: str
    max_age: int
    at: datetime


def read_id_token(id_token: str, asked: Asked) -> Claims:
    """The claims, all of them checked; raises Refused with the first thing that is wrong.

    1. The header: algorithm of the table, a known key, nothing that names a key of the sender's own.
    2. The signature.
    3. Authlib's rules for the code flow.
    4. Ours: each claim must be there, of the right type, and say exactly what was asked for.
    """
    key_id = _check_header(id_token, asked.provider)
    claims: Claims = _verified(id_token, keys_of(asked.provider, key_id=key_id), asked)
    for check in (_check_parties, _check_times, _check_nonce, _check_level, _check_sign_in_time, _check_hash):
        check(claims, asked)
    return claims


def _check_header(id_token: str, provider: Provider) -> str:
    try:
        header = jws.extract_compact(id_token.encode("ascii"), registry=Registry()).headers()
    except (JoseError, ValueError) as wrong:
        raise Refused("identity token can't be read") from wrong
    # str() first: a list is no key of a set.
    if str(header.get("alg")) not in provider.algorithms:
        raise Refused("algorithm not accepted")
    if REFUSED_HEADERS & set(header):
        raise Refused("header brings its own key")
    key_id = header.get("kid")
    if not isinstance(key_id, str):
        raise Refused("no key id")
    return key_id


def _verified(id_token: str, keys: KeySet, asked: Asked) -> CodeIDToken:
    registry = Registry(algorithms=sorted(asked.provider.algorithms), strict_check_header=False)
    try:
        token = jwt.decode(id_token, keys, registry=registry)
    except (JoseError, ValueError, TypeError) as wrong:
        raise Refused("signature is not the provider's") from wrong
    options = {"iss": {"essential": True, "value": asked.provider.issuer}}
    params = {
        "nonce": asked.nonce,
        "client_id": asked.provider.client_id,
        "access_token": asked.access_token,
        "max_age": asked.max_age,
    }
    claims = CodeIDToken(token.claims, token.header, options, params)
    try:
        claims.validate(now=int(asked.at.timestamp()), leeway=LEEWAY_SECONDS)
    except JoseError as wrong:
        # Authlib names the claim, one of a handful; never its value.
        raise Refused(f"claim {_named(wrong)} not accepted") from wrong
    except (TypeError, ValueError, AttributeError) as wrong:
        raise Refused("a claim has the wrong type") from wrong
    return claims


def _check_parties(claims: Claims, asked: Asked) -> None:
    """Issuer exactly; audience ourselves and nobody else, whether written as a word or as a list."""
    client_id = asked.provider.client_id
    if claims.get("iss") != asked.provider.issuer:
        raise Refused("claim iss not accepted")
    if claims.get("aud") not in (client_id, [client_id]):
        raise Refused("claim aud not accepted")
    if "azp" in claims and claims["azp"] != client_id:
        raise Refused("claim azp not accepted")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        raise Refused("claim sub not accepted")


def _check_times(claims: Claims, asked: Asked) -> None:
    """Not expired, not from the future, not old; `nbf` only if it is there."""
    now = asked.at.timestamp()
    if _moment(claims, "exp") <= now - LEEWAY_SECONDS:
        raise Refused("claim exp not accepted")
    if not now - OLDEST_SECONDS <= _moment(claims, "iat") <= now + LEEWAY_SECONDS:
        raise Refused("claim iat not accepted")
    if "nbf" in claims and _moment(claims, "nbf") > now + LEEWAY_SECONDS:
        raise Refused("claim nbf not accepted")


def _check_nonce(claims: Claims, asked: Asked) -> None:
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not hmac.compare_digest(nonce.encode(), asked.nonce.encode()):
        raise Refused("claim nonce not accepted")


def _check_level(claims: Claims, asked: Asked) -> None:
    """Level letter by letter, one only; method one of the accepted where the table names any."""
    acr = claims.get("acr")
    if not isinstance(acr, str) or acr not in asked.provider.acr_accepted:
        raise Refused("level (acr) not accepted")
    accepted, amr = asked.provider.amr_accepted, claims.get("amr")
    if accepted and not (_is_words(amr) and accepted & set(amr)):
        raise Refused("method (amr) not accepted")


def _check_sign_in_time(claims: Claims, asked: Asked) -> None:
    """She showed her e-ID within `max_age`: a provider may have kept her signed in since this morning."""
    now, shown = asked.at.timestamp(), _moment(claims, "auth_time")
    if not now - asked.max_age - LEEWAY_SECONDS <= shown <= now + LEEWAY_SECONDS:
        raise Refused("claim auth_time not accepted")


def _check_hash(claims: Claims, asked: Asked) -> None:
    """Authlib has compared it with the access token, unless it was empty."""
    if "at_hash" in claims and not (isinstance(claims["at_hash"], str) and claims["at_hash"]):
        raise Refused("claim at_hash not accepted")


def _moment(claims: Claims, name: str) -> float:
    moment = claims.get(name)
    # To Python True is a number, and NaN is neither early nor late.
    if isinstance(moment, bool) or not isinstance(moment, int | float) or not isfinite(moment):
        raise Refused(f"claim {name} not accepted")
    return moment


def _is_words(value: Any) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(word, str) for word in value)


def _named(wrong: JoseError) -> str:
    claim = str(getattr(wrong, "claim", ""))
    return claim if claim in CodeIDToken.REGISTERED_CLAIMS else "of its own"
