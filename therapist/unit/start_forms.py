"""Forms of the unit's starts and offers: who is to be treated by what, and the answer to another unit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import CareUnit, Person, RoleAssignment
from ikbt.accounts.roles import Act, Role
from ikbt.common import clock
from ikbt.common.personal_identity import NotAPersonalNumber, parse
from programs.models import Activation
from therapist.forms import RuleForm
from therapist.unit.forms import DayField, PeopleField, choose, offer

LONGEST_TEXT = 4_000


class StartForm(RuleForm):
    """Whom, by which program, with whom and from when. Created only when the name behind the number was confirmed."""

    fields_of = {"alone": "beside", "stand_in": "stand_in", "reason": "beside"}

    number = forms.CharField(
        label=_("The patient's personal number"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )
    program = forms.ChoiceField(label=_("Program"), choices=[])
    therapist = PeopleField(
        label=_("Responsible therapist"), help_text=_("Signs the decision before the start.")
    )
    stand_in = PeopleField(label=_("Stand-in"), required=False)
    starts_on = DayField(label=_("Start"))
    beside = forms.CharField(
        label=_("Why a second treatment at once"),
        help_text=_("Only if the patient has one already."),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    # Whose name she has seen and confirmed.
    confirmed = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, data: Any = None, *, units: Iterable[UUID], at: datetime) -> None:
        super().__init__(data, initial={"starts_on": clock.local_date(at)})
        units = list(units)
        running = Activation.objects.running().filter(unit__in=units).select_related("version", "unit")
        self.activations = {str(one.pk): one for one in running}
        named = [
            (key, f"{one.version.outline['title']}, {one.unit.name}") for key, one in self.activations.items()
        ]
        choose(self.fields["program"], [("", str(_("Choose"))), *sorted(named, key=lambda row: row[1])])
        offer(self.fields["therapist"], people_with(units, roles=[Role.THERAPIST], at=at))
        offer(self.fields["stand_in"], people_with(units, roles=[Role.THERAPIST, Role.STAND_IN], at=at))

    def clean_number(self) -> Person:
        """The person behind it."""
        try:
            number = parse(self.cleaned_data["number"], today=clock.today())
        except NotAPersonalNumber:
            raise ValidationError(_("Write the personal number with 10 or 12 digits.")) from None
        found = Person.objects.with_number(number)
        if found is None or not found.is_active:
            raise ValidationError(
                _("Nobody with this number is registered. The unit's coordinator registers new patients.")
            )
        return found

    def clean_starts_on(self) -> Any:
        """Not a day that was."""
        day = self.cleaned_data["starts_on"]
        if day < clock.today():
            raise ValidationError(_("Choose today or a day to come."))
        return day

    @property
    def activation(self) -> Activation:
        """Where, and by which version."""
        return self.activations[self.cleaned_data["program"]]


class PatientForm(RuleForm):
    """Somebody who has not been here before."""

    fields_of = {"number": "number", "email": "email"}

    number = forms.CharField(
        label=_("The patient's personal number"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )
    first_name = forms.CharField(label=_("First name"), max_length=80)
    last_name = forms.CharField(label=_("Last name"), max_length=80)
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("The patient's own: what waits is told there, without a word of care."),
    )
    phone = forms.CharField(label=_("Mobile phone"), max_length=40, required=False)
    unit = forms.ChoiceField(label=_("Unit"), choices=[])

    def __init__(self, data: Any = None, *, units: Iterable[CareUnit]) -> None:
        super().__init__(data)
        self.units = {str(unit.pk): unit for unit in units}
        choose(self.fields["unit"], [(key, unit.name) for key, unit in self.units.items()])
        if len(self.units) == 1:
            self.fields["unit"].widget = forms.HiddenInput()
            self.fields["unit"].initial = next(iter(self.units))

    @property
    def unit_meant(self) -> CareUnit:
        """Where she is to be treated."""
        return self.units[self.cleaned_data["unit"]]


class AcceptForm(RuleForm):
    """Who is to be the responsible therapist."""

    prefix = "ja"
    fields_of = {"therapist": "therapist"}

    therapist = PeopleField(label=_("Responsible therapist here"))

    def __init__(self, data: Any = None, *, people: Iterable[Person]) -> None:
        super().__init__(data)
        offer(self.fields["therapist"], people)


class DeclineForm(RuleForm):
    """Why not."""

    prefix = "nej"
    fields_of = {"reason": "reason"}

    reason = forms.CharField(
        label=_("Why you say no"),
        help_text=_("The other unit reads it."),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def people_with(units: Iterable[UUID], *, roles: Iterable[Role], at: datetime) -> list[Person]:
    """Who holds one of these roles at the units and can sign in."""
    held = RoleAssignment.objects.running(at).that_may(Act.OPEN_DESK).filter(unit__in=units, role__in=roles)
    people = Person.objects.filter(roles__in=held, is_active=True)
    return list(people.defer("personal_number").distinct())
