"""The patient's blocks: what is closed to whom, closing it, opening it again."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ikbt.common import clock
from ikbt.treatments.access import MY_TREATMENT, Mine
from ikbt.treatments.blocking import lift_block, set_block
from ikbt.treatments.models import Block
from ikbt.treatments.pages.blocks import BlockForm, own_blocks
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
def lift(request: HttpRequest, mine: Mine, block_id: object) -> HttpResponse:
    """Open again what she closed."""
    block = Block.objects.filter(patient=mine.person.pk, unit=mine.treatment.unit_id, pk=block_id).first()
    if block is None:
        raise Http404
    lift_block(block, by=mine.actor, at=clock.now())
    messages.success(request, _("It is open again."))
    return redirect("treatments:blocks", treatment_id=mine.treatment.pk)
