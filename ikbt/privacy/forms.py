"""The forms of a request to be erased and of its answer: what goes at once is confirmed, an answer has a reason."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ikbt.privacy.answering import WORDS_AT_LEAST
from ikbt.privacy.erasing import DRAFTS, MAIL
from ikbt.privacy.models import ErasureAnswer


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
            (MAIL, _("My wish to get notices")),
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


class AnswerForm(forms.Form):
    """A decision and its reason, in words to the patient."""

    decision = forms.ChoiceField(
        label=_("Decision"), choices=ErasureAnswer.Decision.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=_("Your reason, to the patient"),
        help_text=_("The patient reads this under My data. Write so that one need not know the law."),
        min_length=WORDS_AT_LEAST,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
