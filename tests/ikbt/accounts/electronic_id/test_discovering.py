"""D7: a provider is called at its own host alone, whatever it says of itself; its keys are kept."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.test import Client
from joserfc.jwk import OctKey
from pytest_django import Settings

from ikbt.accounts.electronic_id import calling
from ikbt.accounts.electronic_id.calling import ForeignAddress, client, get_document
from ikbt.accounts.electronic_id.discovering import endpoints_of, keys_of
from ikbt.accounts.electronic_id.providers import Provider, table
from ikbt.accounts.electronic_id.refusing import Refused
from ikbt.accounts.models import Person
from ikbt.audit.models import Entry
from tests.ikbt.accounts.electronic_id.conftest import START, Walk, entry
from tests.openid.forger import OTHER_KEY, Answer, Forger, signed

ELSEWHERE = "http://127.0.0.1:9"


def provider(broker: Forger) -> Provider:
    return table()["broker"]


@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint", "jwks_uri"])
@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/x",
        "http://localhost/x",
        f"{ELSEWHERE}/x",
        "file:///etc/passwd",
        "//evil.example/x",
        "/jwks",
        "",
        None,
        7,
        ["https://evil.example"],
    ],
)
def test_d7_discovery_document_that_points_elsewhere_is_refused(
    broker: Forger, name: str, address: object
) -> None:
    broker.discovery = {name: address}

    with pytest.raises(Refused, match="points elsewhere"):
        endpoints_of(provider(broker))
    assert broker.called == ["/.well-known/openid-configuration"]


@pytest.mark.parametrize("issuer", ["https://evil.example", "", None])
def test_d7_discovery_document_of_another_issuer_is_refused(broker: Forger, issuer: str | None) -> None:
    broker.discovery = {"issuer": issuer}

    with pytest.raises(Refused, match="another issuer"):
        endpoints_of(provider(broker))


def test_d7_start_is_refused_in_the_same_words_when_discovery_fails(
    db: None, broker: Forger, visitor: Client
) -> None:
    broker.discovery = {"token_endpoint": "https://evil.example/token"}

    response = visitor.post(START, {"held": '[["text", "Jag gick ut en stund."]]', "next": "/behandling/"})

    assert response.status_code == 403
    assert "Det gick inte att logga in dig med e-legitimation" in response.content.decode()
    assert "Jag gick ut en stund." in response.content.decode()
    assert Entry.objects.refused().get().reason == "e-ID broker: discovery document points elsewhere"


def test_endpoints_of_the_table_are_taken_without_asking(broker: Forger, settings: Settings) -> None:
    endpoints = {name: f"{broker.issuer}/own/{name}" for name in ("authorization", "token", "jwks")}
    settings.ELECTRONIC_ID_PROVIDERS = [entry(broker.issuer, endpoints=endpoints, names_itself=True)]

    found = endpoints_of(provider(broker))

    assert (found.token, found.names_itself) == (f"{broker.issuer}/own/token", True)
    assert broker.called == []


def test_discovery_document_is_kept(broker: Forger) -> None:
    for _ in range(3):
        endpoints_of(provider(broker))

    assert broker.called == ["/.well-known/openid-configuration"]


def test_unknown_key_id_asks_for_the_keys_again_but_a_flood_does_not(broker: Forger) -> None:
    endpoints_of(provider(broker))
    broker.called.clear()

    for number in range(20):
        keys_of(provider(broker), key_id=f"unknown-{number}")

    assert broker.called == ["/jwks", "/jwks"]


def test_new_key_of_the_provider_is_found(klara: Person, walk: Walk) -> None:
    keys_of(provider(walk.forger), key_id="own")
    new = OTHER_KEY.as_dict(private=False, kid="new")
    walk.forger.keys = [new]

    def with_new_key(answer: Answer) -> None:
        answer.body["id_token"] = signed({**answer.header, "kid": "new"}, answer.claims, OTHER_KEY)

    walk.forger.forge = with_new_key
    walk.come_back()

    assert walk.signed_in_as == str(klara.pk)


@pytest.mark.parametrize(
    "keys",
    [
        [],
        [{"kty": "RSA", "kid": "own"}],
        [{"kty": "RSA", "kid": "own", "n": "%%", "e": "AQAB"}],
        ["no key"],
        [OctKey.import_key(b"s" * 32).as_dict(private=True, kid="own")],
        [OTHER_KEY.as_dict(private=False, kid="own", use="enc")],
    ],
)
def test_keys_that_can_not_be_used_sign_nobody_in(klara: Person, walk: Walk, keys: list[object]) -> None:
    walk.forger.keys = keys  # type: ignore[assignment]

    assert walk.come_back().status_code == 403
    assert walk.signed_in_as is None
    assert Entry.objects.refused().count() == 1


@pytest.mark.parametrize("url", ["https://evil.example/x", f"{ELSEWHERE}/x", "http://127.0.0.1/jwks"])
def test_d7_client_sends_nothing_to_a_foreign_host(broker: Forger, url: str) -> None:
    with client(provider(broker)) as session, pytest.raises(ForeignAddress):
        session.get(url, withhold_token=True)


def test_d7_fence_holds_for_redirects_too(broker: Forger) -> None:
    """Should a later hand follow redirects, the address is looked at again."""
    with client(provider(broker)) as session, pytest.raises(ForeignAddress):
        session.get(ELSEWHERE, withhold_token=True, allow_redirects=True)


@pytest.fixture
def liar() -> Iterator[HTTPServer]:
    """A server that answers as its `answer` says."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = self.server.answer  # type: ignore[attr-defined]
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            try:
                self.wfile.write(body)
            except OSError:
                # We hung up on it, as we should on endless answers.
                self.close_connection = True

        def log_message(self, *args: object) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


GOOD = json.dumps({"good": True}).encode()


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ((302, {"Location": "/there"}, b""), "could not be reached"),
        ((500, {}, GOOD), "no usable document"),
        ((200, {}, b"<html>"), "could not be reached"),
        ((200, {}, b"[1]"), "no usable document"),
        ((200, {}, b'{"a": "' + b"x" * calling.MOST_BYTES + b'"}'), "could not be reached"),
    ],
)
def test_answer_that_is_no_short_json_object_is_refused(
    liar: HTTPServer, settings: Settings, answer: object, why: str
) -> None:
    settings.ELECTRONIC_ID_PLAIN_HTTP = True
    issuer = f"http://127.0.0.1:{liar.server_address[1]}"
    settings.ELECTRONIC_ID_PROVIDERS = [entry(issuer)]
    liar.answer = answer  # type: ignore[attr-defined]

    with pytest.raises(Refused, match=why):
        get_document(table()["broker"], f"{issuer}/x")


def test_honest_short_answer_is_taken(liar: HTTPServer, settings: Settings) -> None:
    settings.ELECTRONIC_ID_PLAIN_HTTP = True
    issuer = f"http://127.0.0.1:{liar.server_address[1]}"
    settings.ELECTRONIC_ID_PROVIDERS = [entry(issuer)]
    liar.answer = (200, {}, GOOD)  # type: ignore[attr-defined]

    assert get_document(table()["broker"], f"{issuer}/x") == {"good": True}


def test_provider_that_is_down_refuses_and_logs(db: None, settings: Settings, visitor: Client) -> None:
    settings.ELECTRONIC_ID_PLAIN_HTTP = True
    settings.ELECTRONIC_ID_PROVIDERS = [entry(ELSEWHERE)]

    response = visitor.post(START)

    assert response.status_code == 403
    assert Entry.objects.refused().get().reason == "e-ID broker: provider could not be reached"
