"""The auditor's screens: begin a review, see its cases, decide one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from ikbt.access_log.access import A_CASE, A_REVIEW, THE_LOG, Auditing, AuditingCase, AuditingReview
from ikbt.access_log.forms import DecisionForm, PeriodForm
from ikbt.access_log.review_page import case_row, case_rows, names_of, review_rows
from ikbt.access_log.reviewing import begin_review, decide_case
from ikbt.common import clock
from ikbt.common.navigation import NavItem, mark_current


@THE_LOG("GET", "POST")
def reviews(request: HttpRequest, at: Auditing) -> HttpResponse:
    """Reviews so far, and the way to begin one."""
    form = PeriodForm(request.POST or None, initial=_last_week())
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        review = begin_review(
            clock.midnight(chosen["since"]),
            clock.midnight(chosen["until"] + timedelta(days=1)),
            sample=chosen["sample"],
            reviewer=at.auditor,
            by=at.actor,
            at=clock.now(),
        )
        return redirect("audit:review", review.pk)
    return render(
        request, "access_log/reviews.html", {**_frame(request, at), "form": form, "rows": review_rows()}
    )


@A_REVIEW("GET")
def review(request: HttpRequest, at: AuditingReview) -> HttpResponse:
    """The cases of a review."""
    return render(
        request, "access_log/review.html", {**_frame(request, at), "review": at.review, "rows": case_rows(at)}
    )


@A_CASE("GET", "POST")
def case(request: HttpRequest, at: AuditingCase) -> HttpResponse:
    """Decide about one case."""
    form = DecisionForm(request.POST or None, initial={"decision": at.case.decision, "note": at.case.note})
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        decide_case(
            at.case, chosen["decision"], chosen["note"], reviewer=at.auditor, by=at.actor, at=clock.now()
        )
        messages.success(request, _("The decision is kept."))
        return redirect("audit:review", at.review.pk)
    row = case_row(at.case, names_of({at.case.actor, at.case.patient}))
    return render(
        request,
        "access_log/case.html",
        {**_frame(request, at), "review": at.review, "row": row, "form": form},
    )


def _last_week() -> dict[str, Any]:
    yesterday = clock.today() - timedelta(days=1)
    return {"since": yesterday - timedelta(days=6), "until": yesterday, "sample": 20}


def _frame(request: HttpRequest, at: Auditing) -> dict[str, Any]:
    home = reverse("audit:reviews")
    return {
        "person_name": at.auditor.name,
        "home_url": home,
        "nav": mark_current([NavItem(_("Log review"), home)], request.path),
        "sign_out_url": reverse("accounts:sign_out"),
    }
