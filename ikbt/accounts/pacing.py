"""Pace: decides how many forms one person may send in a while.

No script drowns the desk or drains the register; what a tired person types and what autosave sends stays far
below, and answers about risk are never held up.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase

from ikbt.accounts.guessing import Limit, count
from ikbt.accounts.requests import wants_page
from ikbt.common import clock
from ikbt.common.fields import blind_index
from ikbt.common.views import too_many

# Autosave sends a draft after each rest in the typing: some 75 in five minutes from one tab.
ANY = Limit(600, timedelta(minutes=5))
# By route, where a few are plenty: what gathers much, looks people up, or calls on somebody else's time.
PACES = {
    "privacy:download": Limit(6, timedelta(hours=1)),
    "therapist:emergency": Limit(20, timedelta(hours=1)),
    "treatments:messages": Limit(40, timedelta(minutes=10)),
    "therapist:messages": Limit(120, timedelta(minutes=10)),
}
# These must reach a human whatever else the browser sends, also when staff type them for her; and whoever leaves a
# screen that others use may always do so.
NEVER_HELD_UP = frozenset(
    {"treatments:questionnaire", "treatments:follow_up", "therapist:answer_for", "accounts:sign_out"}
)
# Sent by browsers, not by people: counted there by place, and must use up nothing of what somebody types.
PACED_ELSEWHERE = frozenset({"accounts:policy_report"})
UNCOUNTED = NEVER_HELD_UP | PACED_ELSEWHERE
READING = frozenset({"GET", "HEAD", "OPTIONS"})


class keep_pace:  # noqa: N801 - named as the function it acts as; a class because Django asks for process_view
    """Answer 429 to a signed-in person who sends more than anybody types; stands within the gate."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: object, kwargs: object
    ) -> HttpResponseBase | None:
        """Runs once the route is known and before its view; reading and visitors are not counted here."""
        route = request.resolver_match.view_name if request.resolver_match else ""
        if request.method in READING or route in UNCOUNTED or not request.user.is_authenticated:
            return None
        wait = seconds_to_wait(str(request.user.pk), route)
        if not wait:
            return None
        response: HttpResponseBase = (
            too_many(request) if wants_page(request) else JsonResponse({"error": "too_many"}, status=429)
        )
        response["Retry-After"] = str(wait)
        return response


def seconds_to_wait(person: str, route: str) -> int:
    """Count one sent form of a person. 0 when it may go on, else the seconds to wait."""
    limit = PACES.get(route)
    key = blind_index(f"pace {person} {route}" if limit else f"pace {person}")
    return count(key, limit or ANY, clock.now())
