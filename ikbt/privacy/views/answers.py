"""The unit manager's screens: requests to be erased, and one with its answer."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ikbt.accounts.access import AtUnits
from ikbt.common import clock
from ikbt.privacy.access import AN_ERASURE_REQUEST, ERASURE_REQUESTS, AnsweringOne
from ikbt.privacy.answer_page import line_of, manager_frame, waiting_and_answered
from ikbt.privacy.answering import answer_request
from ikbt.privacy.forms import AnswerForm


@ERASURE_REQUESTS("GET")
def requests(request: HttpRequest, at: AtUnits) -> HttpResponse:
    """Those that wait, and those that are answered."""
    waiting, answered = waiting_and_answered(at)
    context = {**manager_frame(request, at), "waiting": waiting, "answered": answered}
    return render(request, "privacy/erasure_requests.html", context)


@AN_ERASURE_REQUEST("GET", "POST")
def one(request: HttpRequest, at: AnsweringOne) -> HttpResponse:
    """Read a request and answer it."""
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        answer_request(
            at.request,
            said["decision"],
            said["words"],
            unit=at.unit,
            staff=at.person,
            by=at.actor,
            at=clock.now(),
        )
        messages.success(request, _("The answer is kept. The patient sees it under My data."))
        return redirect("privacy:erasure_requests")
    context = {**manager_frame(request, at), "line": line_of(at.request), "unit": at.unit, "form": form}
    return render(request, "privacy/erasure_request.html", context)
