"""The forms by which publishers recall a module and lift a recall."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from programs.models import Program


class RecallForm(forms.Form):
    """Which module, in which versions, why, and what patients read in its place."""

    module = forms.ChoiceField(label=_("Module"))
    versions = forms.MultipleChoiceField(
        label=_("Versions"),
        help_text=_("All are chosen. Take away only those that surely lack the mistake."),
        widget=forms.CheckboxSelectMultiple,
    )
    reason = forms.CharField(
        label=_("To the staff: what is wrong, and what to do"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    message = forms.CharField(
        label=_("To the patients, in the module's place"),
        help_text=_("Plain words: that it can't be read for now, and what to do meanwhile. Frighten nobody."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: Any = None, *, program: Program) -> None:
        versions = list(program.versions.order_by("-major", "-minor"))
        super().__init__(data, initial={"versions": [str(one.pk) for one in versions]})
        titles: dict[str, str] = {}
        for version in versions:
            for module in version.outline["modules"]:
                titles.setdefault(module["key"], f"{module['title']} ({module['key']})")
        cast(forms.ChoiceField, self.fields["module"]).choices = list(titles.items())
        cast(forms.MultipleChoiceField, self.fields["versions"]).choices = [
            (str(one.pk), one.number) for one in versions
        ]


class LiftForm(forms.Form):
    """Why the module may be read again."""

    reason = forms.CharField(
        label=_("Why it may be read again"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
