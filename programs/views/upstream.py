"""What a copy's source has changed since, in Wagtail's admin: side by side, to take or to keep one's own."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ikbt.accounts.models import Person
from ikbt.common import clock
from programs.access import WRITE
from programs.adopting import NotAdopted, adopt, upstream_of
from programs.models import ProgramPage

TAKE, KEEP = "take", "keep"


@WRITE("GET", "POST")
def upstream(request: HttpRequest, page: ProgramPage) -> HttpResponse:
    """Show what is open, and do what was chosen; what was left for later is shown again."""
    if request.method == "POST":
        # Named by what they are about, "step:m01-s01"; foreign names are refused by the verb.
        chosen = {name: said for name, said in request.POST.items() if said in {TAKE, KEEP}}
        take, keep = ([name for name, said in chosen.items() if said == wanted] for wanted in (TAKE, KEEP))
        try:
            adopt(page, take=take, keep=keep, by=cast(Person, request.user), at=clock.now())
        except NotAdopted as refused:
            messages.error(request, str(refused))
        else:
            said = _("Taken over: %(taken)d. Kept as your own: %(kept)d.")
            messages.success(request, said % {"taken": len(take), "kept": len(keep)})
            return redirect("program_upstream", page.pk)
    return render(request, "programs/admin/upstream.html", {"page": page, "upstream": upstream_of(page)})
