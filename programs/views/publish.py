"""The page where a reviewed draft is released in Wagtail's admin: what goes out, who has signed it, and the button."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ikbt.accounts.models import Person
from ikbt.common import clock
from programs.access import PUBLISH
from programs.forms import PublishForm
from programs.models import ProgramPage, ProgramReview, ProgramVersion
from programs.publishing import DraftChanged, Unpublishable
from programs.releasing import release
from programs.review_page import read_draft
from programs.reviewing import NotYours, review_of
from programs.views.review import said_of


@PUBLISH("GET", "POST")
def publish_version(request: HttpRequest, page: ProgramPage) -> HttpResponse:
    """Show, then release what was shown: a draft that has changed meanwhile is shown again."""
    form, review = PublishForm(request.POST or None), review_of(page)
    if request.method == "POST" and review is None:
        messages.error(request, _("The draft is not under review."))
    elif request.method == "POST" and review is not None and form.is_valid():
        try:
            version = _release(request, review, form)
        except (NotYours, DraftChanged, Unpublishable, ValidationError) as refused:
            messages.error(request, said_of(refused))
        else:
            messages.success(request, _done(version, form.cleaned_data["on"]))
            return redirect("program_review", page.pk)
    return _show(request, page, form)


def _release(request: HttpRequest, review: ProgramReview, form: PublishForm) -> ProgramVersion | None:
    person, given = cast(Person, request.user), form.cleaned_data
    return release(review, by=person, at=clock.now(), note=given["note"], seen=given["seen"], on=given["on"])


def _done(version: ProgramVersion | None, on: datetime | None) -> str:
    if version is None:
        day = date_format(on.astimezone(clock.STOCKHOLM), "j F Y H.i") if on else ""
        return _("It will be released on %(day)s, if nobody changes the draft before that.") % {"day": day}
    named = {"title": version.program.title, "number": version.number}
    return _("%(title)s %(number)s is released.") % named


def _show(request: HttpRequest, page: ProgramPage, form: PublishForm) -> HttpResponse:
    draft = read_draft(page, cast(Person, request.user), at=clock.now())
    # What was seen is what this very page shows; all else stays as it was typed.
    kept = {name: form.data.get(name, "") for name in ("note", "on_0", "on_1")}
    shown = PublishForm(
        {**kept, "seen": draft.frozen.content_hash} if form.is_bound else None,
        initial={"seen": draft.frozen.content_hash},
    )
    return render(request, "programs/admin/publish.html", {"draft": draft, "form": shown})
