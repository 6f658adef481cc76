"""What the page about blocks shows: the other units, and to which of them the patient has closed her data."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import CareUnit
from ikbt.treatments.models import Block, Treatment

ALL = "all"


class BlockForm(forms.Form):
    """To which unit her unit's data is closed; all others is the first choice."""

    against = forms.ChoiceField(label=_("Close to"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, treatment: Treatment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = CareUnit.objects.filter(provider=treatment.unit.provider_id).exclude(pk=treatment.unit_id)
        self.units = {str(unit.pk): unit for unit in others}
        field = self.fields["against"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [
                (ALL, _("All other units")),
                *((key, unit.name) for key, unit in self.units.items()),
            ]

    @property
    def chosen(self) -> CareUnit | None:
        """The unit, or None for all others."""
        return self.units.get(self.cleaned_data["against"])


def own_blocks(treatment: Treatment) -> list[Block]:
    """Those in force, oldest first."""
    own = Block.objects.in_force().filter(patient=treatment.patient_id, unit=treatment.unit_id)
    return list(own.select_related("against"))


def own_block(treatment: Treatment, block_id: UUID) -> Block:
    """One of hers at the treatment's unit, in force or lifted; 404 for missing and foreign alike."""
    own = Block.objects.filter(patient=treatment.patient_id, unit=treatment.unit_id)
    found = own.filter(pk=block_id).first()
    if found is None:
        raise Http404
    return found
