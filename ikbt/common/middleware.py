"""Request id, no caching of signed-in pages, and the looser script policy that only Wagtail's admin gets."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from csp.constants import SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.http import HttpRequest
from django.http.response import HttpResponseBase

Next = Callable[[HttpRequest], HttpResponseBase]
ADMIN_PATHS = ("/admin/", "/django-admin/")


def request_id(get_response: Next) -> Next:
    """Give each request an id that error pages and the audit log show."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        request.id = uuid.uuid4().hex  # type: ignore[attr-defined]
        response = get_response(request)
        response["X-Request-Id"] = request.id  # type: ignore[attr-defined]
        return response

    return middleware


def private_pages(get_response: Next) -> Next:
    """Signed-in pages are never stored by a browser or proxy; Wagtail's admin may run its inline scripts."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        if request.user.is_authenticated:
            response["Cache-Control"] = "no-store"
        if request.path.startswith(ADMIN_PATHS):
            # Replaced, not added to: a 'none' beside other sources is ignored by the browser.
            response._csp_replace = {  # type: ignore[attr-defined]
                "script-src": [SELF, UNSAFE_INLINE, UNSAFE_EVAL],
                "style-src": [SELF, UNSAFE_INLINE],
                "img-src": [SELF, "data:", "blob:"],
                "frame-src": [SELF],
                "frame-ancestors": [SELF],
            }
        return response

    return middleware
