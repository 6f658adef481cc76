"""The form that plans a closed module anew: decides which act needs what, and which verb it is."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from ikbt.treatments.models import PathDecision, Treatment
from ikbt.treatments.replanning import (
    Reasoned,
    hold_module,
    leave_out_module,
    move_module,
    put_back_module,
    release_hold,
)
from therapist.forms import ReasonField, RuleForm

HOLD, RELEASE, LEAVE_OUT, PUT_BACK, MOVE = "hold", "release", "leave_out", "put_back", "move"
VERBS = {
    HOLD: hold_module,
    RELEASE: release_hold,
    LEAVE_OUT: leave_out_module,
    PUT_BACK: put_back_module,
}


class PlaceField(forms.CharField):
    """Asked by one of the buttons alone, so it isn't called optional."""

    says_optional = False


class ReplanForm(RuleForm):
    """Why, and for a move where to."""

    fields_of = {"reason": "reason", "after": "after"}

    reason = ReasonField(
        label=_("Why"),
        help_text=_("Is logged. The patient doesn't see the reason, only what was decided."),
        # The verb demands it, and says so in its own words.
        required=False,
        max_length=300,
    )
    # What may be chosen depends on the program; the verb refuses what is not allowed.
    after = PlaceField(label=_("Move it after"), required=False, max_length=40, widget=forms.Select)

    def offer_places(self, places: Sequence[tuple[str, str]]) -> None:
        """Let her choose among these modules; without any nothing is asked."""
        widget = self.fields["after"].widget
        if isinstance(widget, forms.Select):
            widget.choices = [("", _("Choose")), *places]
        self.moves = bool(places)

    def carry_out(self, act: str, treatment: Treatment, module_key: str, said: Reasoned) -> PathDecision:
        """What the pressed button says; raises what the verb raises, KeyError for no act of ours."""
        if act == MOVE:
            return move_module(treatment, module_key, said, after=self.cleaned_data["after"])
        return VERBS[act](treatment, module_key, said)
