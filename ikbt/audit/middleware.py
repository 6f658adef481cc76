"""Turns a log that can't be written into a 503: nothing is shown that was not logged."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from ikbt.audit.recording import Unlogged


class refuse_when_unlogged:  # noqa: N801 - named as the function it acts as; a class because Django asks for process_exception
    """Answer 503 with Retry-After when a door could not write its row."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """Only Unlogged is ours; all else goes on to Django."""
        if not isinstance(exception, Unlogged):
            return None
        response = render(request, "503.html", status=503)
        response["Retry-After"] = "30"
        return response
