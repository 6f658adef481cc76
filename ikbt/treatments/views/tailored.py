"""What the patient decides about her own path: a choice made, an offer taken or declined."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from ikbt.common import clock
from ikbt.treatments.access import MY_TREATMENT, Mine
from ikbt.treatments.deciding import answer_offer, choose
from ikbt.treatments.pages.frame import address
from ikbt.treatments.reading import outline_of
from programs.tailoring.path import name_of


@MY_TREATMENT("POST")
def make_choice(request: HttpRequest, mine: Mine, group_key: str) -> HttpResponse:
    """Keep her choice; back to where it stands."""
    try:
        choose(
            mine.treatment,
            group_key,
            request.POST.getlist("option"),
            patient=mine.person,
            by=mine.actor,
            at=clock.now(),
        )
    except ValidationError as refused:
        messages.error(request, refused.messages[0])
    else:
        messages.success(request, _("Your choice is kept. You may change it until you hand in."))
    return redirect(_where_it_stands(mine, group_key))


@MY_TREATMENT("POST")
def answer(request: HttpRequest, mine: Mine, module_key: str, offer_key: str) -> HttpResponse:
    """Take what is offered, or decline it."""
    accept = request.POST.get("answer") == "yes"
    try:
        answer_offer(
            mine.treatment,
            name_of(module_key, offer_key),
            accept=accept,
            person=mine.person,
            reason="",
            by=mine.actor,
            at=clock.now(),
        )
    except ValidationError as refused:
        messages.error(request, refused.messages[0])
    else:
        messages.success(request, _("It is done.") if accept else _("All right, everything stays as it was."))
    return redirect(address("treatment", mine))


def _where_it_stands(mine: Mine, group_key: str) -> str:
    """The module that the choice stands in, else her start page."""
    for module in outline_of(mine.treatment)["modules"]:
        if any(group["key"] == group_key for group in module.get("choices", ())):
            return address("module", mine, module_key=module["key"])
    return address("treatment", mine)
