"""A service's outcomes on the screen and as files; the door has logged who looks, and at what."""

from __future__ import annotations

import io
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from ikbt.accounts.stepping_up import fresh
from ikbt.audit.models import Entry
from ikbt.audit.recording import record
from ikbt.common import clock
from ikbt.outcomes.access import KIND, OUTCOMES, RESEARCH, Service
from ikbt.outcomes.forms import ResearchForm
from ikbt.outcomes.page import Page, numbers_note, read_page
from ikbt.outcomes.research_page import read_research_page
from ikbt.outcomes.researching import hand_out
from ikbt.outcomes.rules import exports_research
from measurements.outcomes.report_sheet import report_sheet
from measurements.outcomes.sheets import write_csv, write_excel
from therapist.frame import desk_frame

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@OUTCOMES("GET")
def outcomes(request: HttpRequest, service: Service) -> HttpResponse:
    """The page for what was chosen."""
    page = read_page(service.units, request.GET, today=clock.today())
    roles = service.person.roles.running(clock.now()).values_list("role", flat=True)
    context = {"page": page, "may_export": exports_research.test(service.person, list(roles))}
    return render(request, "outcomes/outcomes.html", {**_frame(request, service), **context})


@RESEARCH("GET")
def research(request: HttpRequest, service: Service) -> HttpResponse:
    """What may be fetched for research, of whom, and what is in it."""
    return _research(request, service, ResearchForm(service.units))


@RESEARCH("POST")
@fresh()
def research_file(request: HttpRequest, service: Service) -> HttpResponse:
    """The file; a project's number first."""
    form = ResearchForm(service.units, request.POST)
    if not form.is_valid():
        return _research(request, service, form)
    try:
        handed = hand_out(
            form.cleaned_data["project"], units=form.chosen_units(), by=service.actor, at=clock.now()
        )
    except ValidationError as refused:
        form.add_error("project" if refused.code == "project" else None, refused)
        return _research(request, service, form)
    return _file(handed.content, "application/zip", "zip", name="forskning")


def _research(request: HttpRequest, service: Service, form: ResearchForm) -> HttpResponse:
    context = {"page": read_research_page(service.units), "form": form}
    return render(request, "outcomes/research.html", {**_frame(request, service), **context})


@OUTCOMES("GET")
@fresh()
def as_csv(request: HttpRequest, service: Service) -> HttpResponse:
    """What the page shows, as CSV; its code book is in the Excel file."""
    page = _exported(request, service)
    text = io.StringIO()
    if page.report is not None:
        write_csv(report_sheet(page.report, note=numbers_note(page)), text)
    return _file(text.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8", "csv")


@OUTCOMES("GET")
@fresh()
def as_excel(request: HttpRequest, service: Service) -> HttpResponse:
    """What the page shows, as a workbook with its code book."""
    page = _exported(request, service)
    if page.report is None:
        # The page says why there is nothing to fetch.
        return redirect(f"{reverse('outcomes:outcomes')}?{request.GET.urlencode()}")
    content = io.BytesIO()
    write_excel(report_sheet(page.report, note=numbers_note(page)), content)
    return _file(content.getvalue(), EXCEL, "xlsx")


def _exported(request: HttpRequest, service: Service) -> Page:
    record(Entry.Action.EXPORT, by=service.actor, kind=KIND, reason=request.GET.urlencode()[:200])
    return read_page(service.units, request.GET, today=clock.today())


def _frame(request: HttpRequest, service: Service) -> dict[str, Any]:
    name = service.units[0].name if len(service.units) == 1 else _("%(n)d units") % {"n": len(service.units)}
    return {**desk_frame(request, service.person, unit_name=name), "query": request.GET.urlencode()}


def _file(content: bytes, kind: str, ending: str, *, name: str = "utfall") -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}-{clock.today():%Y-%m-%d}.{ending}"'
    return response
