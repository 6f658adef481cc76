"""The form that registers a death: a day first, then the same day confirmed."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from therapist.forms import RuleForm
from therapist.unit.forms import DayField


class DeathForm(RuleForm):
    """`confirmed` holds the day that the page showed; another day is asked about anew."""

    fields_of = {"day": "died_on"}

    died_on = DayField(label=_("Day of death"), help_text=_("As it is known to you. It can be corrected."))
    confirmed = forms.CharField(widget=forms.HiddenInput, required=False, max_length=10)

    @property
    def is_confirmed(self) -> bool:
        """She has seen whom and what it concerns, with this very day."""
        day = self.cleaned_data["died_on"]
        return bool(self.cleaned_data["confirmed"] == day.isoformat())
