"""The page that compares any two versions of a program, or one with the draft."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from programs.access import DRAFT
from programs.comparison_page import Side, differences, side_of_draft, side_of_version
from programs.freezing import freeze
from programs.models import ProgramPage, ProgramVersion

DRAFT_NOW = "utkast"
MOST_VERSIONS = 200


@DRAFT("GET")
def compare_versions(request: HttpRequest, page: ProgramPage) -> HttpResponse:
    """Chosen by id in the address; without a choice the newest version and the draft."""
    rows = ProgramVersion.objects.filter(program__page=page).order_by("-major", "-minor")
    versions = list(rows.defer("outline")[:MOST_VERSIONS])
    old = request.GET.get("fran") or (str(versions[0].pk) if versions else "")
    new = request.GET.get("till") or DRAFT_NOW
    context = {
        "page": page,
        "choices": [(DRAFT_NOW, _("the draft")), *((str(one.pk), one.number) for one in versions)],
        "old": old,
        "new": new,
        "found": differences(_side(page, old), _side(page, new)) if old else None,
    }
    return render(request, "programs/admin/compare.html", context)


def _side(page: ProgramPage, chosen: str) -> Side:
    if chosen == DRAFT_NOW:
        return side_of_draft(freeze(page), _("the draft"))
    try:
        key = UUID(chosen)
    except ValueError:
        raise Http404 from None
    version = ProgramVersion.objects.filter(program__page=page, pk=key).first()
    if version is None:
        raise Http404
    return side_of_version(version)
