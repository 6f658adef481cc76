"""The forms on the pages of review and release."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, cast
from uuid import UUID

from django import forms
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import CareUnit
from programs.languages import language_name
from programs.uploading import MOST_BYTES
from programs.virus_scan import check_for_viruses

SEEN = r"^[0-9a-f]{64}$"


class AskForm(forms.Form):
    """What the reviewers should look at."""

    note = forms.CharField(
        label=_("To the reviewers"),
        help_text=_("What is new, and what you want looked at."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    seen = forms.RegexField(SEEN, widget=forms.HiddenInput)


LANGUAGES = (
    *(
        "sv",
        "en",
        "ar",
        "bs",
        "de",
        "es",
        "fa",
        "fi",
        "fr",
        "hr",
        "ku",
        "pl",
        "ps",
        "ro",
        "ru",
        "se",
        "so",
        "sr",
    ),
    *("ti", "tr", "uk", "ur"),
)


def language_choices() -> list[tuple[str, str]]:
    """The languages that a program may be translated to, by their names."""
    return sorted(((code, language_name(code).capitalize()) for code in LANGUAGES), key=lambda pair: pair[1])


class TranslateForm(forms.Form):
    """Into which language."""

    language = forms.ChoiceField(label=_("Language"), choices=language_choices)


class PackageForm(forms.Form):
    """A package, the unit it is for, and whether one vouches for it oneself."""

    unit = forms.ModelChoiceField(CareUnit.objects.none(), label=_("Unit"), empty_label=None)
    package = forms.FileField(label=_("Package"), help_text=_("A zip that was taken out of ikbt."))
    accept_unsigned = forms.BooleanField(
        label=_(
            "I know where the package comes from, and take it in although nobody we trust has signed it."
        ),
        required=False,
    )
    replaces = forms.BooleanField(
        label=_("What authors have changed in these drafts may be put aside for what the package holds."),
        required=False,
    )

    def __init__(self, *args: Any, units: Collection[UUID], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit = cast("forms.ModelChoiceField[CareUnit]", self.fields["unit"])
        unit.queryset = CareUnit.objects.filter(pk__in=units, page__isnull=False).order_by("name")

    def clean_package(self) -> Any:
        """Not too big, and nothing that the virus scanner knows."""
        file = self.cleaned_data["package"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(
                _("The file is too big. It may be %(most)s at most.") % {"most": filesizeformat(MOST_BYTES)}
            )
        check_for_viruses(file)
        return file


class SignForm(forms.Form):
    """A reviewer's words, and whether she signs text that is over the limit of LIX."""

    comment = forms.CharField(
        label=_("Comment"),
        help_text=_("Kept with your name. When you send it back: what should be mended."),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    signs_hard = forms.BooleanField(
        label=_("I have read what is hard to read, and sign that it must be so; the comment says why."),
        required=False,
    )
    seen = forms.RegexField(SEEN, widget=forms.HiddenInput)


class DayAndTime(forms.SplitDateTimeWidget):
    """Day and time, each with a name of its own for those who listen."""

    def __init__(self) -> None:
        super().__init__(date_attrs={"type": "date"}, time_attrs={"type": "time"})

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Names in the reader's language."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        for part, label in zip(context["widget"]["subwidgets"], (_("Day"), _("Time")), strict=True):
            part["attrs"]["aria-label"] = label
        return context


class PublishForm(forms.Form):
    """What the release changes, and which content the publisher has looked at."""

    note = forms.CharField(
        label=_("Release note"),
        help_text=_("What is new, in a sentence or two. Other units and therapists read it."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    on = forms.SplitDateTimeField(
        label=_("Release later"),
        help_text=_(
            "Leave empty to release at once. On the day it goes out only if nobody has changed the draft."
        ),
        required=False,
        widget=DayAndTime(),
    )
    seen = forms.RegexField(SEEN, widget=forms.HiddenInput)
