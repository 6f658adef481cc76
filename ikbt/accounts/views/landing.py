"""Where one lands after sign-in: the one place her roles open, or a choice."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from ikbt.accounts.access import ONESELF
from ikbt.accounts.destinations import places
from ikbt.accounts.models import Person
from ikbt.common import clock


@ONESELF("GET")
def landing(request: HttpRequest, person: Person) -> HttpResponse:
    """Straight on when there is one place."""
    open_places = places(person, at=clock.now())
    if len(open_places) == 1:
        return redirect(open_places[0].route)
    return render(request, "accounts/landing.html", {"places": open_places, "person_name": person.name})
