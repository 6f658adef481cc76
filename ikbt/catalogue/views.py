"""The catalogue's screens: the list, one program, and what a unit does with a version."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ikbt.accounts.access import AtUnits
from ikbt.accounts.models import CareUnit
from ikbt.accounts.roles import Act
from ikbt.audit.models import Entry
from ikbt.audit.recording import record
from ikbt.catalogue.access import (
    A_PROGRAM,
    CATALOGUE,
    TO_ACTIVATE,
    TO_COPY,
    TO_END,
    TO_WITHDRAW,
    AtProgram,
    AtVersion,
)
from ikbt.catalogue.forms import ActivateForm, FilterForm, UnitForm, WithdrawForm
from ikbt.catalogue.listing import chosen, entries
from ikbt.catalogue.program_page import at_unit, newest_of, show
from ikbt.common import clock
from programs.activating import NotActivated, activate, deactivate, withdraw
from programs.copying import NotCopied, copy_version
from programs.models import Activation, ProgramVersion, UnitPage
from programs.package.bringing_in import KIND as PACKAGE
from programs.package.content import content_of_version
from programs.package.writing import write_package
from therapist.frame import desk_frame

PROGRAMS_A_PAGE = 20


@CATALOGUE("GET")
def catalogue(request: HttpRequest, at: AtUnits) -> HttpResponse:
    """All programs, or those that fit what was asked for."""
    found = entries(at.units)
    form = FilterForm(request.GET, languages={entry.facts["language"] for entry in found})
    # A choice that isn't on the list asks for nothing, and the form says so.
    form.is_valid()
    fitting = chosen(found, form.cleaned_data)
    kept = request.GET.copy()
    kept.pop("sida", None)
    context = {
        "form": form,
        "page": Paginator(fitting, PROGRAMS_A_PAGE).get_page(request.GET.get("sida")),
        "total": len(found),
        "kept": f"&{kept.urlencode()}" if kept else "",
    }
    return render(request, "catalogue/catalogue.html", {**_frame(request, at), **context})


@A_PROGRAM("GET")
def program(request: HttpRequest, at: AtProgram) -> HttpResponse:
    """One program, by its newest version or by the one asked for."""
    version = _asked_version(request, at) if "version" in request.GET else newest_of(at.program)
    if version is None:
        raise Http404
    context = {
        "shown": show(at.program, version, at.units, page=request.GET.get("sida")),
        "may_activate": _may(at, Act.ACTIVATE_PROGRAMS),
        "may_copy": _may(at, Act.EDIT_PROGRAMS),
        "may_withdraw": at.program.unit_id in _units(at, Act.PUBLISH_PROGRAMS),
    }
    return render(request, "catalogue/program.html", {**_frame(request, at), **context})


@TO_ACTIVATE("GET", "POST")
def activate_version(request: HttpRequest, at: AtVersion) -> HttpResponse:
    """What the unit can ask is shown first; then it treats by the version."""
    form = ActivateForm(request.POST or None, units=at.units)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            activate(at.version, unit=given["enhet"], by=at.person, at=clock.now(), follows=given["foljer"])
        except NotActivated as refused:
            form.add_error(None, str(refused))
        else:
            said = _("%(unit)s now starts new treatments on %(program)s %(number)s.")
            messages.success(request, said % {"unit": given["enhet"].name, **_named(at)})
            return redirect("catalogue:program", at.version.program_id)
    own = {one.unit_id: one for one in Activation.objects.running().filter(program=at.version.program_id)}
    units = CareUnit.objects.filter(pk__in=at.units).order_by("name")
    context = {"form": form, "at_units": [at_unit(at.version, unit, own.get(unit.pk)) for unit in units]}
    return _asked(request, at, "catalogue/activate.html", context)


@TO_END("GET", "POST")
def end_program(request: HttpRequest, at: AtProgram) -> HttpResponse:
    """No new treatments start on the program at the unit."""
    form = UnitForm(request.POST or None, units=at.units)
    if request.method == "POST" and form.is_valid():
        unit = form.cleaned_data["enhet"]
        deactivate(at.program, unit=unit, by=at.person, at=clock.now())
        said = _("%(unit)s starts no new treatments on %(program)s.")
        messages.success(request, said % {"unit": unit.name, "program": at.program.title})
        return redirect("catalogue:program", at.program.pk)
    context = {"form": form, "program": at.program}
    return render(request, "catalogue/end.html", {**_frame(request, at), **context})


@TO_COPY("GET", "POST")
def copy(request: HttpRequest, at: AtVersion) -> HttpResponse:
    """A draft of one's own, to change as the unit needs."""
    form = UnitForm(request.POST or None, units=at.units)
    if request.method == "POST" and form.is_valid():
        page = UnitPage.objects.select_related("unit").filter(unit=form.cleaned_data["enhet"]).first()
        try:
            if page is None:
                raise NotCopied(_("The unit has no page of its own yet: an administrator makes it."))
            made = copy_version(at.version, to=page, by=at.person, at=clock.now())
        except NotCopied as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The copy is a draft of your own. Nothing is published yet."))
            return redirect("wagtailadmin_explore", made.pk)
    return _asked(request, at, "catalogue/copy.html", {"form": form})


@TO_COPY("GET")
def take_out(request: HttpRequest, at: AtVersion) -> HttpResponse:
    """The version as a package: its content is under an open licence."""
    target = BytesIO()
    write_package(target, content_of_version(at.version), key=settings.PROGRAM_SIGNING_KEY)
    record(Entry.Action.EXPORT, by=at.actor, kind=PACKAGE, object_id=at.version.pk)
    response = HttpResponse(target.getvalue(), content_type="application/zip")
    name = f"{at.version.program.key}-{at.version.number}.zip"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@TO_WITHDRAW("GET", "POST")
def withdraw_version(request: HttpRequest, at: AtVersion) -> HttpResponse:
    """Nobody starts on the version any more; those that run go on."""
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw(at.version, reason=form.cleaned_data["varfor"], by=at.person, at=clock.now())
        except NotActivated as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("%(program)s %(number)s is withdrawn.") % _named(at))
            return redirect("catalogue:program", at.version.program_id)
    used_by = Activation.objects.running().filter(version=at.version).select_related("unit")
    return _asked(request, at, "catalogue/withdraw.html", {"form": form, "used_by": used_by})


def _asked(request: HttpRequest, at: AtVersion, template: str, context: dict[str, Any]) -> HttpResponse:
    form: forms.Form = context["form"]
    whole = {**_frame(request, at), "version": at.version, "program": at.version.program, **context}
    return render(request, template, whole, status=422 if form.errors else 200)


def _frame(request: HttpRequest, at: AtUnits) -> dict[str, Any]:
    names = CareUnit.objects.filter(pk__in=at.units).values_list("name", flat=True)
    return desk_frame(request, at.person, unit_name=", ".join(names))


def _units(at: AtUnits, act: Act) -> set[UUID]:
    running = at.person.roles.running(clock.now()).that_may(act).exclude(unit=None)
    return {unit for unit in running.values_list("unit", flat=True) if unit is not None}


def _may(at: AtUnits, act: Act) -> bool:
    return bool(_units(at, act))


def _named(at: AtVersion) -> dict[str, str]:
    return {"program": at.version.program.title, "number": at.version.number}


def _asked_version(request: HttpRequest, at: AtProgram) -> ProgramVersion | None:
    try:
        asked = UUID(request.GET["version"])
    except ValueError:
        return None
    return at.program.versions.select_related("withdrawal").filter(pk=asked).first()
