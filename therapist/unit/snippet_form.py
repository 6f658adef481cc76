"""The form of a text template; decides that one with a single unit is not asked which."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from therapist.forms import RuleForm


class SnippetForm(RuleForm):
    """A title and a text with words in braces."""

    fields_of = {"title": "title"}

    unit = forms.ChoiceField(label=_("Unit"))
    title = forms.CharField(label=_("Title"), max_length=80, help_text=_("What staff choose it by."))
    body = forms.CharField(
        label=_("Text"),
        help_text=_(
            "What stands in braces is filled in: {förnamn}, {namn}, {behandlare}, {enhet}, {telefon}, {program}, "
            "{modul}. Other words, such as {dag}, are filled in by whoever writes; nothing is sent before."
        ),
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=4000,
    )

    def __init__(self, *args: Any, units: Mapping[UUID, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit = self.fields["unit"]
        if isinstance(unit, forms.ChoiceField):
            unit.choices = [(str(key), name) for key, name in units.items()]
        if len(units) == 1:
            unit.widget, unit.initial = forms.HiddenInput(), str(next(iter(units)))
