"""The form of a suicide-risk assessment; what it must hold is decided by ikbt.treatments.assessing_risk."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from ikbt.treatments.access import Cared
from ikbt.treatments.assessing_risk import QUESTIONS, Assessed
from ikbt.treatments.messaging import keep_draft
from ikbt.treatments.models import Draft, RiskAssessment
from therapist.drafting import keep_refused
from therapist.forms import ClosingForm, RuleForm

MOST_ATTEMPTS = 20
# Where choices are kept while she writes: the newest tab's stand, there is no text in them to lose.
CHOICES, NEWEST = "choices", 999_999_999


def _chosen(choices: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    return [(value, capfirst(label)) for value, label in choices]


def _radios(label: Any, choices: Any, **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=_chosen(choices), widget=forms.RadioSelect, required=False, **more
    )


def _text(label: Any, part: str, **more: Any) -> forms.CharField:
    attrs = {"rows": 3, "data-autosave": "", "data-autosave-part": part}
    return forms.CharField(label=label, widget=forms.Textarea(attrs=attrs), required=False, **more)


class RiskForm(RuleForm):
    """What was found out about the risk. `parts`: its texts that have drafts of their own, beside the note."""

    fields_of = {
        "note": "body",
        "outcome": "outcome",
        **{field.name: field.name for field in fields(Assessed)},
    }
    parts: tuple[str, ...] = ("protective", "action")
    # As the page shows them, so that what must be corrected is listed from the top down.
    field_order = (
        *("contact", "contact_at", "attempts", *QUESTIONS, "protective", "body"),
        *("level_after", "safety_plan", "action", "outcome", "next_check_on"),
    )

    contact = _radios(_("How you reached the patient"), RiskAssessment.Contact.choices)
    contact_at = forms.DateTimeField(
        label=_("When"),
        help_text=_("If not reached: when you last tried."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        required=False,
    )
    attempts = forms.IntegerField(
        label=_("If not reached: how many times you tried"),
        min_value=0,
        max_value=MOST_ATTEMPTS,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        required=False,
    )
    thoughts = _radios(_("Thoughts of suicide"), RiskAssessment.Said.choices)
    plan = _radios(_("A plan"), RiskAssessment.Said.choices)
    intent = _radios(_("Means to do it"), RiskAssessment.Said.choices)
    means = _radios(_("Has what it takes within reach"), RiskAssessment.Said.choices)
    earlier_attempts = _radios(_("Has tried before"), RiskAssessment.Said.choices)
    protective = _text(_("What protects"), "protective")
    level_after = _radios(_("Risk now"), RiskAssessment.Level.choices)
    safety_plan = _radios(_("Safety plan"), RiskAssessment.SafetyPlan.choices)
    action = _text(_("What you have done"), "action")
    next_check_on = forms.DateField(
        label=_("Next check"),
        help_text=_("On that day it comes up in the list."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        required=False,
    )
    # Read by drafting alone, which takes anything.
    revision_protective = forms.CharField(widget=forms.HiddenInput, required=False)
    revision_action = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("level_after", "next_check_on", "contact", "contact_at", *QUESTIONS, *self.parts):
            # The verb asks for them where the level needs them.
            self.fields[name].says_optional = False  # type: ignore[attr-defined]
        for name in ("safety_plan", "attempts"):
            self.fields[name].says_optional = False  # type: ignore[attr-defined]

    def assessed(self) -> Assessed:
        """What was said, of a valid form."""
        given: dict[str, Any] = {one.name: self.cleaned_data.get(one.name) for one in fields(Assessed)}
        return Assessed(**{**given, "attempts": given["attempts"] or 0})

    def questions(self) -> list[forms.BoundField]:
        """The five questions, in their order."""
        return [self[name] for name in QUESTIONS]

    def revisions(self) -> list[forms.BoundField]:
        """The hidden fields that carry the drafts' revisions."""
        return [self["revision"], *(self[f"revision_{part}"] for part in self.parts)]

    def keep(self, cared: Cared, purpose: str, *, at: datetime) -> None:
        """Store everything that was typed and chosen as her drafts; the form goes on from what is stored."""
        keep_refused(self, cared, purpose, at=at)
        for part in self.parts:
            keep_refused(self, cared, f"{purpose}:{part}", at=at, text=part, revision_in=f"revision_{part}")
        chosen = {name: self.data.get(name, "") for name in self.fields if not self._is_text(name)}
        keep_draft(
            cared.treatment,
            f"{purpose}:{CHOICES}",
            json.dumps(chosen),
            author=cared.staff,
            revision=NEWEST,
            at=at,
        )

    def _is_text(self, name: str) -> bool:
        return name.startswith("revision") or name in {"body", *self.parts}


class RiskClosingForm(RiskForm, ClosingForm):
    """Closes an alert about suicide; the verb says all that is missing at once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("outcome", "body"):
            self.fields[name].required = False
            self.fields[name].says_optional = False  # type: ignore[attr-defined]


class CorrectionForm(RiskForm):
    """Corrects an assessment that stands."""

    fields_of = {**RiskForm.fields_of, "reason": "reason"}
    parts = ("protective", "action", "reason")

    body = forms.CharField(
        label=_("What you assessed and what was agreed"),
        widget=forms.Textarea(attrs={"rows": 6, "data-autosave": ""}),
        max_length=10_000,
    )
    reason = _text(_("Why you correct it"), "reason")
    revision = forms.CharField(widget=forms.HiddenInput, required=False)
    revision_reason = forms.CharField(widget=forms.HiddenInput, required=False)


def begun(cared: Cared, purpose: str, *, stands: RiskAssessment | None = None) -> dict[str, Any]:
    """What an empty form begins with: her drafts, over what stands when it is corrected."""
    found: dict[str, Any] = {"revision": 0} | (_of_standing(stands) if stands else {})
    drafts = Draft.objects.filter(treatment=cared.treatment, author=cared.staff)
    for draft in drafts.filter(purpose__startswith=purpose):
        part = draft.purpose.removeprefix(purpose).removeprefix(":")
        if part == CHOICES:
            found |= _choices(draft.body)
        elif not part:
            found |= {"body": draft.body, "revision": draft.revision}
        else:
            found |= {part: draft.body, f"revision_{part}": draft.revision}
    return found


def _of_standing(standing: RiskAssessment) -> dict[str, Any]:
    return {
        **{field.name: getattr(standing, field.name) for field in fields(Assessed)},
        "body": standing.note,
    }


def _choices(kept: str) -> dict[str, str]:
    """What was chosen before, as the page kept it; anything else than names and words is left out."""
    try:
        chosen = json.loads(kept)
    except ValueError:
        return {}
    pairs = chosen.items() if isinstance(chosen, Mapping) else ()
    known = RiskClosingForm.base_fields
    return {name: said for name, said in pairs if name in known and isinstance(said, str) and said}
