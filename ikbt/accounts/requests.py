"""What a request is: a person's browser that shows a page, or a script that fetches."""

from __future__ import annotations

from django.http import HttpRequest


def wants_page(request: HttpRequest) -> bool:
    """A browser that shows a page, as against a script that fetches."""
    fetched = "HX-Request" in request.headers or "X-Requested-With" in request.headers
    return not fetched and "text/html" in request.headers.get("Accept", "")
