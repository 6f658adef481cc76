"""The form of an answer about her data: which answer, to which version."""

from __future__ import annotations

from django import forms


class ConsentForm(forms.Form):
    """What one of the page's buttons sends."""

    READ, YES, NO = "read", "research_yes", "research_no"

    answer = forms.ChoiceField(choices=[(READ, READ), (YES, YES), (NO, NO)])
    version = forms.IntegerField(min_value=1, max_value=10_000)
