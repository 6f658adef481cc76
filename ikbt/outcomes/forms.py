"""What a service's figures are asked for: units, program, years of start, instrument, and by what they are cut."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import CareUnit
from ikbt.outcomes.reading import CUTS

CUT_NAMES = {
    "unit": _("Unit"),
    "program": _("Program"),
    "period": _("Year of start"),
    "age": _("Age at start"),
    "sex": _("Sex"),
}


class ChoiceForm(forms.Form):
    """Sent by GET, every field a choice from a list; what is left out means all."""

    enhet = forms.ChoiceField(label=_("Unit"), required=False)
    program = forms.ChoiceField(label=_("Program"), required=False)
    fran = forms.TypedChoiceField(label=_("Started from"), required=False, coerce=int, empty_value=None)
    till = forms.TypedChoiceField(label=_("Started until"), required=False, coerce=int, empty_value=None)
    matt = forms.ChoiceField(label=_("Which questionnaire"), required=False)
    delat = forms.ChoiceField(label=_("Divided by"), required=False)

    def __init__(
        self,
        *args: Any,
        units: tuple[CareUnit, ...],
        programs: list[tuple[str, str]],
        years: list[int],
        instruments: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        every = [("", _("All"))]
        self._choose("enhet", [*every, *((str(unit.pk), unit.name) for unit in units)])
        self._choose("program", [*every, *programs])
        numbered = [(str(year), str(year)) for year in years]
        self._choose("fran", [*every, *numbered])
        self._choose("till", [*every, *numbered])
        self._choose("matt", instruments)
        self._choose("delat", [("", _("Not divided")), *((cut, CUT_NAMES[cut]) for cut in CUTS)])

    def _choose(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]  # each field above has choices
        # Every list has a line that means all.
        self.fields[name].says_optional = False  # type: ignore[attr-defined]


class ResearchForm(forms.Form):
    """What data for research are fetched for, and from which unit."""

    project = forms.CharField(
        label=_("Number of the ethical approval"),
        help_text=_(
            "As it is written, such as 2026-01234-01. Pseudonyms are the same in every file of one project."
        ),
        max_length=40,
    )
    unit = forms.ChoiceField(label=_("Unit"), required=False)

    def __init__(self, units: tuple[CareUnit, ...], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = units
        named = [(str(unit.pk), unit.name) for unit in units]
        self.fields["unit"].choices = [("", _("All")), *named]  # type: ignore[attr-defined]  # a choice field
        # The list has a line that means all.
        self.fields["unit"].says_optional = False  # type: ignore[attr-defined]

    def chosen_units(self) -> list[UUID]:
        """Her units, or the one she chose."""
        said = self.cleaned_data["unit"]
        return [unit.pk for unit in self.units if not said or str(unit.pk) == said]
