"""Packages in Wagtail's admin: a draft taken out as a file, and a file brought in as a draft."""

from __future__ import annotations

from io import BytesIO

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ikbt.accounts.access import AtUnits
from ikbt.audit.models import Entry
from ikbt.audit.recording import actor_of, record
from ikbt.common import clock
from programs.access import WRITE, WRITES
from programs.forms import PackageForm
from programs.freezing import freeze
from programs.models import ProgramPage, UnitPage
from programs.package.bringing_in import KIND, import_package
from programs.package.content import content_of_draft
from programs.package.writing import write_package
from programs.publishing import unit_of
from programs.shapes import Misshapen


@WRITE("GET")
def take_out(request: HttpRequest, page: ProgramPage) -> HttpResponse:
    """What the authors saved last, as one file."""
    target = BytesIO()
    write_package(target, content_of_draft(freeze(page)), key=settings.PROGRAM_SIGNING_KEY)
    actor = actor_of(request, role="editor", unit=unit_of(page).pk)
    record(Entry.Action.EXPORT, by=actor, kind=KIND, object_id=page.pk)
    response = HttpResponse(target.getvalue(), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{page.key}.zip"'
    return response


@WRITES("GET", "POST")
def bring_in(request: HttpRequest, at: AtUnits) -> HttpResponse:
    """A draft of what the file holds; a file that can't be taken in is refused with its place."""
    form = PackageForm(request.POST or None, request.FILES or None, units=at.units)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        unit_page = UnitPage.objects.select_related("unit").get(unit=given["unit"])
        try:
            made = import_package(
                given["package"],
                unit_page=unit_page,
                by=at.person,
                at=clock.now(),
                accept_unsigned=given["accept_unsigned"],
                replaces=given["replaces"],
            )
        except Misshapen as refused:
            form.add_error("package", _("Nothing was taken in: %(why)s") % {"why": str(refused)})
        else:
            messages.success(request, _("The package is a draft of your unit. Nothing is published."))
            return redirect("wagtailadmin_explore", made.pk)
    return render(request, "programs/admin/bring_in.html", {"form": form})
