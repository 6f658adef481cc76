"""The quick exit: decides that one click ends the session and leaves a page that tells nothing."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string

from ikbt.accounts.signing_out import sign_out
from ikbt.common import clock
from ikbt.common.doors import ANYONE


@ANYONE("GET", "POST")
def leave(request: HttpRequest, nobody: None) -> HttpResponse:
    """A POST ends the session and its sockets, a GET shows a page that says nothing about the service."""
    if request.method == "POST":
        sign_out(request, at=clock.now(), reason="quick exit")
        response = redirect("accounts:leave")
        response["Clear-Site-Data"] = '"cache", "storage"'
        return response
    return HttpResponse(render_to_string("layouts/closed.html"), headers={"Cache-Control": "no-store"})
