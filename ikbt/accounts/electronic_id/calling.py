"""Calls to a provider: decides that only the table's own hosts are reached, briefly, and little is read."""

from __future__ import annotations

import json
from typing import Any

import requests
from authlib.integrations.requests_client import OAuth2Session
from requests.adapters import HTTPAdapter

from ikbt.accounts.electronic_id.providers import Provider, origin_of
from ikbt.accounts.electronic_id.refusing import Refused

SECONDS = 5
MOST_BYTES = 256 * 1024


class ForeignAddress(requests.RequestException):
    """The address is not one of the provider's own."""


class TooLong(requests.RequestException):
    """More was sent than any honest answer holds."""


class OnlyIts(HTTPAdapter):
    """Sends to the given origins and nowhere else; also what a redirect or a proxy's answer might ask for."""

    def __init__(self, origins: frozenset[str]) -> None:
        super().__init__(max_retries=0)
        self.origins = origins

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """One answer, whole and short; redirects are answers like others, and not followed."""
        if origin_of(request.url or "") not in self.origins:
            raise ForeignAddress("Not an address of the provider's own.")
        kwargs["stream"] = True
        response = super().send(request, *args, **kwargs)
        response._content = _read(response)
        return response


def client(provider: Provider, **more: Any) -> OAuth2Session:
    """Authlib's client for a provider, fenced in."""
    session = OAuth2Session(
        client_id=provider.client_id,
        client_secret=provider.client_secret,
        token_endpoint_auth_method=provider.client_authentication,
        scope=provider.scope,
        code_challenge_method="S256",
        default_timeout=SECONDS,
        **more,
    )
    session.mount("https://", OnlyIts(provider.origins))
    session.mount("http://", OnlyIts(provider.origins))
    session.max_redirects = 0
    return session


def get_document(provider: Provider, url: str) -> dict[str, Any]:
    """A JSON object from one of the provider's own addresses; raises Refused."""
    try:
        with client(provider) as session:
            response = session.get(url, withhold_token=True, allow_redirects=False)
            found = response.json() if response.status_code == requests.codes.ok else None
    except (requests.RequestException, json.JSONDecodeError) as failed:
        raise Refused("provider could not be reached") from failed
    if not isinstance(found, dict):
        raise Refused("provider gave no usable document")
    return found


def _read(response: requests.Response) -> bytes:
    content = b""
    for part in response.iter_content(16 * 1024):
        content += part
        if len(content) > MOST_BYTES:
            response.close()
            raise TooLong("The provider sent too much.")
    return content
