"""Help now: a page that depends on nobody being there, and the follow-up questions on it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ikbt.common import clock
from ikbt.treatments.access import MY_TREATMENT, Mine
from ikbt.treatments.answering import answer_follow_up
from ikbt.treatments.pages.frame import address, calm_frame
from ikbt.treatments.pages.help import help_page, own_alert
from measurements.follow_up import read_follow_up


@MY_TREATMENT("GET")
def help_now(request: HttpRequest, mine: Mine) -> HttpResponse:
    """Numbers to call; with `larm` also what her answers led to."""
    alert = own_alert(mine, request.GET["larm"]) if "larm" in request.GET else None
    context = {**calm_frame(request, mine), **help_page(mine, alert=alert, language=_language())}
    return render(request, "treatments/help.html", context)


@MY_TREATMENT("POST")
def follow_up(request: HttpRequest, mine: Mine, alert_id: UUID) -> HttpResponse:
    """Keep her answers to the follow-up questions with the alert."""
    alert = own_alert(mine, str(alert_id))
    if alert is None:
        raise Http404
    answers = read_follow_up(request.POST)
    if answers:
        # Also when somebody has closed the alert meanwhile: what she says of plan or intent must reach a human.
        alert = answer_follow_up(mine.treatment, alert, answers, by=mine.actor, at=clock.now())
        messages.success(request, _("Thank you. Your answers are with your care unit."))
    return redirect(f"{address('help', mine)}?larm={alert.pk}")


def _language() -> str:
    return "en" if (get_language() or "sv").startswith("en") else "sv"
