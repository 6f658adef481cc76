"""The form on the publish page."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class PublishForm(forms.Form):
    """What the release changes, and which content the publisher has looked at."""

    note = forms.CharField(
        label=_("Release note"),
        help_text=_("What is new, in a sentence or two. Other units and therapists read it."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    seen = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)
