"""Forms of the desk; what a rule refuses is said at the field it is about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from ikbt.treatments.models import Alert, Draft

OPEN, HOLD = "open", "hold"
OUT_OF_DATE = _("The page was out of date. Read your text through and send it again.")


class RuleForm(forms.Form):
    """A form whose verb may refuse; `fields_of` says which field a refusal's code belongs to."""

    fields_of: dict[str, str] = {}

    def refuse(self, refused: ValidationError) -> None:
        """Show what the verb said at its field, or above the form; a list of refusals each at its own."""
        for one in refused.error_list:
            self.add_error(self.fields_of.get(one.code or ""), one)

    def carries(self, verb: Callable[[], object]) -> bool:
        """Run the verb; True when it was done, else what it refused stands in the form."""
        try:
            verb()
        except ValidationError as refused:
            self.refuse(refused)
            return False
        return True


class ReasonField(forms.CharField):
    """Why a module opens ahead of its rule. The verb demands it when it does, so it isn't called optional."""

    says_optional = False


class WritingForm(RuleForm):
    """A text with its draft's revision, and a key that makes a second post of the same form harmless."""

    fields_of = {"empty": "body", "long": "body", "unfilled": "body", "answered": "body", "patient": "body"}

    body = forms.CharField(label=_("Text"), widget=forms.Textarea(attrs={"rows": 10, "data-autosave": ""}))
    client_key = forms.UUIDField(
        widget=forms.HiddenInput, error_messages={"required": OUT_OF_DATE, "invalid": OUT_OF_DATE}
    )
    # Read by drafting alone, which takes anything.
    revision = forms.CharField(widget=forms.HiddenInput, required=False)
    # The treatment it was written for: a browser that restores fields may put a text on another patient's page.
    written_for = forms.CharField(widget=forms.HiddenInput, required=False)

    @classmethod
    def begun(cls, draft: Draft | None, *, written_for: UUID, **more: Any) -> Self:
        """A new form with what was begun before, for this treatment alone."""
        begun = {"body": draft.body if draft else "", "revision": draft.revision if draft else 0}
        return cls(initial={**begun, "client_key": uuid4(), "written_for": written_for}, **more)


class ReplyForm(WritingForm):
    """A message to the patient."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].label = _("Your message")
        self.fields["body"].widget.attrs["rows"] = 6


class FeedbackForm(WritingForm):
    """Feedback on a module, and whether the next one opens with it."""

    fields_of = {**WritingForm.fields_of, "reason": "reason"}

    next = forms.ChoiceField(
        label=_("Next module"), choices=[(OPEN, ""), (HOLD, _("Hold it"))], widget=forms.RadioSelect
    )
    reason = ReasonField(
        label=_("Why it opens ahead of its rule"),
        help_text=_("Needed if you open it. Is logged. The patient doesn't see it."),
        required=False,
        max_length=300,
    )

    def __init__(self, *args: Any, next_title: str, ahead: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].label = _("Your feedback")
        if not next_title:
            del self.fields["next"], self.fields["reason"]
            return
        chosen = self.fields["next"]
        if isinstance(chosen, forms.ChoiceField):
            chosen.choices = [
                (OPEN, _("Open %(module)s") % {"module": next_title}),
                (HOLD, _("Hold it for now")),
            ]
        # Opening is the rule's own proposal; ahead of the rule the therapist has to choose it herself.
        chosen.initial = HOLD if ahead else OPEN
        if not ahead:
            del self.fields["reason"]

    @property
    def opens_next(self) -> bool:
        """Whether the next module is to open."""
        return self.cleaned_data.get("next") == OPEN


class OpeningForm(RuleForm):
    """Opens a module ahead of its rule."""

    fields_of = {"reason": "reason"}

    reason = ReasonField(
        label=_("Why it opens ahead of its rule"),
        help_text=_("Is logged. The patient doesn't see it."),
        required=False,
        max_length=300,
    )


class OfferForm(RuleForm):
    """Answers a proposed branch."""

    fields_of = {"reason": "reason"}

    reason = ReasonField(
        label=_("Your reason"),
        help_text=_("Needed if you decline. Is logged. The patient doesn't see it."),
        required=False,
        max_length=300,
    )


class ClosingForm(RuleForm):
    """Closes an alert: what came out of it, and what was assessed and agreed."""

    fields_of = {"outcome": "outcome", "note": "body"}

    outcome = forms.ChoiceField(label=_("Outcome"), widget=forms.RadioSelect)
    body = forms.CharField(
        label=_("What you assessed and what was agreed"),
        help_text=_("The patient doesn't see it here; it is part of the record."),
        widget=forms.Textarea(attrs={"rows": 6, "data-autosave": ""}),
        required=False,
        max_length=10_000,
    )
    # Read by drafting alone, which takes anything.
    revision = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, is_high: bool, is_of_the_dead: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].required = is_high
        outcome = self.fields["outcome"]
        if isinstance(outcome, forms.ChoiceField):
            outcome.choices = [
                one for one in self._outcomes() if (one[0] == Alert.Outcome.DECEASED) == is_of_the_dead
            ]

    @staticmethod
    def _outcomes() -> list[tuple[str, Any]]:
        return [
            (value, capfirst(label)) for value, label in Alert.Outcome.choices if value not in Alert.BY_ITSELF
        ]
