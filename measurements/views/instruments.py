"""Instruments in Wagtail's admin: what the unit can ask, how a patient meets it, wording in and out, own numbers."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ikbt.accounts.models import CareUnit
from ikbt.accounts.stepping_up import fresh
from ikbt.common import clock
from measurements.access import (
    OWN_UNIT,
    SIGN_NUMBERS,
    UNIT_INSTRUMENT,
    UNIT_INSTRUMENTS,
    AtUnit,
    OneAtUnit,
)
from measurements.fhir.writing import as_text, questionnaire
from measurements.forms import NumbersForm, WordingForm
from measurements.importing import import_wording
from measurements.instrument_page import detail, listed, preview
from measurements.signing_numbers import sign_numbers
from measurements.unit_instruments import definitions_of


@OWN_UNIT("GET")
def own_list(request: HttpRequest, unit: CareUnit) -> HttpResponse:
    """Leads to the list of her first unit."""
    return redirect("instruments", unit=unit.slug)


@UNIT_INSTRUMENTS("GET")
def instruments(request: HttpRequest, at: AtUnit) -> HttpResponse:
    """All instruments, with what the unit can ask in."""
    context = {"at": at, "rows": listed(at.instruments.values(), get_language() or "sv")}
    return render(request, "measurements/admin/instruments.html", context)


@UNIT_INSTRUMENT("GET")
def instrument(request: HttpRequest, one: OneAtUnit) -> HttpResponse:
    """One instrument: terms, wordings, numbers and who signed them, the questions as a patient meets them."""
    context = {"one": one, **detail(one.instrument, one.unit, get_language() or "sv")}
    return render(request, "measurements/admin/instrument.html", context)


@UNIT_INSTRUMENT("GET")
def download(request: HttpRequest, one: OneAtUnit) -> HttpResponse:
    """The instrument as the unit has it, as a FHIR Questionnaire."""
    slug = one.instrument.id
    data = definitions_of(one.unit, [slug], on=clock.today())[slug]
    response = HttpResponse(as_text(questionnaire(data)), content_type="application/fhir+json")
    response["Content-Disposition"] = f'attachment; filename="{slug}.json"'
    return response


@UNIT_INSTRUMENTS("GET", "POST")
def bring(request: HttpRequest, at: AtUnit) -> HttpResponse:
    """A file is read and shown as it would be stored; stored when that is confirmed."""
    form = WordingForm(request.POST or None, request.FILES or None)
    checked = form.checked if form.is_valid() else None
    if checked and "confirm" in request.POST:
        import_wording(
            checked,
            unit=at.unit,
            licence=form.licence,
            valid_from=form.cleaned_data["valid_from"],
            by=at.person,
            at=clock.now(),
        )
        said = _("The wording of %(instrument)s is stored.") % {"instrument": checked.instrument.short}
        messages.success(request, said)
        return redirect("instrument", unit=at.unit.slug, slug=checked.instrument.id)
    context = {
        "at": at,
        "form": form,
        "checked": checked,
        "questions": preview(checked.result, checked.wording.language) if checked else [],
    }
    return render(request, "measurements/admin/bring.html", context)


@SIGN_NUMBERS("GET", "POST")
@fresh()
def numbers(request: HttpRequest, one: OneAtUnit) -> HttpResponse:
    """The unit's own numbers, signed by the one who sets them."""
    form = NumbersForm(one.instrument, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            sign_numbers(
                one.instrument.id,
                form.numbers(),
                unit=one.unit,
                reason=form.cleaned_data["reason"],
                by=one.person,
                at=clock.now(),
            )
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _("The numbers are set, for treatments that start from now on."))
            return redirect("instrument", unit=one.unit.slug, slug=one.instrument.id)
    return render(request, "measurements/admin/numbers.html", {"one": one, "form": form})
