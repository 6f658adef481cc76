"""The form that opens one patient's data in an emergency: whom, why, and how a block is lifted."""

from __future__ import annotations

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from ikbt.treatments.emergency import SHORTEST_REASON, Why
from ikbt.treatments.models import Block, EmergencyAccess
from therapist.forms import RuleForm


class EmergencyForm(RuleForm):
    """Asks about a block only when one has stood in the way: that it exists is all that is shown."""

    fields_of = {"reason": "reason", "why": "why", "block": "block_lifted"}

    who = forms.CharField(
        label=_("Personal number, or the treatment's id given by phone"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[(value, capfirst(label)) for value, label in EmergencyAccess.Reason.choices],
        widget=forms.RadioSelect,
    )
    why = forms.CharField(
        label=_("Why you must open it now"),
        help_text=_("At least 10 characters. The unit manager reads it."),
        min_length=SHORTEST_REASON,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    block_lifted = forms.ChoiceField(
        label=_("The patient has blocked data here. How is the block lifted?"),
        choices=[(value, capfirst(label)) for value, label in Block.Lifted.choices],
        widget=forms.RadioSelect,
        required=False,
    )

    @property
    def asks_block(self) -> bool:
        """A block has stood in the way of this very form."""
        return bool(self.data.get("block_lifted")) or (self.is_bound and "block_lifted" in self.errors)

    @property
    def given(self) -> Why:
        """What a valid form says."""
        said = self.cleaned_data
        return Why(reason=said["reason"], text=said["why"], block_lifted=said["block_lifted"])
