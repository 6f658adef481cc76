"""The page's question how long the session lasts, and the person's word that she is still there."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse

from ikbt.accounts import session_limits
from ikbt.accounts.access import ONESELF
from ikbt.accounts.models import Person
from ikbt.accounts.session_watch import see
from ikbt.common import clock


@ONESELF("GET", "POST")
def session(request: HttpRequest, person: Person) -> HttpResponse:
    """Seconds left; asking prolongs nothing, a POST says that somebody touched the page."""
    now = clock.now()
    if request.method == "POST":
        see(request, at=now)
    left = session_limits.seconds_left(request.session, at=now)
    more = session_limits.can_be_prolonged(request.session, at=now)
    return JsonResponse({"left": max(0, int(left)), "prolongs": more})
