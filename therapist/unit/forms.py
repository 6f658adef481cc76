"""Forms of the unit's pages; what a rule refuses is said at the field it is about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.core.validators import MinLengthValidator
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import CareUnit, Person
from ikbt.accounts.roles import GIVEN_BY_MANAGER, Role
from ikbt.common import clock
from ikbt.treatments.models import CareRelation, EmergencyAccess
from therapist.forms import RuleForm

SHORTEST_REASON = 5
LAST_DAY = _("The last day. Left empty, it goes on until somebody ends it.")


class DayField(forms.DateField):
    """A day of the calendar."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ReasonField(forms.CharField):
    """Why; anybody who may see the relation reads it."""

    def __init__(self, **more: Any) -> None:
        super().__init__(
            max_length=300,
            validators=[MinLengthValidator(SHORTEST_REASON)],
            help_text=_("A few words, such as holiday or leave. Nothing about the patient's care."),
            **more,
        )


class PeopleField(forms.ChoiceField):
    """One of some people, told apart by name and title."""

    def offer(self, people: Iterable[Person]) -> None:
        """These are the choices."""
        self.people = {str(one.pk): one for one in people}
        named = [
            (key, f"{one.name}, {one.title}" if one.title else one.name) for key, one in self.people.items()
        ]
        self.choices = [("", _("Choose")), *named]

    def clean(self, value: Any) -> Any:
        """The person."""
        return self.people.get(super().clean(value))


class GiveForm(RuleForm):
    """Gives somebody of the unit a relation to one patient."""

    prefix = "ge"
    fields_of = {"staff": "staff", "until": "until", "kind": "kind"}

    staff = PeopleField(label=_("Who"))
    kind = forms.ChoiceField(
        label=_("As"),
        choices=[
            (kind.value, capfirst(kind.label))
            for kind in (CareRelation.Kind.STAND_IN, CareRelation.Kind.COORDINATOR)
        ],
        initial=CareRelation.Kind.STAND_IN,
        widget=forms.RadioSelect,
    )
    since = DayField(label=_("From"), required=False, help_text=_("Left empty, it begins now."))
    until = DayField(label=_("Until"), required=False, help_text=LAST_DAY)
    reason = ReasonField(label=_("Reason"))

    def __init__(self, *args: Any, people: Iterable[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self.fields["staff"], people)


class HandOverForm(RuleForm):
    """Names another responsible therapist."""

    prefix = "byt"
    fields_of = {"staff": "to", "until": "keep_until", "reason": "reason"}

    to = PeopleField(label=_("New responsible therapist"))
    reason = ReasonField(label=_("Reason"))
    keep_until = DayField(
        label=_("The former therapist stays as stand-in until"),
        required=False,
        help_text=_("Left empty, the patient is closed to the former therapist from now on."),
    )

    def __init__(self, *args: Any, people: Iterable[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self.fields["to"], people)


class EndForm(RuleForm):
    """Ends a relation."""

    reason = ReasonField(label=_("Why it ends"))


class RoleForm(RuleForm):
    """Gives somebody who works at the unit one more role."""

    person = PeopleField(label=_("Who"))
    role = forms.ChoiceField(label=_("Role"), choices=[], widget=forms.RadioSelect)
    unit = forms.ChoiceField(label=_("Unit"), choices=[])

    def __init__(
        self, *args: Any, units: Iterable[CareUnit], people: Iterable[Person] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.units = {str(unit.pk): unit for unit in units}
        if "person" in self.fields:
            offer(self.fields["person"], people)
        choose(self.fields["role"], [(role.value, str(capfirst(role.label))) for role in GIVEN_BY_MANAGER])
        choose(self.fields["unit"], [(key, unit.name) for key, unit in self.units.items()])
        if len(self.units) == 1:
            self.fields["unit"].widget = forms.HiddenInput()
            self.fields["unit"].initial = next(iter(self.units))

    @property
    def given_role(self) -> Role:
        """What a valid form says."""
        return Role(self.cleaned_data["role"])

    @property
    def given_unit(self) -> CareUnit:
        """Where."""
        return self.units[self.cleaned_data["unit"]]


class ColleagueForm(RoleForm):
    """Somebody who is to begin at the unit."""

    person = None  # type: ignore[assignment]  # how Django is told that a field of the parent is left out
    email = forms.EmailField(label=_("E-mail at work"), max_length=254)
    first_name = forms.CharField(label=_("First name"), max_length=80)
    last_name = forms.CharField(label=_("Last name"), max_length=80)
    title = forms.CharField(label=_("Title"), max_length=80, required=False)

    field_order = ["email", "first_name", "last_name", "title", "role", "unit"]


class DecisionForm(RuleForm):
    """Whether an emergency access was justified."""

    fields_of = {"decision": "decision", "note": "note"}

    decision = forms.ChoiceField(
        label=_("Was it justified?"),
        choices=[(value, capfirst(label)) for value, label in EmergencyAccess.Decision.choices],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("Why"),
        help_text=_("What you have asked and found out. Nothing about the patient's care."),
        min_length=SHORTEST_REASON,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


def offer(field: forms.Field, people: Iterable[Person]) -> None:
    """The people of a PeopleField."""
    if isinstance(field, PeopleField):
        field.offer(people)


def choose(field: forms.Field, choices: list[tuple[str, str]]) -> None:
    """The choices of a ChoiceField."""
    if isinstance(field, forms.ChoiceField):
        field.choices = choices


def begins(day: date | None) -> datetime | None:
    """The first moment of a day that is to come; None for today, a day that was, and none."""
    return clock.midnight(day) if day and day > clock.today() else None


def ends(day: date | None) -> datetime | None:
    """The moment after a day's last one; None when there is no day."""
    return clock.midnight(day + timedelta(days=1)) if day else None
