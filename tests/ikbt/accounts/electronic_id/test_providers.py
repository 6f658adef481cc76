"""The table: an entry that could let somebody in by mistake stops the server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from django.utils import translation
from pytest_django import Settings

from ikbt.accounts.electronic_id.checks import providers_are_sound
from ikbt.accounts.electronic_id.providers import BadTable, is_safe_address, provider_of, table
from ikbt.settings import electronic_id
from ikbt.settings.env import MissingSetting
from tests.ikbt.accounts.electronic_id.conftest import entry

GOOD = "https://idp.example.org"
ENDPOINTS = {name: f"https://login.example.org/{name}" for name in ("authorization", "token", "jwks")}


def test_whole_entry_is_taken() -> None:
    provider = provider_of(entry(GOOD, endpoints=ENDPOINTS))

    assert provider.origins == {"https://idp.example.org:443", "https://login.example.org:443"}
    assert "stand-in-secret" not in repr(provider)


def test_name_is_shown_in_the_page_s_language() -> None:
    provider = provider_of(entry(GOOD, name={"sv": "SITHS-kort", "en": "SITHS card"}))

    with translation.override("en"):
        assert provider.shown_name == "SITHS card"
    with translation.override("sv"):
        assert provider.shown_name == "SITHS-kort"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"acr_accepted": []}, "acr_accepted is empty"),
        ({"acr_accepted": "loa3"}, "acr_accepted must be a list"),
        ({"amr_accepted": [""]}, "amr_accepted must hold words"),
        ({"algorithms": []}, "algorithms must be asymmetric"),
        ({"algorithms": ["RS256", "HS256"]}, "algorithms must be asymmetric"),
        ({"algorithms": ["none"]}, "algorithms must be asymmetric"),
        ({"issuer": "http://idp.example.org"}, "issuer must be"),
        ({"issuer": "https://idp.example.org?x=1"}, "issuer must be"),
        ({"issuer": "https://user@idp.example.org"}, "issuer must be"),
        ({"issuer": "http://localhost:3000"}, "issuer must be"),
        ({"endpoints": {"token": "https://idp.example.org/token"}}, "endpoints must name"),
        ({"endpoints": {**ENDPOINTS, "token": "http://login.example.org/t"}}, "each endpoint must be"),
        ({"max_age": 0}, "max_age must be"),
        ({"max_age": True}, "max_age must be"),
        ({"max_age": 100_000}, "max_age must be"),
        ({"scope": "profile"}, "scope must hold openid"),
        ({"client_secret": ""}, "may not be empty"),
        ({"client_authentication": "none"}, "unknown client_authentication"),
        ({"parameters": {"nonce": "mine"}}, "may not replace"),
        ({"claims": {"mail": "email"}}, "unknown claim"),
        ({"claims": {}}, "trusts_personal_number needs"),
        ({"key": "Bank ID"}, "key must be"),
        ({"name": {"sv": "BankID"}}, "name needs"),
        ({"kind": "everybody"}, "kind must be"),
        ({"accept_any_acr": True}, "unknown accept_any_acr"),
    ],
)
def test_entry_with_a_fault_is_refused_in_a_sentence(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(BadTable, match=said) as wrong:
        provider_of(entry(GOOD, **changes) if "issuer" not in changes else {**entry(GOOD), **changes})

    assert "stand-in-secret" not in str(wrong.value)


@pytest.mark.parametrize(
    "name", ["key", "name", "kind", "issuer", "client_id", "client_secret", "acr_accepted"]
)
def test_entry_must_be_whole(name: str) -> None:
    whole = entry(GOOD)
    del whole[name]

    with pytest.raises(BadTable, match=f"missing {name}"):
        provider_of(whole)


def test_two_entries_may_not_share_a_key(settings: Settings) -> None:
    settings.ELECTRONIC_ID_PROVIDERS = [entry(GOOD), entry("https://other.example.org")]

    with pytest.raises(BadTable, match="same key"):
        table()


def test_check_tells_of_a_bad_table_and_is_registered(settings: Settings) -> None:
    assert providers_are_sound(None) == []
    settings.ELECTRONIC_ID_PROVIDERS = [entry(GOOD, acr_accepted=[])]

    assert [message.id for message in providers_are_sound(None)] == ["accounts.E001"]
    assert "accounts.E001" in {message.id for message in run_checks(tags=["security"])}


@pytest.mark.parametrize(
    ("url", "plain", "safe"),
    [
        ("https://idp.example.org", False, True),
        ("https://idp.example.org:8443/a/b", False, True),
        ("http://127.0.0.1:3000", True, True),
        ("http://127.0.0.1:3000", False, False),
        ("http://idp.example.org", True, False),
        ("http://localhost.evil.example", True, False),
        ("https://idp.example.org@evil.example", False, False),
        ("https://idp.example.org\\@evil.example", False, False),
        ("https://idp.example.org/#x", False, False),
        ("https://idp.example.org/ x", False, False),
        ("https://ïdp.example.org", False, False),
        ("https://idp.example.org:0", False, False),
        ("file:///etc/passwd", False, False),
        ("gopher://idp.example.org", False, False),
        ("", False, False),
    ],
)
def test_d7_address_is_https_and_nothing_clever(
    settings: Settings, url: str, plain: bool, safe: bool
) -> None:
    settings.ELECTRONIC_ID_PLAIN_HTTP = plain

    assert is_safe_address(url) is safe


def test_settings_read_the_table_and_each_secret_apart(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    rows, secret = tmp_path / "providers.json", tmp_path / "secret"
    whole = entry(GOOD, key="siths-kort")
    del whole["client_secret"]
    rows.write_text(json.dumps([whole]))
    secret.write_text("from-a-file\n")
    monkeypatch.setenv("IKBT_ELECTRONIC_ID_PROVIDERS_FILE", str(rows))
    monkeypatch.setenv("IKBT_ELECTRONIC_ID_SECRET_SITHS_KORT_FILE", str(secret))

    assert electronic_id.providers() == [{**whole, "client_secret": "from-a-file"}]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "no JSON"),
        ('{"key": "a"}', "list of objects"),
        ('["a"]', "list of objects"),
        ('[{"key": "a", "client_secret": "x"}]', "no client_secret"),
        ('[{"key": "a"}]', "Set IKBT_ELECTRONIC_ID_SECRET_A"),
    ],
)
def test_settings_say_what_is_wrong_with_the_table(
    monkeypatch: pytest.MonkeyPatch, text: str, said: str
) -> None:
    monkeypatch.setenv("IKBT_ELECTRONIC_ID_PROVIDERS", text)

    with pytest.raises(MissingSetting, match=said):
        electronic_id.providers()


def test_without_a_table_nobody_is_offered_an_e_id(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("IKBT_ELECTRONIC_ID_PROVIDERS", raising=False)

    assert electronic_id.providers() == []
