"""Where to report a weakness: /.well-known/security.txt (RFC 9116); decides that without a contact there is none."""

from __future__ import annotations

from datetime import UTC, timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from ikbt.common import clock
from ikbt.common.doors import ANYONE

# RFC 9116 2.5.5 recommends less than a year.
GOOD_FOR = timedelta(days=180)


@ANYONE("GET")
def security_txt(request: HttpRequest, nobody: None) -> HttpResponse:
    """Contact, last day, languages, and where this file belongs."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    expires = (clock.now() + GOOD_FOR).astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {expires.isoformat().replace('+00:00', 'Z')}",
        "Preferred-Languages: sv, en",
        f"Canonical: {request.build_absolute_uri(request.path)}",
    ]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")
