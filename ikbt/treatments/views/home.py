"""The way in: to the patient's running treatment, or a kind page when she has none."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from ikbt.common import clock
from ikbt.treatments.access import MY_HOME, MY_TREATMENT, Mine
from ikbt.treatments.pages.frame import address, calm_frame, menu, unread_messages
from ikbt.treatments.pages.home import home as home_page


@MY_HOME("GET")
def home(request: HttpRequest, mine: Mine | None) -> HttpResponse:
    """Leads to her treatment."""
    if mine is None:
        return render(request, "treatments/no_treatment.html", {"sign_out_url": reverse("accounts:sign_out")})
    return redirect(address("treatment", mine))


@MY_TREATMENT("GET")
def treatment(request: HttpRequest, mine: Mine) -> HttpResponse:
    """Start page of her treatment."""
    unread = unread_messages(mine)
    context = {
        **calm_frame(request, mine),
        **home_page(mine, unread=unread, at=clock.now()),
        "nav": menu(request, mine, unread=unread),
    }
    return render(request, "treatments/home.html", context)
