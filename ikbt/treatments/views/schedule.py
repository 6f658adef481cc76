"""The week of activities: a tick for how it went, a day copied to another."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from ikbt.common import clock
from ikbt.treatments.access import MY_MODULE, MyModule
from ikbt.treatments.pages.frame import address
from ikbt.treatments.pages.worksheet import Exercise, exercise_of
from ikbt.treatments.ticking import SCHEDULE, copy_day, tick_activity
from ikbt.treatments.views.step import drawn

LONGEST_MOOD, NO_MOOD = 2, -1


@MY_MODULE("POST")
def tick(request: HttpRequest, my: MyModule, step_key: str) -> HttpResponse:
    """How a planned activity went; what is refused is said."""
    _schedule(my, step_key)
    try:
        tick_activity(
            my.treatment,
            _entry_id(request),
            outcome=request.POST.get("outcome", ""),
            mood=_mood(request),
            by=my.actor,
            at=clock.now(),
        )
    except ValidationError as refused:
        messages.error(request, refused.messages[0])
    else:
        messages.success(request, _("Ticked off. Trying counts, however it went."))
    return redirect(f"{address('step', my, module_key=my.module.key, step_key=step_key)}#vecka")


@MY_MODULE("POST")
def copy(request: HttpRequest, my: MyModule, step_key: str) -> HttpResponse:
    """The same activities on another day."""
    exercise = _schedule(my, step_key)
    try:
        made = copy_day(
            my.treatment,
            exercise.place,
            day=_day(request, "from"),
            to=_day(request, "to"),
            by=my.actor,
            at=clock.now(),
        )
    except ValidationError as refused:
        messages.error(request, refused.messages[0])
    else:
        messages.success(request, _("Copied: %(n)d.") % {"n": len(made)})
    return redirect(f"{address('step', my, module_key=my.module.key, step_key=step_key)}#vecka")


def _schedule(my: MyModule, step_key: str) -> Exercise:
    exercise = exercise_of(my, drawn(my, step_key))
    if exercise is None or exercise.definition.id != SCHEDULE:
        raise Http404
    return exercise


def _mood(request: HttpRequest) -> int | None:
    """None where no number was sent; more digits than a mood has are no mood, however many they are."""
    sent = request.POST.get("mood", "")
    if not (sent.isascii() and sent.isdigit()):
        return None
    return int(sent) if len(sent) <= LONGEST_MOOD else NO_MOOD


def _entry_id(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("entry", ""))
    except ValueError as wrong:
        raise Http404 from wrong


def _day(request: HttpRequest, name: str) -> date:
    try:
        return date.fromisoformat(request.POST.get(name, ""))
    except ValueError as wrong:
        raise ValidationError(_("Write the date as year-month-day, for example 2026-03-02.")) from wrong
