"""The patient's blocks: what is closed to whom, closing it, opening it again."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ikbt.common import clock
from ikbt.treatments.access import MY_TREATMENT, Mine
from ikbt.treatments.blocking import lift_block, set_block
from ikbt.treatments.pages.blocks import BlockForm, own_block, own_blocks
from ikbt.treatments.pages.frame import frame


@MY_TREATMENT("GET", "POST")
def blocks(request: HttpRequest, mine: Mine) -> HttpResponse:
    """What is closed, and the form that closes more."""
    form = BlockForm(request.POST if request.method == "POST" else None, treatment=mine.treatment)
    if form.is_valid():
        try:
            set_block(mine.treatment, against=form.chosen, by=mine.actor, at=clock.now())
        except ValidationError as refused:
            form.add_error("against", refused)
        else:
            messages.success(request, _("It is closed now."))
            return redirect("treatments:blocks", treatment_id=mine.treatment.pk)
    context = {**frame(request, mine), "form": form, "blocks": own_blocks(mine.treatment)}
    return render(request, "treatments/blocks.html", context)


@MY_TREATMENT("POST")
def lift(request: HttpRequest, mine: Mine, block_id: UUID) -> HttpResponse:
    """Open again what she closed."""
    lift_block(own_block(mine.treatment, block_id), by=mine.actor, at=clock.now())
    messages.success(request, _("It is open again."))
    return redirect("treatments:blocks", treatment_id=mine.treatment.pk)
