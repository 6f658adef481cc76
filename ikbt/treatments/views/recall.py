"""Recalling a module, in Wagtail's admin; it lies here because it reaches patients and their therapists."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ikbt.accounts.models import Person
from ikbt.common import clock
from ikbt.treatments.recall_forms import LiftForm, RecallForm
from ikbt.treatments.recalling import ask_to_lift, lift, recall_module
from programs.access import PUBLISH
from programs.models import Program, ProgramPage, Recall


@PUBLISH("GET", "POST")
def recall(request: HttpRequest, page: ProgramPage) -> HttpResponse:
    """What is recalled now, and the form that recalls at once."""
    program = _program(page)
    form = RecallForm(request.POST or None, program=program)
    if request.method == "POST" and form.is_valid() and _recalled(request, program, form):
        messages.success(
            request, _("The module is hidden. Therapists have got a task, and patients a notice.")
        )
        return redirect("program_recall", page.pk)
    recalls = program.recalls.select_related("recalled_by", "lift_asked_by", "lifted_by")
    context = {
        "page": page,
        "form": form,
        "recalls": list(recalls.prefetch_related("modules__version")),
        "lift": LiftForm(),
        "reader": request.user,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "treatments/admin/recall.html", context, status=status)


@PUBLISH("POST")
def lift_recall(request: HttpRequest, page: ProgramPage, *, recall_id: UUID) -> HttpResponse:
    """Ask that a recall be lifted, or confirm what somebody else asked."""
    found = Recall.objects.filter(program=_program(page), pk=recall_id).first()
    if found is None:
        raise Http404
    by, at = cast(Person, request.user), clock.now()
    try:
        if request.POST.get("confirm") == "1":
            lift(found, by=by, at=at)
            messages.success(request, _("The module can be read again."))
        else:
            ask_to_lift(found, reason=request.POST.get("reason", ""), by=by, at=at)
            messages.success(request, _("Asked. Another publisher has to confirm it."))
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect("program_recall", page.pk)


def _program(page: ProgramPage) -> Program:
    found = Program.objects.filter(page=page).select_related("unit").first()
    if found is None:
        raise Http404
    return found


def _recalled(request: HttpRequest, program: Program, form: RecallForm) -> bool:
    given = form.cleaned_data
    try:
        recall_module(
            program,
            given["module"],
            versions=[UUID(pk) for pk in given["versions"]],
            reason=given["reason"],
            message=given["message"],
            by=cast(Person, request.user),
            at=clock.now(),
        )
    except ValidationError as refused:
        form.add_error(refused.code if refused.code in form.fields else None, refused.messages)
        return False
    return True
