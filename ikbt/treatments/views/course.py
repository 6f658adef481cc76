"""Her course: its dates, pausing and going on, and asking to end it."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ikbt.common import clock
from ikbt.treatments import forms
from ikbt.treatments.access import MY_TREATMENT, Mine
from ikbt.treatments.ending import wish_to_end
from ikbt.treatments.pages.course import OwnPauseForm, WishForm, course_page
from ikbt.treatments.pages.frame import address, frame
from ikbt.treatments.pausing import longest_pause, pause_treatment, resume_treatment


@MY_TREATMENT("GET")
def course(request: HttpRequest, mine: Mine) -> HttpResponse:
    """Where it stands."""
    return _page(request, mine)


@MY_TREATMENT("POST")
def pause(request: HttpRequest, mine: Mine) -> HttpResponse:
    """Rest for some days."""
    at = clock.now()
    most = longest_pause(mine.treatment, by=mine.actor)
    form = OwnPauseForm(request.POST, most=most, treatment=mine.treatment, at=at)
    if form.is_valid():
        try:
            pause_treatment(mine.treatment, **form.cleaned_data, by=mine.actor, at=at)
        except ValidationError as refused:
            form.add_error("days" if refused_code(refused) == "days" else None, refused)
        else:
            messages.success(request, _("Your treatment is paused. It goes on by itself."))
            return redirect(address("course", mine))
    return _page(request, mine, pause=form)


@MY_TREATMENT("POST")
def resume(request: HttpRequest, mine: Mine) -> HttpResponse:
    """Go on today."""
    try:
        resume_treatment(mine.treatment, by=mine.actor, at=clock.now())
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect(address("course", mine))
    messages.success(request, _("Welcome back. Your treatment goes on."))
    return redirect(address("treatment", mine))


@MY_TREATMENT("POST")
def ask_to_end(request: HttpRequest, mine: Mine) -> HttpResponse:
    """Her therapist gets to know, and talks with her."""
    form = WishForm(request.POST)
    if form.is_valid():
        key = forms.own_key(request.POST, mine.person.pk)
        reason = form.cleaned_data["reason"]
        try:
            wish_to_end(mine.treatment, reason=reason, client_key=key, by=mine.actor, at=clock.now())
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _("Your therapist has been told, and will be in touch."))
            return redirect(address("course", mine))
    return _page(request, mine, wish=form)


def refused_code(refused: ValidationError) -> str:
    """The code of one refusal; empty for several."""
    return getattr(refused, "code", None) or ""


def _page(
    request: HttpRequest, mine: Mine, *, pause: OwnPauseForm | None = None, wish: WishForm | None = None
) -> HttpResponse:
    context = {**frame(request, mine), **course_page(mine, at=clock.now(), pause=pause, wish=wish)}
    return render(request, "treatments/course.html", context, status=422 if pause or wish else 200)
