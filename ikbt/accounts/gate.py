"""The gate: decides that without a verified second factor only public pages and sign-in answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from ikbt.accounts import held, signing_in
from ikbt.accounts.access import ONESELF, is_verified
from ikbt.accounts.requests import wants_page
from ikbt.accounts.views import sign_in
from ikbt.common import clock
from ikbt.common.doors import PUBLIC, READING
from ikbt.common.scoping import serving

# Wagtail's page view; ikbt's other public views say so at their door.
PUBLIC_ROUTES = frozenset({"wagtail_serve"})


class require_second_factor:  # noqa: N801 - named as the function it acts as; a class because Django asks for process_view
    """Refuse by default: what is not declared public asks for a verified second factor."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with serving():
            return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: object, kwargs: object
    ) -> HttpResponseBase | None:
        """Runs once the route is known and before its view."""
        if is_verified(request):
            return _only_her_own_page(request, view)
        if is_public(request, view):
            return None
        return _refusal(request)


def is_public(request: HttpRequest, view: Callable[..., Any]) -> bool:
    """Behind a door that holds public data, or one of Wagtail's pages, which are only read."""
    door = getattr(view, "door", None)
    if door is not None:
        return bool(door.data == PUBLIC)
    name = request.resolver_match.view_name if request.resolver_match else ""
    return name in PUBLIC_ROUTES and request.method in READING


def _only_her_own_page(request: HttpRequest, view: Callable[..., Any]) -> HttpResponseBase | None:
    """Whose unit demands a passkey that she has not got may come in to make one, and no further."""
    if signing_in.OWES_PASSKEY not in request.session:
        return None
    if is_public(request, view) or getattr(view, "door", None) is ONESELF:
        return None
    return (
        redirect("accounts:own_page")
        if wants_page(request)
        else JsonResponse({"error": "passkey"}, status=403)
    )


def _refusal(request: HttpRequest) -> HttpResponseBase:
    if not wants_page(request):
        return JsonResponse({"error": "signed_out"}, status=403)
    if request.method == "POST":
        return sign_in.ask_again(request, path=request.get_full_path(), kept=held.take(request.POST))
    waiting = signing_in.pending_person(request, at=clock.now()) is not None
    page = reverse("accounts:code" if waiting else "accounts:sign_in")
    query = {"next": request.get_full_path()}
    if not waiting and signing_in.had_session(request):
        query["expired"] = "1"
    return redirect(f"{page}?{urlencode(query)}")
