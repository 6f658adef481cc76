"""What every page knows: whether this is the demo, and the request's id; no queries here."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, object]:
    """Context of all templates."""
    return {
        "demo_profile": settings.DEMO_PROFILE,
        "test_e_id": settings.TEST_E_ID,
        "request_id": getattr(request, "id", ""),
    }
