"""A translation beside its source, in Wagtail's admin: what is out of date, and beginning another one."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ikbt.accounts.models import Person
from ikbt.common import clock
from programs.access import WRITE
from programs.adopting import NotAdopted
from programs.forms import TranslateForm
from programs.languages import direction_of, language_name
from programs.models import ProgramPage
from programs.step_lines import lines_of
from programs.translating import Side, State, begin_translation, mark_translated, translation_of

WORDS = {
    State.MISSING: gettext_lazy("Missing here"),
    State.UNTRANSLATED: gettext_lazy("Not compared with the source yet"),
    State.OUT_OF_DATE: gettext_lazy("The source has changed since"),
    State.EXTRA: gettext_lazy("Only here"),
    State.DONE: gettext_lazy("Up to date"),
}


@WRITE("GET", "POST")
def translation(request: HttpRequest, page: ProgramPage) -> HttpResponse:
    """Each step beside its source; a post marks the chosen ones as saying the same."""
    if request.method == "POST":
        keys = request.POST.getlist("step")
        try:
            mark_translated(page, keys, by=cast(Person, request.user), at=clock.now())
        except NotAdopted as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("Marked as up to date: %(count)d.") % {"count": len(keys)})
            return redirect("program_translation", page.pk)
    found = translation_of(page)
    context: dict[str, Any] = {"page": page, "translation": found}
    if found is not None:
        context |= {
            "sides": [_side(side) for side in found.sides],
            "left": len(found.sides) - len(found.are(State.DONE, State.EXTRA)),
            "source_language": found.source_language,
            "source_direction": direction_of(found.source_language),
            "own_direction": direction_of(found.language),
        }
    return render(request, "programs/admin/translation.html", context)


def _side(side: Side) -> dict[str, Any]:
    return {
        "key": side.key,
        "title": (side.own or side.source or {}).get("title", side.key),
        "words": str(WORDS[side.state]),
        "may_mark": side.state in {State.UNTRANSLATED, State.OUT_OF_DATE},
        "source": lines_of(side.source),
        "own": lines_of(side.own),
    }


@WRITE("GET", "POST")
def begin(request: HttpRequest, page: ProgramPage) -> HttpResponse:
    """A draft in another language beside this one."""
    form = TranslateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = begin_translation(
                page, language=form.cleaned_data["language"], by=cast(Person, request.user), at=clock.now()
            )
        except NotAdopted as refused:
            form.add_error("language", str(refused))
        else:
            said = _(
                "The translation to %(language)s is a draft beside its source, with the source's text in it."
            )
            messages.success(request, said % {"language": language_name(form.cleaned_data["language"])})
            return redirect("program_translation", made.pk)
    return render(request, "programs/admin/begin_translation.html", {"page": page, "form": form})
