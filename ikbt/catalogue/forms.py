"""What the catalogue is asked for, and what a manager or editor decides about a version."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, cast
from uuid import UUID

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import CareUnit
from programs.catalogue_terms import Condition, Evidence
from programs.languages import language_name

ALL = ("", _("All"))
LEVELS = [ALL, ("primary", _("Primary care")), ("specialist", _("Specialist care"))]
WEEKS = (6, 8, 10, 12, 16)
MINUTES = (10, 15, 20, 30, 45)


def _at_most(numbers: Iterable[int], words: Promise | str) -> list[tuple[Any, Any]]:
    return [ALL, *((number, str(words) % {"most": number}) for number in numbers)]


def _weeks() -> list[tuple[Any, Any]]:
    return _at_most(WEEKS, _("at most %(most)d weeks"))


def _minutes() -> list[tuple[Any, Any]]:
    return _at_most(MINUTES, _("at most %(most)d minutes a week"))


def _capital(choices: Iterable[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    return [(value, f"{str(label)[:1].upper()}{str(label)[1:]}") for value, label in choices]


class FilterForm(forms.Form):
    """Sent by GET; what is left out means all."""

    sok = forms.CharField(label=_("Search"), required=False, max_length=100)
    tillstand = forms.ChoiceField(
        label=_("Condition"), required=False, choices=lambda: [ALL, *_capital(Condition.choices)]
    )
    niva = forms.ChoiceField(label=_("Level of care"), required=False, choices=LEVELS)
    veckor = forms.TypedChoiceField(
        label=_("Weeks"), required=False, coerce=int, empty_value=None, choices=_weeks
    )
    minuter = forms.TypedChoiceField(
        label=_("Therapist time"), required=False, coerce=int, empty_value=None, choices=_minutes
    )
    sprak = forms.ChoiceField(label=_("Language"), required=False)
    evidens = forms.ChoiceField(
        label=_("Evidence"), required=False, choices=lambda: [ALL, *_capital(Evidence.choices)]
    )
    har = forms.BooleanField(label=_("Only what my unit treats by"), required=False)

    def __init__(self, *args: Any, languages: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            # All are: to say it eight times tells nothing.
            field.says_optional = False  # type: ignore[attr-defined]
        language = cast(forms.ChoiceField, self.fields["sprak"])
        language.choices = [ALL, *((code, language_name(code).capitalize()) for code in sorted(languages))]


class UnitForm(forms.Form):
    """One of the reader's units; not asked when she has only one."""

    enhet = forms.ModelChoiceField(CareUnit.objects.none(), label=_("Unit"), empty_label=None)

    def __init__(self, *args: Any, units: Collection[UUID], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit = cast("forms.ModelChoiceField[CareUnit]", self.fields["enhet"])
        unit.queryset = CareUnit.objects.filter(pk__in=units).order_by("name")
        if len(units) == 1:
            unit.initial = next(iter(units))
            unit.widget = forms.HiddenInput()


class ActivateForm(UnitForm):
    """At which unit, and whether later versions of the same first number take over."""

    foljer = forms.BooleanField(
        label=_("Let smaller changes take over by themselves"),
        help_text=_(
            "A version with the same first number has the same steps. It then also reaches patients under way, in "
            "modules that they have not opened. Without the tick it waits for you. A new first number always does."
        ),
        required=False,
    )


class WithdrawForm(forms.Form):
    """Why a version is taken back."""

    varfor = forms.CharField(
        label=_("Why"),
        help_text=_("The units that use the version read it."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
