"""Pages of sign-in: decides that no browser or proxy keeps them, since they may hold a seed or held text."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def private_page(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Render, never to be stored; the visitor is not signed in yet, so nothing else would say so."""
    response = render(request, template, context, status=status)
    response["Cache-Control"] = "no-store"
    return response
