"""A provider in this very process that signs whatever a test wants: replies no honest provider would give."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from joserfc import jws
from joserfc.jwk import RSAKey
from joserfc.jws import JWSRegistry

from ikbt.common import clock

LOA2, LOA3 = "http://id.sambi.se/loa/loa2", "http://id.sambi.se/loa/loa3"
CLIENT_ID, CLIENT_SECRET = "ikbt", "stand-in-secret"
# Made once: two seconds of prime numbers for each test would be a minute.
OWN_KEY = RSAKey.generate_key(2048, parameters={"kid": "own", "use": "sig"})
OTHER_KEY = RSAKey.generate_key(2048, parameters={"kid": "own", "use": "sig"})


class AnyAlgorithm(JWSRegistry):
    """Signs with what a test likes."""

    max_header_length = 8 * 1024


ANY_ALGORITHM = AnyAlgorithm(algorithms=["RS256", "RS512", "HS256"], strict_check_header=False)


@dataclass
class Answer:
    """What the token endpoint is about to say; a test changes it before it is signed."""

    claims: dict[str, Any]
    header: dict[str, Any]
    # A dict from any honest provider.
    body: Any
    sign: Callable[[dict[str, Any], dict[str, Any]], str]
    status: int = 200
    location: str = ""


@dataclass
class Forger:
    """An honest provider, until a test sets `forge`, `discovery` or `subject`."""

    port: int = 0
    subject: dict[str, Any] = field(default_factory=dict)
    forge: Callable[[Answer], object] = lambda answer: None
    discovery: dict[str, Any] = field(default_factory=dict)
    keys: list[dict[str, Any]] = field(default_factory=lambda: [OWN_KEY.as_dict(private=False)])
    # Codes that were given, with what was asked for.
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    called: list[str] = field(default_factory=list)

    @property
    def issuer(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def code_for(self, asked: dict[str, str]) -> str:
        """A code for the question that a browser brought."""
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return code

    def document(self) -> dict[str, Any]:
        """Its discovery document."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "authorization_response_iss_parameter_supported": True,
            **self.discovery,
        }

    def answer(self, form: dict[str, str], authorization: str) -> Answer:
        """To the token endpoint: client, code, address and verifier checked as RFC 6749 and RFC 7636 say."""
        asked = self.codes.pop(form.get("code", ""), None)
        secret = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        right = (
            asked is not None
            and authorization == f"Basic {secret}"
            and form.get("redirect_uri") == asked["redirect_uri"]
            and asked["client_id"] == CLIENT_ID
            and challenge(form.get("code_verifier", "")) == asked["code_challenge"]
        )
        if asked is None or not right:
            return Answer({}, {}, {"error": "invalid_grant"}, signed, status=400)
        return self.honest(asked)

    def honest(self, asked: dict[str, str]) -> Answer:
        """The right answer to a question."""
        now, access_token = int(clock.now().timestamp()), secrets.token_urlsafe(16)
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "exp": now + 300,
            "iat": now,
            "auth_time": now - 5,
            "nonce": asked["nonce"],
            "acr": LOA3,
            "amr": ["bankid"],
            "at_hash": half_hash(access_token),
            **self.subject,
        }
        body = {"access_token": access_token, "token_type": "Bearer", "expires_in": 300}
        return Answer(claims, {"alg": "RS256", "kid": "own", "typ": "JWT"}, body, signed)


def signed(header: dict[str, Any], claims: dict[str, Any], key: Any = OWN_KEY) -> str:
    """A token in the compact form."""
    return jws.serialize_compact(header, json.dumps(claims).encode(), key, registry=ANY_ALGORITHM)


def challenge(verifier: str) -> str:
    """S256 of RFC 7636."""
    return _base64url(hashlib.sha256(verifier.encode()).digest())


def half_hash(text: str) -> str:
    """at_hash of OpenID Connect Core for RS256."""
    return _base64url(hashlib.sha256(text.encode()).digest()[:16])


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@contextmanager
def forging() -> Iterator[Forger]:
    """A forger that listens until the block ends."""
    forger = Forger()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(forger))
    forger.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield forger
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


def _handler(forger: Forger) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            forger.called.append(self.path)
            known = {
                "/.well-known/openid-configuration": forger.document(),
                "/jwks": {"keys": forger.keys},
            }
            self._say(200 if self.path in known else 404, known.get(self.path, {}))

        def do_POST(self) -> None:
            forger.called.append(self.path)
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            answer = forger.answer(form, self.headers.get("Authorization", ""))
            if answer.status == 200:
                forger.forge(answer)
                if isinstance(answer.body, dict):
                    answer.body.setdefault("id_token", answer.sign(answer.header, answer.claims))
            self._say(answer.status, answer.body, answer.location)

        def _say(self, status: int, document: Any, location: str = "") -> None:
            content = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            if location:
                self.send_header("Location", location)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: object) -> None:
            """Quiet: a test's output is for the test."""

    return Handler
