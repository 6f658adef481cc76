"""The plan of the treatment and the safety plan: what holds, what it was before, and writing it anew."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ikbt.common import clock
from ikbt.treatments.access import MY_PATIENTS_TREATMENT, Cared
from ikbt.treatments.messaging import draft_of
from ikbt.treatments.models import CarePlan
from ikbt.treatments.noting import plan_purpose, write_plan
from therapist import wording
from therapist.drafting import keep_refused
from therapist.frame import is_emergency, patient_frame
from therapist.note_page import plans_of
from therapist.notes_form import PlanForm, SafetyPlanForm, TreatmentPlanForm
from therapist.work import handed_in, safety_plan

FORMS: dict[str, type[PlanForm]] = {
    CarePlan.Kind.TREATMENT: TreatmentPlanForm,
    CarePlan.Kind.SAFETY: SafetyPlanForm,
}


@MY_PATIENTS_TREATMENT("GET", "POST")
def plans(request: HttpRequest, cared: Cared) -> HttpResponse:
    """Both plans; a post writes the one it names."""
    written = plans_of(cared.treatment)
    posted = FORMS.get(request.POST.get("kind", ""))
    refused = None
    if request.method == "POST" and posted is not None:
        refused = posted(request.POST)
        if refused.is_valid() and _write(request, cared, refused):
            return redirect("therapist:plans", treatment_id=cared.treatment.pk)
        keep_refused(refused, cared, plan_purpose(refused.kind), at=clock.now())
    context = {
        **patient_frame(request, cared, here=_("Plan")),
        "plans": [_shown(kind, written, cared, refused) for kind in FORMS],
        "refused": refused,
        "her_own": safety_plan(handed_in(cared.treatment), language=wording.language(), at=clock.now()),
        "may_write": not is_emergency(cared),
    }
    return render(request, "therapist/plans.html", context)


def _shown(kind: str, written: list[CarePlan], cared: Cared, refused: PlanForm | None) -> dict[str, object]:
    of_kind = [plan for plan in written if plan.kind == kind]
    holds, purpose = (of_kind[0] if of_kind else None), plan_purpose(kind)
    form = refused
    if form is None or form.kind != kind:
        form = FORMS[kind](holds=holds, draft=draft_of(cared.treatment, purpose, author=cared.staff))
    return {
        "kind": kind,
        "title": CarePlan.Kind(kind).label,
        "is_safety": kind == CarePlan.Kind.SAFETY,
        "holds": holds,
        "earlier": of_kind[1:],
        "form": form,
        "purpose": purpose,
    }


def _write(request: HttpRequest, cared: Cared, form: PlanForm) -> bool:
    data = form.cleaned_data
    done = form.carries(
        lambda: write_plan(
            cared.treatment,
            form.kind,
            data["body"],
            author=cared.staff,
            by=cared.actor,
            at=clock.now(),
            seen=request.POST.get("seen", "unknown"),
            contact_day=data.get("contact_day"),
            contact_way=data.get("contact_way", ""),
            is_shared=data["is_shared"],
        )
    )
    if done:
        messages.success(request, _("The plan is saved."))
    return done
