"""The publish page in Wagtail's admin: what preflight finds, what has changed, and the button."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ikbt.accounts.models import Person
from ikbt.common import clock
from programs.access import PUBLISH
from programs.comparing import Comparison, compare
from programs.forms import PublishForm
from programs.freezing import FrozenProgram, freeze
from programs.models import ProgramPage, ProgramVersion
from programs.publishing import DraftChanged, Unpublishable, findings, latest_version, publish


@PUBLISH("GET", "POST")
def publish_version(request: HttpRequest, page: ProgramPage) -> HttpResponse:
    """Show, then publish what was shown: a draft that has changed meanwhile is shown again."""
    form = PublishForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            version = _publish(request, page, form)
        except DraftChanged:
            messages.warning(
                request, _("Somebody has changed the draft. Look at it again before you publish.")
            )
        except Unpublishable:
            messages.error(request, _("The version was not published. Mend what is listed first."))
        else:
            said = _("%(title)s %(number)s is published.") % {
                "title": version.program.title,
                "number": version.number,
            }
            messages.success(request, said)
            return redirect("wagtailadmin_explore", page.pk)
    return _show(request, page, note=str(form.data.get("note", "")))


def _publish(request: HttpRequest, page: ProgramPage, form: PublishForm) -> ProgramVersion:
    person, given = cast(Person, request.user), form.cleaned_data
    return publish(page, by=person, at=clock.now(), note=given["note"], seen=given["seen"])


def _show(request: HttpRequest, page: ProgramPage, *, note: str) -> HttpResponse:
    frozen, last = freeze(page), latest_version(page)
    found = findings(page, frozen)
    context = {
        "page": page,
        "last": last,
        "stopping": [problem for problem in found if problem.stops],
        "remarks": [problem for problem in found if not problem.stops],
        "changes": _changes(last, frozen),
        "is_same": last is not None and last.content_hash == frozen.content_hash,
        "minutes": [(module["title"], module["minutes"]) for module in frozen.outline["modules"]],
        # Always unbound: what was seen is what this very page shows.
        "form": PublishForm(initial={"seen": frozen.content_hash, "note": note}),
    }
    return render(request, "programs/admin/publish.html", context)


def _changes(last: ProgramVersion | None, frozen: FrozenProgram) -> Comparison | None:
    if last is None:
        return None
    return compare(
        [module.document for module in last.modules.all()], [module.document for module in frozen.modules]
    )
