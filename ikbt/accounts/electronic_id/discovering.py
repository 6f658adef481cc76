"""Where a provider answers, with which keys it signs: decides what of its own words is taken."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from ikbt.accounts.electronic_id.calling import get_document
from ikbt.accounts.electronic_id.providers import Provider, is_safe_address, origin_of
from ikbt.accounts.electronic_id.refusing import Refused

KEPT_SECONDS = 60 * 60
# An unknown key id makes us ask for the keys again; a flood of them, not more often than this.
ASK_AGAIN_SECONDS = 60


@dataclass(frozen=True)
class Endpoints:
    """The addresses of a provider; `names_itself` tells that its replies carry `iss`."""

    authorization: str
    token: str
    jwks: str
    names_itself: bool


def endpoints_of(provider: Provider) -> Endpoints:
    """From the table, or from the issuer's own discovery document, kept for an hour. Raises Refused."""
    if provider.endpoints:
        return Endpoints(**provider.endpoints, names_itself=provider.names_itself)
    place = _place("discovery", provider)
    found: Endpoints | None = cache.get(place)
    if found is None:
        url = f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration"
        found = read_discovery(provider, get_document(provider, url))
        cache.set(place, found, KEPT_SECONDS)
    return found


def read_discovery(provider: Provider, document: dict[str, Any]) -> Endpoints:
    """What the document says; raises Refused when it is another issuer's or points to another host."""
    if document.get("issuer") != provider.issuer:
        raise Refused("discovery document of another issuer")
    urls = [document.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
    own = [url for url in urls if isinstance(url, str) and _is_its(provider, url)]
    if len(own) != len(urls):
        raise Refused("discovery document points elsewhere")
    names_itself = document.get("authorization_response_iss_parameter_supported") is True
    return Endpoints(own[0], own[1], own[2], names_itself or provider.names_itself)


def keys_of(provider: Provider, *, key_id: str) -> KeySet:
    """Its public keys, kept for an hour; asked for anew, once a minute, when `key_id` is not there."""
    place = _place("keys", provider)
    document = cache.get(place)
    if document is None or (key_id not in _ids(document) and _may_ask_again(provider)):
        document = get_document(provider, endpoints_of(provider).jwks)
        cache.set(place, document, KEPT_SECONDS)
    try:
        return KeySet.import_key_set({"keys": list(_signing(document))})
    except (JoseError, TypeError, ValueError, KeyError) as wrong:
        raise Refused("provider's keys can't be read") from wrong


def _is_its(provider: Provider, url: str) -> bool:
    return is_safe_address(url) and origin_of(url) in provider.origins


def _signing(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Public signing keys with an id; a provider that publishes a shared secret gets nothing for it."""
    keys = document.get("keys")
    if not isinstance(keys, list):
        raise Refused("provider's keys can't be read")
    return [
        key
        for key in keys
        if isinstance(key, dict)
        and key.get("kty") in {"RSA", "EC", "OKP"}
        and key.get("use", "sig") == "sig"
        and isinstance(key.get("kid"), str)
    ]


def _ids(document: dict[str, Any]) -> set[str]:
    return {key["kid"] for key in _signing(document)}


def _may_ask_again(provider: Provider) -> bool:
    return bool(cache.add(_place("asked", provider), True, ASK_AGAIN_SECONDS))


def _place(what: str, provider: Provider) -> str:
    # The addresses are part of it: a changed table must not meet what an earlier one fetched.
    told = "\n".join((provider.key, provider.issuer, *sorted(provider.endpoints.values())))
    return f"electronic-id-{what}-{hashlib.sha256(told.encode()).hexdigest()}"
