"""What browsers report of our content policy: decides that a place and a rule are logged, and no word that was written.

A report is sent by the browser itself, with no token and from whoever's page it is, so nothing in it is believed,
answered or stored. A planted script that was stopped shows here as a line in the server's own log.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.views.decorators.csrf import csrf_exempt  # noqa: TID251 - no form: the browser has no token to send

from ikbt.accounts.guessing import Limit, count
from ikbt.common import clock
from ikbt.common.client_address import client_address, guessers_place
from ikbt.common.doors import ANYONE
from ikbt.common.fields import blind_index

log = logging.getLogger(__name__)
MOST_BYTES = 16 * 1024
# A browser sends several at once when one thing is wrong on a page.
PACE = Limit(60, timedelta(minutes=5))
MOST_IN_ONE = 20
# Both ways of reporting: `report-uri` (CSP 2) and `report-to` (CSP 3).
KINDS = {"application/csp-report", "application/reports+json", "application/json"}
DIRECTIVE = re.compile(r"[a-z-]{1,40}", re.ASCII)
KEYWORDS = frozenset({"inline", "eval", "wasm-eval", "data", "blob", "self"})
HOST = re.compile(r"[a-z0-9.-]{1,100}", re.ASCII)


@csrf_exempt
@ANYONE("POST")
def report(request: HttpRequest, nobody: None) -> HttpResponse:
    """204 for whatever a browser sends; 413, 415 and 429 for what none does."""
    if request.content_type not in KINDS:
        return HttpResponse(status=415)
    length = str(request.META.get("CONTENT_LENGTH") or "")
    if not (length.isdecimal() and 0 < int(length) <= MOST_BYTES):
        return HttpResponse(status=413)
    place = guessers_place(client_address(request))
    wait = count(blind_index(f"policy report {place}"), PACE, clock.now())
    if wait:
        return HttpResponse(status=429, headers={"Retry-After": str(wait)})
    for directive, blocked, page in told(request.body):
        log.warning("content policy: %s stopped %s on %s", directive, blocked, page)
    return HttpResponse(status=204)


def told(body: bytes) -> Iterator[tuple[str, str, str]]:
    """Directive, what kind of source, and the route of the page; nothing for what has another shape."""
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        # Not JSON, or nested so deep that only a prankster writes it.
        return
    reports = sent if isinstance(sent, list) else [sent]
    for one in reports[:MOST_IN_ONE]:
        facts = _facts(one)
        if facts:
            yield (
                _directive(facts.get("effective-directive") or facts.get("effectiveDirective")),
                _source(facts.get("blocked-uri") or facts.get("blockedURL")),
                _route(facts.get("document-uri") or facts.get("documentURL")),
            )


def _facts(one: Any) -> dict[str, Any] | None:
    facts = (one.get("csp-report") or one.get("body")) if isinstance(one, dict) else None
    return facts if isinstance(facts, dict) else None


def _directive(text: Any) -> str:
    return text if isinstance(text, str) and DIRECTIVE.fullmatch(text) else "?"


def _source(text: Any) -> str:
    """A keyword or a host: an address may carry what was written in its path or query."""
    if not isinstance(text, str):
        return "?"
    if text in KEYWORDS:
        return text
    try:
        host = urlsplit(text).hostname or ""
    except ValueError:
        return "?"
    return host if HOST.fullmatch(host) else "?"


def _route(text: Any) -> str:
    """The route's name: the address itself holds a treatment's id."""
    try:
        return resolve(urlsplit(text).path).view_name if isinstance(text, str) else "?"
    except (ValueError, Resolver404):
        return "?"
