"""Forms of absences; what a rule refuses is said at the field it is about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import CareUnit, Person
from therapist.forms import RuleForm
from therapist.unit.forms import DayField, PeopleField, choose, offer

ITS_STAND_IN = _("Left empty, the unit's coordinator covers.")


class AbsenceForm(RuleForm):
    """From when until when, and who covers; without `people` it is about herself."""

    fields_of = {"person": "person", "since": "since", "until": "until", "stand_in": "stand_in"}

    person = PeopleField(label=_("Who is away"))
    unit = forms.ChoiceField(label=_("Unit"), choices=[])
    since = DayField(label=_("From"), required=False, help_text=_("Left empty, it begins now."))
    until = DayField(label=_("Last day away"))
    stand_in = PeopleField(label=_("Stand-in"), required=False, help_text=ITS_STAND_IN)

    def __init__(
        self,
        *args: Any,
        units: Iterable[CareUnit],
        stand_ins: Iterable[Person],
        people: Iterable[Person] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.units = {str(unit.pk): unit for unit in units}
        choose(self.fields["unit"], [(key, unit.name) for key, unit in self.units.items()])
        if len(self.units) == 1:
            self.fields["unit"].widget = forms.HiddenInput()
            self.fields["unit"].initial = next(iter(self.units))
        offer(self.fields["stand_in"], stand_ins)
        if people is None:
            del self.fields["person"]
        else:
            offer(self.fields["person"], people)

    @property
    def unit_meant(self) -> CareUnit:
        """Where she is away."""
        return self.units[self.cleaned_data["unit"]]


class ChangeAbsenceForm(RuleForm):
    """Another last day or stand-in."""

    fields_of = {"until": "until", "stand_in": "stand_in"}

    until = DayField(label=_("Last day away"))
    stand_in = PeopleField(label=_("Stand-in"), required=False, help_text=ITS_STAND_IN)

    def __init__(self, *args: Any, stand_ins: Iterable[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self.fields["stand_in"], stand_ins)
