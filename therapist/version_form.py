"""The form that moves a patient to a later version: which open modules are read anew, and why she is moved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from ikbt.treatments.version_preview import ModuleFate


class MoveForm(forms.Form):
    """Offers the open modules that may be moved; those she still works with are chosen from the start."""

    modules = forms.MultipleChoiceField(
        label=_("Open modules that the patient reads in the new version from now on"),
        help_text=_("The others stay as the patient has read them."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    reason = forms.CharField(
        label=_("Why the patient is moved"),
        help_text=_("Becomes part of the record. Tell the patient yourself what is different."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    to = forms.CharField(widget=forms.HiddenInput, max_length=20)

    def __init__(self, data: Any = None, *, modules: Sequence[ModuleFate]) -> None:
        movable = [one for one in modules if one.may_move]
        chosen = [one.key for one in movable if one.moves_by_default]
        super().__init__(data, initial={"modules": chosen})
        cast(forms.MultipleChoiceField, self.fields["modules"]).choices = [
            (one.key, one.title) for one in movable
        ]
