"""Feedback on a module: the work beside the form, and after sending the next patient who waits."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ikbt.common import clock
from ikbt.treatments.access import MY_PATIENTS_MODULE, CaredModule
from ikbt.treatments.messaging import draft_of
from therapist import answering
from therapist.caseload import next_in_need
from therapist.drafting import as_id, is_anothers, keep_refused, refuse_anothers
from therapist.forms import FeedbackForm
from therapist.frame import patient_frame
from therapist.replying import give_feedback
from therapist.snippets import snippets_for
from therapist.views.going_on import go_on


@MY_PATIENTS_MODULE("GET", "POST")
def feedback(request: HttpRequest, cared: CaredModule) -> HttpResponse:
    """Read the work, write, open the next module or hold it."""
    at, purpose = clock.now(), answering.feedback_purpose(cared.module.key)
    page = answering.read_module(cared, at=at)
    shape = {"next_title": page["next_title"], "ahead": bool(page["missing"])}
    if request.method == "POST":
        form = FeedbackForm(request.POST, **shape)
        # What her page named: a colleague may have opened that one meanwhile.
        named = request.POST.get("next_key") or page["next_key"]
        if is_anothers(form, cared):
            refuse_anothers(form, cared, purpose, at=at)
        elif form.is_valid() and _send(cared, form, named, seen=as_id(request.POST.get("seen"))):
            return go_on(request, cared) or redirect(
                "therapist:feedback_sent", treatment_id=cared.treatment.pk, module_key=cared.module.key
            )
        else:
            keep_refused(form, cared, purpose, at=at)
            # What a colleague has sent meanwhile stands beside the text.
            page = answering.read_module(cared, at=at)
    else:
        draft = draft_of(cared.treatment, purpose, author=cared.staff)
        form = FeedbackForm.begun(draft, written_for=cared.treatment.pk, **shape)
    here = _("Feedback: %(module)s") % {"module": cared.module.document["title"]}
    context = {
        **patient_frame(request, cared, here=here),
        **page,
        "form": form,
        "purpose": purpose,
        "snippets": snippets_for(cared, module=str(cared.module.document["title"])),
    }
    return render(request, "therapist/feedback.html", context)


@MY_PATIENTS_MODULE("GET")
def sent(request: HttpRequest, cared: CaredModule) -> HttpResponse:
    """What was done, and who waits now."""
    context = {
        **patient_frame(request, cared, here=_("Sent")),
        "module": cared.module,
        "opened": answering.opened_with_feedback(cared),
        "next": next_in_need(cared.staff, after=cared.treatment.pk, by=cared.actor, at=clock.now()),
    }
    return render(request, "therapist/feedback_sent.html", context)


def _send(cared: CaredModule, form: FeedbackForm, next_key: str, *, seen: UUID | None) -> bool:
    data = form.cleaned_data
    return form.carries(
        lambda: give_feedback(
            cared.treatment,
            cared.module.key,
            data["body"],
            author=cared.staff,
            open_next=next_key if form.opens_next else "",
            reason=data.get("reason", ""),
            client_key=data["client_key"],
            by=cared.actor,
            at=clock.now(),
            seen=seen,
        )
    )
