"""Forms of the review: which period, and what a case led to."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ikbt.access_log.models import Case

LONGEST_DAYS = 92


class PeriodForm(forms.Form):
    """From one day to another, both included."""

    since = forms.DateField(
        label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("Up to and including"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    sample = forms.IntegerField(label=_("Cases drawn at random"), min_value=1, max_value=200, initial=20)

    def clean(self) -> dict[str, Any]:
        """The days come in order, and not too many at once."""
        cleaned: dict[str, Any] = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day comes before the first."))
        elif since and until and (until - since).days > LONGEST_DAYS:
            self.add_error("until", _("Choose at most three months at a time."))
        return cleaned


class DecisionForm(forms.Form):
    """A decision, with words when it is more than "in order"."""

    decision = forms.ChoiceField(label=_("Decision"), choices=Case.Decision.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Why you decided so. Write nothing about the patient's health."),
    )

    def clean(self) -> dict[str, Any]:
        """A question or an incident needs its reason."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("decision") in {Case.Decision.ASK, Case.Decision.INCIDENT} and not cleaned.get("note"):
            self.add_error("note", _("Write why, in a few words."))
        return cleaned
