"""The accessibility statement, with a form to report what does not work (law 2018:1937, section 13)."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ikbt.accounts.forms import BarrierForm
from ikbt.accounts.reporting_barriers import report_barrier
from ikbt.common.client_address import client_address, guessers_place
from ikbt.common.doors import ANYONE


@ANYONE("GET", "POST")
def statement(request: HttpRequest, nobody: None) -> HttpResponse:
    """Open to everybody, signed in or not; a report that can't be sent keeps what was typed."""
    form = BarrierForm(request.POST or None)
    if form.is_valid():
        try:
            report_barrier(
                form.cleaned_data["what"],
                reply_to=form.cleaned_data["reply_to"],
                place=guessers_place(client_address(request)),
            )
        except ValidationError as why:
            form.add_error(None, why)
        else:
            messages.success(request, _("Thank you. Your report has been sent."))
            return redirect("accounts:accessibility")
    status = 422 if form.is_bound else 200
    context = {"form": form, "takes_reports": bool(settings.ACCESSIBILITY_CONTACT)}
    return render(request, "accounts/accessibility.html", context, status=status)
