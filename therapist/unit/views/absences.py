"""Who is away: the unit's list, one's own, and what registers, changes and ends an absence."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ikbt.accounts.access import AtUnits
from ikbt.accounts.models import Person
from ikbt.accounts.stepping_up import fresh
from ikbt.common import clock
from ikbt.treatments.covering import change_absence, register_absence
from therapist.unit.absence_forms import AbsenceForm, ChangeAbsenceForm
from therapist.unit.absences import absence_rows, last_day_of, units_at, who_may_be_away, who_may_stand_in
from therapist.unit.access import AN_ABSENCE, MY_ABSENCE, MY_ABSENCES, UNIT_ABSENCES, AtAbsence
from therapist.unit.forms import begins, ends
from therapist.unit.frame import unit_frame

UNITS, OWN = "unit:absences", "therapist:my_absences"


@UNIT_ABSENCES("GET")
def absences(request: HttpRequest, desk: AtUnits) -> HttpResponse:
    """Everybody's at the unit, and a form for one more."""
    return _list(request, desk, _form(desk, own=False), own=False)


@UNIT_ABSENCES("POST")
@fresh()
def register(request: HttpRequest, desk: AtUnits) -> HttpResponse:
    """Somebody is away."""
    return _register(request, desk, own=False)


@MY_ABSENCES("GET")
def my_absences(request: HttpRequest, desk: AtUnits) -> HttpResponse:
    """One's own."""
    return _list(request, desk, _form(desk, own=True), own=True)


@MY_ABSENCES("POST")
@fresh()
def register_mine(request: HttpRequest, desk: AtUnits) -> HttpResponse:
    """I am away."""
    return _register(request, desk, own=True)


@AN_ABSENCE("GET", "POST")
@fresh()
def absence(request: HttpRequest, at: AtAbsence) -> HttpResponse:
    """Another last day or stand-in, or back already."""
    return _change(request, at, own=False)


@MY_ABSENCE("GET", "POST")
@fresh()
def my_absence(request: HttpRequest, at: AtAbsence) -> HttpResponse:
    """The same about oneself."""
    return _change(request, at, own=True)


def _form(desk: AtUnits, *, own: bool, data: Any = None) -> AbsenceForm:
    now = clock.now()
    return AbsenceForm(
        data,
        units=units_at(desk),
        stand_ins=who_may_stand_in(desk, at=now),
        people=None if own else who_may_be_away(desk, at=now),
    )


def _register(request: HttpRequest, desk: AtUnits, *, own: bool) -> HttpResponse:
    form = _form(desk, own=own, data=request.POST)
    if not form.is_valid():
        return _list(request, desk, form, own=own)
    said = form.cleaned_data
    person: Person = desk.person if own else said["person"]
    try:
        register_absence(
            person,
            unit=form.unit_meant,
            since=begins(said["since"]),
            until=ends(said["until"]) or clock.now(),
            stand_in=said["stand_in"],
            by=desk.actor,
            at=clock.now(),
        )
    except ValidationError as refused:
        form.refuse(refused)
        return _list(request, desk, form, own=own)
    messages.success(request, _("The absence is registered. Cover begins and ends by itself."))
    _warn_if_nobody_covers(request, desk, own=own)
    return redirect(_back(own))


def _warn_if_nobody_covers(request: HttpRequest, desk: AtUnits, *, own: bool) -> None:
    rows = absence_rows(desk, at=clock.now(), own=own)
    names = sorted({row.name for row in rows if row.nobody or row.nobody_partly})
    if names:
        words = _("Nobody covers the patients of %(names)s for the whole time. Name a stand-in who is there.")
        messages.warning(request, words % {"names": ", ".join(names)})


def _change(request: HttpRequest, at: AtAbsence, *, own: bool) -> HttpResponse:
    if "over" in request.POST:
        return _end(request, at, own=own)
    form = _change_form(at, request.POST or None)
    if form.is_valid():
        said = form.cleaned_data
        try:
            change_absence(
                at.absence,
                until=ends(said["until"]) or clock.now(),
                stand_in=said["stand_in"],
                by=at.actor,
                at=clock.now(),
            )
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("The absence is changed."))
            _warn_if_nobody_covers(request, at, own=own)
            return redirect(_back(own))
    return _absence_page(request, at, form, own=own)


def _end(request: HttpRequest, at: AtAbsence, *, own: bool) -> HttpResponse:
    """She is back already, or it is called off."""
    now, row = clock.now(), at.absence
    try:
        change_absence(row, until=now, stand_in=row.stand_in, by=at.actor, at=now)
    except ValidationError as refused:
        form = _change_form(at, None)
        messages.error(request, refused.messages[0])
        return _absence_page(request, at, form, own=own)
    messages.success(request, _("The absence is over, and so is the cover."))
    return redirect(_back(own))


def _change_form(at: AtAbsence, data: Any) -> ChangeAbsenceForm:
    row = at.absence
    stand_ins = [one for one in who_may_stand_in(at, at=clock.now()) if one.pk != row.person_id]
    begun = {"until": last_day_of(row), "stand_in": str(row.stand_in_id or "")}
    return ChangeAbsenceForm(data, stand_ins=stand_ins, initial=begun)


def _absence_page(request: HttpRequest, at: AtAbsence, form: ChangeAbsenceForm, *, own: bool) -> HttpResponse:
    row = at.absence
    context = {"absence": row, "form": form, "back": _back(own), "has_begun": row.starts_at <= clock.now()}
    return render(request, "therapist/unit/absence.html", {**unit_frame(request, at), **context})


def _back(own: bool) -> str:
    return OWN if own else UNITS


def _list(request: HttpRequest, desk: AtUnits, form: AbsenceForm, *, own: bool) -> HttpResponse:
    context = {
        **unit_frame(request, desk),
        "rows": absence_rows(desk, at=clock.now(), own=own),
        "form": form,
        "own": own,
        "register": "therapist:register_my_absence" if own else "unit:register_absence",
    }
    return render(request, "therapist/unit/absences.html", context)
