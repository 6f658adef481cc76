"""Messages: read them, write one, keep a draft, fetch what is new, mark as read."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages as notices
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from ikbt.accounts.preferring import show_presence
from ikbt.common import clock
from ikbt.treatments import forms
from ikbt.treatments.access import MY_TREATMENT, Mine
from ikbt.treatments.messaging import keep_draft, mark_read, send_message
from ikbt.treatments.pages.away import therapist_away
from ikbt.treatments.pages.conversation import after, bubbles, conversation_page
from ikbt.treatments.pages.frame import address, frame
from ikbt.treatments.promising import reply_promised
from ikbt.treatments.thresholds import thresholds_of
from ikbt.treatments.uploads import files_of


@MY_TREATMENT("GET", "POST")
def messages(request: HttpRequest, mine: Mine) -> HttpResponse:
    """The conversation; a POST sends."""
    if request.method == "POST":
        return _send(request, mine)
    return _page(request, mine, older_than=_id(request, "fore"))


def _send(request: HttpRequest, mine: Mine) -> HttpResponse:
    body, at = forms.text(request.POST, "body"), clock.now()
    key = forms.own_key(request.POST, mine.person.pk)
    try:
        send_message(
            mine.treatment,
            body,
            sender=mine.person,
            client_key=key,
            by=mine.actor,
            at=at,
            files=files_of(request),
        )
    except ValidationError as refused:
        if body.strip() and mine.treatment.is_running:
            revision = forms.number(request.POST, "revision")
            keep_draft(mine.treatment, "message", body, author=mine.person, revision=revision, at=at)
        notices.error(request, refused.messages[0])
        return _page(request, mine, body=body, status=422)
    notices.success(request, _("Your message is sent."))
    return redirect(address("messages", mine) + "#skriv")


@MY_TREATMENT("GET")
def newer(request: HttpRequest, mine: Mine) -> HttpResponse:
    """What has come since a message, as the same bubbles."""
    found = after(mine, _id(request, "efter"))
    return render(request, "treatments/_bubbles.html", {"shown": bubbles(mine, found)})


@MY_TREATMENT("POST")
def draft(request: HttpRequest, mine: Mine) -> HttpResponse:
    """Keep what is being written."""
    if not mine.treatment.is_running:
        sentence = _("The treatment has ended, so no more messages can be sent.")
        return JsonResponse({"saved": False, "error": sentence}, status=422)
    data, at = forms.posted(request), clock.now()
    body, revision = forms.text(data, "body"), forms.number(data, "revision")
    saved = keep_draft(mine.treatment, "message", body, author=mine.person, revision=revision, at=at)
    if forms.wants_json(request):
        answer: dict[str, object] = {
            "saved": True,
            "revision": saved.revision,
            "at": date_format(localtime(at), "H.i"),
        }
        if saved.other is not None:
            answer["text"] = saved.body
        return JsonResponse(answer)
    notices.success(request, _("Your draft is saved. You can go on whenever you like."))
    return redirect(address("messages", mine) + "#skriv")


@MY_TREATMENT("POST")
def presence(request: HttpRequest, mine: Mine) -> HttpResponse:
    """Turn on or off that both see who is there and writes."""
    wanted = request.POST.get("presence") == "on"
    show_presence(mine.person, wanted=wanted, by=mine.actor)
    notices.success(
        request,
        _("You and your therapist now see when the other is here and writes.")
        if wanted
        else _("Nobody sees any longer when you are here and write."),
    )
    return redirect(address("messages", mine) + "#skriv")


@MY_TREATMENT("POST")
def read(request: HttpRequest, mine: Mine) -> HttpResponse:
    """She has read what the therapist wrote."""
    mark_read(mine.treatment, reader_is_patient=True, by=mine.actor, at=clock.now())
    if forms.wants_json(request):
        return HttpResponse(status=204)
    return redirect(address("messages", mine) + "#skriv")


def _page(
    request: HttpRequest,
    mine: Mine,
    *,
    older_than: UUID | None = None,
    body: str | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        **frame(request, mine),
        **conversation_page(mine, older_than=older_than, body=body),
        "answer_hours": thresholds_of(mine.treatment.unit).answer_hours,
        "promise": reply_promised(mine.treatment, at=clock.now()) if mine.treatment.is_running else None,
        "away": therapist_away(mine, at=clock.now()),
    }
    return render(request, "treatments/messages.html", context, status=status)


def _id(request: HttpRequest, name: str) -> UUID | None:
    try:
        return UUID(request.GET.get(name, ""))
    except ValueError:
        return None
