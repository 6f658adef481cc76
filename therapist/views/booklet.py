"""A patient's module to print, with what she has handed in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from ikbt.common import clock
from ikbt.treatments.access import MY_PATIENTS_MODULE, CaredModule
from ikbt.treatments.pages.booklet import booklet as module_booklet
from therapist.frame import patient_frame


@MY_PATIENTS_MODULE("GET")
def booklet(request: HttpRequest, cared: CaredModule) -> HttpResponse:
    """The module whole; a draft is the patient's own until she hands it in."""
    page = module_booklet(cared.treatment, cared.module, at=clock.now(), drafts=False)
    return render(
        request,
        "therapist/booklet.html",
        {**patient_frame(request, cared, here=_("Print the module")), **page},
    )
