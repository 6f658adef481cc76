"""The page about a draft's review in Wagtail's admin, and the steps that are taken from it."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from ikbt.accounts.models import Person
from ikbt.common import clock
from programs.access import DRAFT
from programs.forms import AskForm, SignForm
from programs.models import ProgramPage, Stage
from programs.previewing import module_context
from programs.publishing import DraftChanged, Unpublishable
from programs.review_page import read_draft
from programs.review_words import WORDS
from programs.reviewing import NotYours, ask_for_review, review_of, send_back, sign_off, withdraw_review


@DRAFT("GET", "POST")
def review(request: HttpRequest, page: ProgramPage) -> HttpResponse:
    """Where the draft stands; a post sends it for review."""
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            given = form.cleaned_data
            ask_for_review(page, by=_person(request), at=clock.now(), note=given["note"], seen=given["seen"])
        except (NotYours, DraftChanged, Unpublishable) as refused:
            messages.error(request, said_of(refused))
        else:
            messages.success(request, _("The draft is sent for review. The reviewers have got a notice."))
            return redirect("program_review", page.pk)
    return _show(request, page, note=str(form.data.get("note", "")))


@DRAFT("POST")
def sign(request: HttpRequest, page: ProgramPage, *, stage: str) -> HttpResponse:
    """Sign a stage off, or send the draft back with what should be mended."""
    found, form = review_of(page), SignForm(request.POST)
    if stage not in Stage or found is None:
        raise Http404
    if not form.is_valid():
        messages.error(request, _("The page is out of date. Read the draft again."))
        return _show(request, page, stage=stage, comment=str(form.data.get("comment", "")))
    given, by, at = form.cleaned_data, _person(request), clock.now()
    words = {"comment": given["comment"], "seen": given["seen"], "by": by, "at": at}
    try:
        if request.POST.get("verdict") == "back":
            send_back(found, Stage(stage), **words)
            messages.success(request, _("The draft is sent back, with your comment."))
        else:
            sign_off(found, Stage(stage), signs_hard=given["signs_hard"], **words)
            messages.success(request, _("Signed with your name."))
    except (NotYours, DraftChanged, Unpublishable, ValidationError) as refused:
        messages.error(request, said_of(refused))
        return _show(request, page, stage=stage, comment=given["comment"])
    return redirect("program_review", page.pk)


@DRAFT("POST")
def withdraw(request: HttpRequest, page: ProgramPage) -> HttpResponse:
    """Take the draft back from review, or its release from its day."""
    found = review_of(page)
    if found is not None:
        try:
            withdraw_review(found, by=_person(request), at=clock.now())
            messages.success(request, _("The draft is taken back. Nobody is asked to read it any more."))
        except NotYours as refused:
            messages.error(request, said_of(refused))
    return redirect("program_review", page.pk)


@DRAFT("GET")
def read_module(request: HttpRequest, page: ProgramPage, *, module_key: str) -> HttpResponse:
    """A module of the draft as a patient would see it, for those who review it."""
    draft = read_draft(page, _person(request), at=clock.now())
    module = next((one.document for one in draft.frozen.modules if one.document["key"] == module_key), None)
    if module is None:
        raise Http404
    language = draft.frozen.program["language"]
    context = {
        "page": {"title": module["title"]},
        "back": reverse("program_review", args=[page.pk]),
        **module_context(module, draft.frozen.media, language=language),
    }
    return render(request, "programs/preview.html", context)


def said_of(refused: Exception) -> str:
    """A refusal in words."""
    if isinstance(refused, NotYours):
        return str(WORDS[refused.why])
    if isinstance(refused, DraftChanged):
        return _("Somebody has changed the draft. Read it again before you go on.")
    if isinstance(refused, Unpublishable):
        return _("Mend what is listed first.")
    return " ".join(refused.messages) if isinstance(refused, ValidationError) else str(refused)


def _person(request: HttpRequest) -> Person:
    return cast(Person, request.user)


def _show(
    request: HttpRequest, page: ProgramPage, *, note: str = "", stage: str = "", comment: str = ""
) -> HttpResponse:
    draft = read_draft(page, _person(request), at=clock.now())
    seen = draft.frozen.content_hash
    forms = [
        (
            line,
            SignForm(
                initial={"seen": seen, "comment": comment if line.stage == stage else ""},
                auto_id=f"{line.stage.value}-%s",
            ),
        )
        for line in draft.stages
    ]
    # Always unbound: what was seen is what this very page shows.
    context = {"draft": draft, "lines": forms, "ask": AskForm(initial={"seen": seen, "note": note})}
    return render(request, "programs/admin/review.html", context)
