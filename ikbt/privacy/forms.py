"""The form of a request to be erased: decides that what goes at once must be confirmed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ikbt.privacy.erasing import DRAFTS, MAIL


class ErasureForm(forms.Form):
    """Her words, what to erase at once, and a confirmation."""

    words = forms.CharField(
        label=_("What do you want erased?"),
        help_text=_("Write as much or as little as you like."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    erase = forms.MultipleChoiceField(
        label=_("Erase at once"),
        required=False,
        choices=[
            (DRAFTS, _("Messages that I have begun to write and not sent")),
            (MAIL, _("My wish to get notices by e-mail")),
        ],
        widget=forms.CheckboxSelectMultiple,
    )
    confirmed = forms.BooleanField(
        label=_("I understand that what is erased at once can't be brought back."), required=False
    )

    def clean(self) -> dict[str, Any]:
        """Nothing is erased without the confirmation."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("erase") and not cleaned.get("confirmed"):
            self.add_error("confirmed", _("Tick the box if what you have chosen is to be erased at once."))
        return cleaned
