"""The table of providers: decides what an entry must say before anybody is sent to it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import Enum
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import get_language

# Signatures that only the provider's own key makes; a shared secret ("HS256") or none at all can be forged.
ALGORITHMS = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)
WAYS_TO_SHOW_SECRET = frozenset({"client_secret_basic", "client_secret_post"})
ENDPOINTS = frozenset({"authorization", "token", "jwks"})
CLAIMS = frozenset({"personal_number", "employee", "commission"})
# What the protocol sets by itself: a table that could set them could switch a check off.
OWN_PARAMETERS = frozenset(
    {"response_type", "response_mode", "client_id", "redirect_uri", "scope", "state", "nonce", "acr_values"}
    | {"code_challenge", "code_challenge_method", "max_age", "request", "request_uri"}
)
KEY = re.compile(r"[a-z][a-z0-9-]{0,29}", re.ASCII)
# Letters that mean the same to every reader of addresses; no user before the host, nothing after the path.
ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9.-]+)(:[1-9][0-9]{0,4})?(/[A-Za-z0-9._~/-]*)?", re.ASCII
)
LOOPBACK = frozenset({"localhost", "127.0.0.1"})
LONGEST_AGE_SECONDS = 12 * 60 * 60


class Kind(Enum):
    """Whom a provider may sign in."""

    PATIENT = "patient"
    STAFF = "staff"
    ANY = "any"


class BadTable(ValueError):
    """An entry of ELECTRONIC_ID_PROVIDERS can't be used; the sentence says why, without secrets."""


@dataclass(frozen=True)
class Provider:
    """One row of the table. What is accepted (`acr_accepted`) is apart from what we ask (`acr_values`)."""

    key: str
    name: Mapping[str, str]
    kind: Kind
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    acr_accepted: frozenset[str]
    # Empty: the level says enough, any method will do.
    amr_accepted: frozenset[str] = frozenset()
    acr_values: str = ""
    algorithms: frozenset[str] = frozenset({"RS256"})
    # How long ago, in seconds, she may have shown her e-ID to the provider.
    max_age: int = 300
    scope: str = "openid"
    # More to send on the way out, such as ui_locales or the choice of a broker's method.
    parameters: Mapping[str, str] = field(default_factory=dict)
    client_authentication: str = "client_secret_basic"
    # Empty: taken from the issuer's discovery document.
    endpoints: Mapping[str, str] = field(default_factory=dict)
    # With `endpoints`: whether replies carry `iss` (RFC 9207); a discovery document says it itself.
    names_itself: bool = False
    claims: Mapping[str, str] = field(default_factory=dict)
    trusts_personal_number: bool = False

    @property
    def shown_name(self) -> str:
        """The name in the page's language, or in Swedish."""
        return self.name.get((get_language() or "sv")[:2], self.name["sv"])

    @property
    def origins(self) -> frozenset[str]:
        """Scheme, host and port of the only addresses that are ever called."""
        return frozenset(origin_of(url) for url in (self.issuer, *self.endpoints.values()))


def table() -> dict[str, Provider]:
    """The configured providers by key, in the settings' order; raises BadTable."""
    read = [provider_of(entry) for entry in settings.ELECTRONIC_ID_PROVIDERS]
    found = {provider.key: provider for provider in read}
    if len(found) != len(read):
        raise BadTable("Two providers have the same key.")
    return found


def provider_of(entry: Mapping[str, Any]) -> Provider:
    """An entry of the settings as a provider; raises BadTable with every fault that it has."""
    known = {one.name for one in fields(Provider)}
    shown = f"E-ID provider {entry.get('key')!r}"
    if set(entry) - known:
        raise BadTable(f"{shown}: unknown {', '.join(sorted(set(entry) - known))}.")
    missing = {"key", "name", "kind", "issuer", "client_id", "client_secret", "acr_accepted"} - set(entry)
    if missing:
        raise BadTable(f"{shown}: missing {', '.join(sorted(missing))}.")
    try:
        kind = Kind(entry["kind"])
    except ValueError as wrong:
        raise BadTable(f"{shown}: kind must be patient, staff or any.") from wrong
    sets = {name: _set(shown, name, entry[name]) for name in _SETS if name in entry}
    provider = Provider(**{**entry, **sets, "kind": kind})
    faults = [sentence for holds, sentence in _demands(provider) if not holds]
    if faults:
        raise BadTable(f"{shown}: {'; '.join(faults)}.")
    return provider


def origin_of(url: str) -> str:
    """Scheme, host and port, as two addresses of one server share them."""
    parts = urlsplit(url)
    standard = {"https": 443, "http": 80}.get(parts.scheme)
    return f"{parts.scheme}://{parts.hostname}:{parts.port or standard}"


def is_safe_address(url: str) -> bool:
    """HTTPS without user, query or fragment; plain HTTP on this machine alone, where tests say so."""
    found = ADDRESS.fullmatch(url)
    if found is None:
        return False
    return found["scheme"] == "https" or (settings.ELECTRONIC_ID_PLAIN_HTTP and found["host"] in LOOPBACK)


_SETS = ("acr_accepted", "amr_accepted", "algorithms")


def _set(shown: str, name: str, values: Any) -> frozenset[str]:
    # A lone string would be taken letter by letter.
    if not isinstance(values, Sequence | frozenset | set) or isinstance(values, str):
        raise BadTable(f"{shown}: {name} must be a list.")
    if not all(isinstance(value, str) and value for value in values):
        raise BadTable(f"{shown}: {name} must hold words.")
    return frozenset(values)


def _demands(provider: Provider) -> list[tuple[bool, str]]:
    return [
        *_demands_on_identity(provider),
        (bool(provider.acr_accepted), "acr_accepted is empty, so nobody could come in"),
        (bool(provider.algorithms) and provider.algorithms <= ALGORITHMS, "algorithms must be asymmetric"),
        (_is_age(provider.max_age), "max_age must be 1 to 43200"),
        ("openid" in provider.scope.split(), "scope must hold openid"),
        (provider.client_authentication in WAYS_TO_SHOW_SECRET, "unknown client_authentication"),
        (not set(provider.parameters) & OWN_PARAMETERS, "parameters may not replace the protocol's own"),
        (set(provider.endpoints) in (set(), ENDPOINTS), "endpoints must name all three or none"),
        (all(map(is_safe_address, provider.endpoints.values())), "each endpoint must be an HTTPS address"),
        (set(provider.claims) <= CLAIMS, "unknown claim"),
        (
            not provider.trusts_personal_number or bool(provider.claims.get("personal_number")),
            "trusts_personal_number needs claims.personal_number",
        ),
    ]


def _is_age(seconds: object) -> bool:
    # type(), since True is an int.
    return type(seconds) is int and 0 < seconds <= LONGEST_AGE_SECONDS


def _demands_on_identity(provider: Provider) -> list[tuple[bool, str]]:
    return [
        (KEY.fullmatch(provider.key) is not None, "key must be lower-case letters, digits and hyphens"),
        (bool(provider.name.get("sv") and provider.name.get("en")), "name needs sv and en"),
        (is_safe_address(provider.issuer), "issuer must be an HTTPS address without query or fragment"),
        (bool(provider.client_id and provider.client_secret), "client_id and client_secret may not be empty"),
    ]
