"""Decides what each answer carries: number, no device features, no caching, the editors' script policy."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from csp.constants import SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

Next = Callable[[HttpRequest], HttpResponseBase]
ADMIN_PATHS = ("/admin/", "/django-admin/")
# What no page of ours uses, so that a script that got in could not either.
UNUSED = [
    "accelerometer",
    "browsing-topics",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "serial",
    "usb",
]
# For what is no page of ours - files, early refusals: opened by itself it loads nothing and runs nothing.
NO_PAGE_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
PERMISSIONS_POLICY = ", ".join(f"{feature}=()" for feature in UNUSED)


def request_id(get_response: Next) -> Next:
    """Give each request an id that error pages and the audit log show."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        request.id = uuid.uuid4().hex  # type: ignore[attr-defined]
        response = get_response(request)
        response["X-Request-Id"] = request.id  # type: ignore[attr-defined]
        return response

    return middleware


def safe_headers(get_response: Next) -> Next:
    """On each answer, also a file's, a redirect's and an error's: no device features, no use by other sites, a policy.

    It stands outermost, since whoever answers early - static files, the gate - goes past the ones further in.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response["Permissions-Policy"] = PERMISSIONS_POLICY
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        if "Content-Security-Policy" in response:
            response["Reporting-Endpoints"] = f'policy="{settings.POLICY_REPORTS}"'
        elif not settings.DEBUG:
            # Django's own pages for developers bring their styles along.
            response["Content-Security-Policy"] = NO_PAGE_POLICY
        return response

    return middleware


def private_pages(get_response: Next) -> Next:
    """Signed-in pages are never stored by a browser or proxy; Wagtail's admin may run its inline scripts.

    It stands outside the gate, so that a refusal and a redirect are not stored either.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        # Asked before, too: after sign-out nobody is signed in, and that answer is not for storing either.
        was_signed_in = request.user.is_authenticated
        response = get_response(request)
        if was_signed_in or request.user.is_authenticated:
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
