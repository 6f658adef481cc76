"""Forms of capacity: several patients to another therapist, and how many one is meant to carry."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import Person
from ikbt.treatments.limiting import MOST
from therapist.forms import RuleForm
from therapist.unit.forms import PeopleField, ReasonField, choose


class MoveForm(RuleForm):
    """Which of her patients go to whom, and why."""

    fields_of = {"staff": "to", "reason": "reason"}

    patients = forms.MultipleChoiceField(
        label=_("Patients"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one patient.")},
    )
    to = PeopleField(label=_("New responsible therapist"))
    reason = ReasonField(label=_("Reason"))

    def __init__(
        self,
        *args: Any,
        patients: Iterable[tuple[UUID, str, str]],
        others: Iterable[tuple[Person, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        choose(self.fields["patients"], [(str(pk), f"{name}, {state}") for pk, name, state in patients])
        to, offered = self.fields["to"], list(others)
        if isinstance(to, PeopleField):
            to.offer(person for person, _label in offered)
            to.choices = [("", _("Choose")), *((str(person.pk), label) for person, label in offered)]


class LimitForm(RuleForm):
    """How many patients she is meant to carry."""

    prefix = "tak"
    fields_of = {"patients": "patients"}

    patients = forms.IntegerField(
        label=_("At most so many patients"),
        min_value=0,
        max_value=MOST,
        required=False,
        help_text=_("For planning; nothing is refused by it. Left empty, there is no limit."),
    )
