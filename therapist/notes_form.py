"""Forms of staff's own writing: a note, the plan of the treatment, a safety plan."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from ikbt.treatments.models import CarePlan, Draft
from therapist.forms import RuleForm, WritingForm

NO_DAY = ("", _("No fixed day"))


class NoteForm(WritingForm):
    """A working note."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].label = _("Note")
        self.fields["body"].help_text = _("Not shown to the patient here. It is part of the record.")
        self.fields["body"].widget.attrs["rows"] = 5


class PlanForm(RuleForm):
    """A plan; `holds` is what it begins with, a draft of hers stands over it."""

    fields_of = {"empty": "body", "long": "body"}

    body = forms.CharField(widget=forms.Textarea(attrs={"rows": 6, "data-autosave": ""}))
    # Read by drafting alone, which takes anything.
    revision = forms.CharField(widget=forms.HiddenInput, required=False)
    is_shared = forms.BooleanField(
        label=_("The patient reads it"),
        help_text=_("On the patient's page about the treatment. Earlier ones stay with you."),
        required=False,
    )
    kind = CarePlan.Kind.SAFETY

    def __init__(
        self, *args: Any, holds: CarePlan | None = None, draft: Draft | None = None, **kwargs: Any
    ) -> None:
        begun = {
            "body": draft.body if draft else holds.body if holds else "",
            "revision": draft.revision if draft else 0,
            "contact_day": holds.contact_day if holds else None,
            "contact_way": holds.contact_way if holds else "",
            "is_shared": holds.is_shared if holds else False,
        }
        super().__init__(*args, **{"initial": begun, "auto_id": f"id_{self.kind}_%s", **kwargs})
        self.fields["body"].label = capfirst(self.kind.label)


class SafetyPlanForm(PlanForm):
    """What staff have written down with the patient, where her program has no safety plan of its own."""


class TreatmentPlanForm(PlanForm):
    """Goals, and how and when contact is had."""

    kind = CarePlan.Kind.TREATMENT

    contact_day = forms.TypedChoiceField(
        label=_("Day of contact"), coerce=int, empty_value=None, required=False, choices=[]
    )
    contact_way = forms.ChoiceField(label=_("Way of contact"), required=False, choices=[])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].label = _("Goals, and what you have agreed on")
        self._offer("contact_day", [NO_DAY, *CarePlan.Day.choices])
        self._offer("contact_way", [("", _("No fixed way")), *CarePlan.Way.choices])

    def _offer(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(value, capfirst(str(label))) for value, label in choices]
