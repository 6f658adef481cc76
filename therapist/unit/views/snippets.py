"""The unit's text templates: the list, a new one, one changed or removed."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ikbt.accounts.access import AtUnits
from ikbt.accounts.keeping_snippets import keep_snippet, remove_snippet
from ikbt.accounts.models import CareUnit, Snippet
from ikbt.common import clock
from therapist.unit.frame import unit_frame
from therapist.unit.snippet_access import A_SNIPPET, THE_SNIPPETS, AtSnippet
from therapist.unit.snippet_form import SnippetForm


@THE_SNIPPETS("GET", "POST")
def snippets(request: HttpRequest, desk: AtUnits) -> HttpResponse:
    """All of them; a POST keeps a new one."""
    form = SnippetForm(request.POST or None, units=units_of(desk))
    if request.method == "POST" and form.is_valid() and _keep(form, desk, None):
        messages.success(request, _("The template is kept."))
        return redirect("unit:snippets")
    rows = Snippet.objects.filter(unit__in=desk.units).select_related("unit", "changed_by")
    context = {**unit_frame(request, desk), "form": form, "snippets": rows.order_by("unit__name", "title")}
    return render(request, "therapist/unit/snippets.html", context)


@A_SNIPPET("GET", "POST")
def snippet(request: HttpRequest, at: AtSnippet) -> HttpResponse:
    """Change one, or remove it."""
    if request.method == "POST" and "remove" in request.POST:
        remove_snippet(at.snippet, by=at.actor)
        messages.success(request, _("The template is removed."))
        return redirect("unit:snippets")
    begun = {"title": at.snippet.title, "body": at.snippet.body, "unit": at.snippet.unit_id}
    form = SnippetForm(request.POST or None, initial=begun, units={at.snippet.unit_id: ""})
    if request.method == "POST" and form.is_valid() and _keep(form, at, at.snippet):
        messages.success(request, _("The template is kept."))
        return redirect("unit:snippets")
    context = {**unit_frame(request, at), "form": form, "snippet": at.snippet}
    return render(request, "therapist/unit/snippet.html", context)


def units_of(desk: AtUnits) -> dict[UUID, str]:
    """Hers, by name."""
    return dict(CareUnit.objects.filter(pk__in=desk.units).values_list("pk", "name"))


def _keep(form: SnippetForm, desk: AtUnits, standing: Snippet | None) -> bool:
    said = form.cleaned_data
    return form.carries(
        lambda: keep_snippet(
            standing.unit_id if standing else UUID(said["unit"]),
            standing,
            title=said["title"],
            body=said["body"],
            author=desk.person,
            by=desk.actor,
            at=clock.now(),
        )
    )
