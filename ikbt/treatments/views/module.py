"""A module: overview, hand-in with a confirmation that names what is missing, and feedback marked as read."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ikbt.common import clock
from ikbt.treatments import forms
from ikbt.treatments.access import MY_MODULE, MyModule
from ikbt.treatments.pages.booklet import booklet as module_booklet
from ikbt.treatments.pages.frame import address, frame
from ikbt.treatments.pages.module import module_page
from ikbt.treatments.submitting import hand_in_module, read_feedback


@MY_MODULE("GET")
def module(request: HttpRequest, my: MyModule) -> HttpResponse:
    """Overview of an open module; while it is recalled, what patients are told in its place."""
    if my.recalled:
        return _in_its_place(request, my)
    return render(request, "treatments/module.html", module_page(request, my))


@MY_MODULE("GET")
def booklet(request: HttpRequest, my: MyModule) -> HttpResponse:
    """The module whole, with her own answers, to print."""
    if my.recalled:
        return _in_its_place(request, my)
    page = module_booklet(my.treatment, my.module, at=clock.now(), drafts=True)
    around = {**frame(request, my), "module_url": address("module", my, module_key=my.module.key)}
    return render(request, "treatments/booklet.html", {**around, **page})


@MY_MODULE("POST")
def hand_in(request: HttpRequest, my: MyModule) -> HttpResponse:
    """Hand the module to the therapist; nobody is asked to while it is recalled."""
    if my.recalled:
        return redirect(address("module", my, module_key=my.module.key))
    confirmed = request.POST.get("confirmed") == "1"
    try:
        hand_in_module(
            my.treatment, my.module.key, patient=my.person, confirmed=confirmed, by=my.actor, at=clock.now()
        )
    except ValidationError as refused:
        if refused.code == "missing":
            return render(
                request, "treatments/module.html", module_page(request, my, confirm=True), status=422
            )
        messages.error(request, refused.messages[0])
    else:
        messages.success(
            request, _("The module is handed in. Your therapist will read it and write to you here.")
        )
    return redirect(address("module", my, module_key=my.module.key))


@MY_MODULE("POST")
def feedback_read(request: HttpRequest, my: MyModule) -> HttpResponse:
    """She has read the feedback."""
    read_feedback(my.treatment, my.module.key, by=my.actor, at=clock.now())
    if forms.wants_json(request):
        return HttpResponse(status=204)
    return redirect(address("module", my, module_key=my.module.key) + "#aterkoppling")


def _in_its_place(request: HttpRequest, my: MyModule) -> HttpResponse:
    context = {**frame(request, my), "title": my.module.document["title"], "message": my.recalled}
    return render(request, "treatments/recalled.html", context)
