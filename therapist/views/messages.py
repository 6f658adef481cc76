"""The conversation with a patient: read, reply, say that no answer is needed."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ikbt.common import clock
from ikbt.treatments.access import MY_PATIENTS_TREATMENT, Cared
from ikbt.treatments.messaging import close_without_answer, draft_of, mark_read, send_message
from ikbt.treatments.uploads import ACCEPT, files_of
from therapist.conversation import conversation, unanswered
from therapist.drafting import is_anothers, keep_refused, refuse_anothers
from therapist.forms import ReplyForm
from therapist.frame import emergency_until, patient_frame
from therapist.snippets import snippets_for
from therapist.views.going_on import go_on

PURPOSE = "message"
NOTHING = UUID(int=0)


@MY_PATIENTS_TREATMENT("GET", "POST")
def messages(request: HttpRequest, cared: Cared) -> HttpResponse:
    """All messages and a form to reply."""
    if request.method == "POST":
        form = ReplyForm(request.POST)
        if is_anothers(form, cared):
            refuse_anothers(form, cared, PURPOSE, at=clock.now())
        elif form.is_valid() and _reply(request, cared, form):
            return go_on(request, cared) or _sent(request, cared)
        else:
            keep_refused(form, cared, PURPOSE, at=clock.now())
    else:
        draft = draft_of(cared.treatment, PURPOSE, author=cared.staff)
        form = ReplyForm.begun(draft, written_for=cared.treatment.pk)
    context = {
        **patient_frame(request, cared, here=_("Messages")),
        **_talk(cared),
        "form": form,
        "purpose": PURPOSE,
        "accept": ACCEPT,
        "socket_path": f"/ws/behandling/{cared.treatment.pk}/",
        "snippets": snippets_for(cared),
    }
    return render(request, "therapist/messages.html", context)


@MY_PATIENTS_TREATMENT("GET")
def newer(request: HttpRequest, cared: Cared) -> HttpResponse:
    """The conversation alone, for a live refresh."""
    return render(request, "therapist/_conversation.html", _talk(cared))


@MY_PATIENTS_TREATMENT("POST")
def read(request: HttpRequest, cared: Cared) -> HttpResponse:
    """The page tells that it has been seen: a GET changes nothing."""
    seen = _seen(request)
    mark_read(cared.treatment, reader_is_patient=False, by=cared.actor, at=clock.now(), seen=seen)
    return HttpResponse(status=204)


@MY_PATIENTS_TREATMENT("POST")
def no_answer(request: HttpRequest, cared: Cared) -> HttpResponse:
    """The unanswered messages need no answer."""
    close_without_answer(cared.treatment, by=cared.actor, at=clock.now(), seen=_seen(request))
    notices.success(request, _("Marked: no answer needed."))
    return redirect("therapist:messages", treatment_id=cared.treatment.pk)


def _talk(cared: Cared) -> dict[str, object]:
    shown = conversation(cared.treatment, cared.staff)
    return {
        "bubbles": shown,
        "last": shown[-1].id if shown else "",
        "unanswered": unanswered(cared.treatment),
        "treatment": cared.treatment,
        "emergency_until": emergency_until(cared),
    }


def _seen(request: HttpRequest) -> UUID | None:
    """The last message on the page that posts; NOTHING when it had none, None when it doesn't say."""
    try:
        return UUID(request.POST["seen"]) if "seen" in request.POST else None
    except ValueError:
        return NOTHING


def _sent(request: HttpRequest, cared: Cared) -> HttpResponse:
    notices.success(request, _("Sent to %(name)s.") % {"name": cared.treatment.patient.name})
    return redirect("therapist:messages", treatment_id=cared.treatment.pk)


def _reply(request: HttpRequest, cared: Cared, form: ReplyForm) -> bool:
    data, at, seen = form.cleaned_data, clock.now(), _seen(request)
    done = form.carries(
        lambda: send_message(
            cared.treatment,
            data["body"],
            sender=cared.staff,
            client_key=data["client_key"],
            by=cared.actor,
            at=at,
            seen=seen,
            files=files_of(request),
        )
    )
    if not done:
        return False
    # Whoever answers has read; without JavaScript nothing else tells.
    mark_read(cared.treatment, reader_is_patient=False, by=cared.actor, at=at, seen=seen)
    return True
