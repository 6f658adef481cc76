"""Forms of a course's acts; decides what each asks for, and at which field a refusal is said."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import CareUnit, Person
from ikbt.accounts.roles import Role
from ikbt.common.clock import local_date
from ikbt.treatments.models import Treatment, TreatmentDecision
from ikbt.treatments.pausing import preview_pause
from ikbt.treatments.prolonging import LONGEST, needs_supervisor
from ikbt.treatments.thresholds import thresholds_of
from ikbt.treatments.transferring import LegalBasis
from therapist.forms import RuleForm
from therapist.unit.forms import DayField, PeopleField, choose, offer

LONGEST_TEXT = 4_000


class CourseForm(RuleForm):
    """A form of one act on one treatment; alone it asks for nothing but the press of its button."""

    fields_of = {"reason": "reason"}

    def __init__(self, data: Any = None, *, prefix: str, treatment: Treatment, at: datetime) -> None:
        super().__init__(data, prefix=prefix)
        self.treatment, self.at = treatment, at
        self.prepare()

    def prepare(self) -> None:
        """What depends on the treatment: choices and limits."""


def _in_full(day: date) -> str:
    return str(date_format(day, "j F Y"))


def _note(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReasonedForm(CourseForm):
    """Asks why, and nothing else."""

    reason = _note(_("Why"), _("Becomes part of the record."))


class TalkedForm(CourseForm):
    """The closing talk has been held."""

    reason = _note(_("What you agreed at the closing talk"), _("Becomes part of the record."))


class PauseForm(CourseForm):
    """Until when it rests."""

    fields_of = {"days": "until", "reason": "reason"}

    until = DayField(label=_("The day the treatment goes on"))
    reason = _note(_("Why"), _("Becomes part of the record. The patient doesn't see it."))
    in_hospital = forms.BooleanField(
        label=_("The patient is cared for in hospital: no weekly safety questions meanwhile"), required=False
    )

    def prepare(self) -> None:
        tomorrow = local_date(self.at) + timedelta(days=1)
        # Whoever has this form is staff.
        most = thresholds_of(self.treatment.unit).pause_staff_days
        longest = preview_pause(self.treatment, days=most, at=self.at)
        told = [gettext("At the latest %(day)s.") % {"day": date_format(longest.resumes_on, "j F")}]
        if self.treatment.ends_on and longest.ends_on:
            days = {"day": _in_full(self.treatment.ends_on), "last": _in_full(longest.ends_on)}
            moves = gettext("The planned last day, %(day)s, moves by as many days: to %(last)s at most.")
            told.append(moves % days)
        self.fields["until"].help_text = " ".join(told)
        self.fields["until"].widget.attrs.update({"min": str(tomorrow), "max": str(longest.resumes_on)})

    @property
    def days(self) -> int:
        """Whole days from today."""
        found: int = (self.cleaned_data["until"] - local_date(self.at)).days
        return found


class ProlongForm(CourseForm):
    """By how many weeks, and who has approved it where that is needed."""

    fields_of = {"weeks": "weeks", "reason": "reason", "approved_by": "approved_by"}

    weeks = forms.IntegerField(label=_("Weeks"), min_value=1, max_value=LONGEST)
    reason = _note(_("Why"), _("Becomes part of the record."))
    approved_by = PeopleField(label=_("Supervisor who has approved it"), required=False)

    def prepare(self) -> None:
        supervisors = Person.objects.filter(
            roles__in=self.treatment.unit.roles.running(self.at).filter(role=Role.SUPERVISOR)
        )
        offer(self.fields["approved_by"], supervisors.defer("personal_number").distinct())
        if needs_supervisor(self.treatment, weeks=1):
            told = gettext("It has been prolonged before: a supervisor must approve.")
        else:
            alone = thresholds_of(self.treatment.unit).prolong_weeks
            told = gettext("Needed for more than %(weeks)d weeks.") % {"weeks": alone}
        self.fields["approved_by"].help_text = told


class DiscontinueForm(CourseForm):
    """Why it ends ahead of its time."""

    fields_of = {"code": "code", "reason": "reason"}

    code = forms.ChoiceField(label=_("Why it ends"), choices=[])
    reason = _note(_("Note"), _("What was agreed, and the way back. Becomes part of the record."))

    def prepare(self) -> None:
        # A death is recorded as one, and ends all the treatments of the patient.
        not_here = {Treatment.EndReason.COMPLETED, Treatment.EndReason.DECEASED}
        rows = [
            (key, str(capfirst(label))) for key, label in Treatment.EndReason.choices if key not in not_here
        ]
        choose(self.fields["code"], [("", gettext("Choose")), *rows])


class OfferForm(CourseForm):
    """To which unit, with what summary, and by what right."""

    fields_of = {"unit": "to", "reason": "summary", "consents": "consents"}

    to = forms.ChoiceField(label=_("Unit"), choices=[])
    summary = _note(
        _("Summary for the receiving unit"),
        _("Why, how far the patient has come, what is to be watched. The unit reads it before it answers."),
    )
    legal_basis = forms.ChoiceField(
        label=_("Legal basis"), choices=LegalBasis.choices, widget=forms.RadioSelect
    )
    consents = forms.BooleanField(label=_("The patient has been informed and agrees"), required=False)

    def prepare(self) -> None:
        unit = self.treatment.unit
        others = CareUnit.objects.filter(provider=unit.provider_id).exclude(pk=unit.pk).order_by("name")
        self.units = {str(one.pk): one for one in others}
        choose(
            self.fields["to"],
            [("", gettext("Choose")), *((key, one.name) for key, one in self.units.items())],
        )

    @property
    def unit(self) -> CareUnit:
        """The one chosen."""
        return self.units[self.cleaned_data["to"]]


class SignForm(CourseForm):
    """The decision, signed by the responsible therapist."""

    fields_of = {"reason": "reason", "safety_plan": "safety_plan_seen"}

    reason = _note(_("Why this treatment: indication and assessment"), _("Is signed and can't be changed."))
    level = forms.ChoiceField(label=_("Level of support"), choices=[], widget=forms.RadioSelect)
    beside = _note(_("Why there are two treatments at once"))
    safety_plan_seen = forms.BooleanField(
        label=_("I have gone through risk and safety plan with the patient"), required=False
    )

    def prepare(self) -> None:
        levels = TreatmentDecision.Level
        choose(self.fields["level"], [(key, str(capfirst(label))) for key, label in levels.choices])
        self.fields["level"].initial = levels.GUIDED
        if not self.treatment.is_beside:
            del self.fields["beside"]
