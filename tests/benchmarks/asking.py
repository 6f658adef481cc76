"""Asks for a page of the middleware that the settings name now, as a WSGI server would."""

from __future__ import annotations

from collections.abc import Callable
from http.cookies import SimpleCookie

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http.response import HttpResponseBase
from django.test import RequestFactory

Ask = Callable[[], HttpResponseBase]


def cookie_header(cookies: SimpleCookie) -> str:
    """The cookies as a browser sends them."""
    return "; ".join(f"{name}={one.value}" for name, one in cookies.items())


def asker(path: str, cookies: SimpleCookie) -> Ask:
    """Asks for one page, again and again."""
    handler = WSGIHandler()
    environ = RequestFactory().get(path, HTTP_ACCEPT="text/html", HTTP_COOKIE=cookie_header(cookies)).environ

    def ask() -> HttpResponseBase:
        return handler.get_response(WSGIRequest(dict(environ)))

    return ask
