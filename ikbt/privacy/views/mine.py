"""A person's own data: what is kept and why, the export, and the request to be erased."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from ikbt.accounts.access import ONESELF
from ikbt.accounts.models import Person
from ikbt.accounts.roles import Role
from ikbt.accounts.stepping_up import fresh
from ikbt.audit.recording import actor_of
from ikbt.common import clock
from ikbt.privacy.answer_page import own_requests
from ikbt.privacy.erasing import request_erasure
from ikbt.privacy.exporting import export
from ikbt.privacy.forms import ErasureForm
from ikbt.treatments.models import Treatment


@ONESELF("GET")
def mine(request: HttpRequest, person: Person) -> HttpResponse:
    """What is kept about me, and what I can do about it."""
    return _page(request, person, ErasureForm())


@ONESELF("POST")
@fresh()
def download(request: HttpRequest, person: Person) -> HttpResponse:
    """Everything about me as a file."""
    packed = export(person, by=actor_of(request, role=Role.PATIENT), at=clock.now())
    name = f"mina-uppgifter-{clock.today().isoformat()}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(packed, content_type="application/zip", headers=headers)


@ONESELF("POST")
@fresh()
def ask_erasure(request: HttpRequest, person: Person) -> HttpResponse:
    """Ask to be erased."""
    form = ErasureForm(request.POST)
    if not form.is_valid():
        return _page(request, person, form)
    chosen = form.cleaned_data
    by = actor_of(request, role=Role.PATIENT)
    asked = request_erasure(person, chosen["words"], erase=chosen["erase"], by=by, at=clock.now())
    said = (
        _("Your request is kept. What you chose is erased.") if asked.erased else _("Your request is kept.")
    )
    messages.success(request, said)
    return redirect("privacy:mine")


def _page(request: HttpRequest, person: Person, form: ErasureForm) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "asked": own_requests(person),
        "treatment": Treatment.objects.of_patient(person.pk).first(),
        "person_name": person.name,
        "home_url": reverse("accounts:landing"),
        "sign_out_url": reverse("accounts:sign_out"),
    }
    return render(request, "privacy/mine.html", context)
