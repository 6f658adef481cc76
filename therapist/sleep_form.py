"""The form in which a therapist decides a sleep window; what it may hold is decided by the verb."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ikbt.treatments.deciding_sleep_window import LONGEST_REASON, Decision
from ikbt.treatments.sleep_nights import Basis
from ikbt.treatments.sleep_safety import conditions
from ikbt.treatments.sleep_window_rule import QUARTER, Numbers
from therapist.forms import RuleForm
from therapist.sleep import hours

END = "end"


class SleepWindowForm(RuleForm):
    """Minutes, when she gets up, from which evening, and why; and what was gone through."""

    fields_of = {
        "minutes": "minutes",
        "rise": "rise_time",
        "starts": "starts_on",
        "reason": "reason",
        "asked": "asked",
        "sleepy": "minutes",
    }

    minutes = forms.ChoiceField(label=_("Time in bed"))
    rise_time = forms.TimeField(
        label=_("Gets up at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), required=False
    )
    starts_on = forms.DateField(
        label=_("From the evening of"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.CharField(
        label=_("Why, to the patient"),
        help_text=_("The patient reads it together with the new window."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=LONGEST_REASON,
    )
    found = forms.MultipleChoiceField(
        label=_("Speaks against restriction"),
        help_text=_(
            "Tick what the patient has. Then only the slow way is open: first the time in bed of now, at fixed hours, "
            "and at most half an hour less a week."
        ),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    asked = forms.BooleanField(label=_("I have gone through this with the patient"), required=False)

    def __init__(self, *args: Any, numbers: Numbers, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(each), hours(each)) for each in range(numbers.floor, numbers.cap + 1, QUARTER)]
        self.offer("minutes", [*choices, (END, _("End the window"))])
        self.offer("found", conditions())
        # Not optional in words: the verb asks for them where the window needs them.
        for name in ("rise_time", "found", "asked"):
            self.fields[name].says_optional = False  # type: ignore[attr-defined]

    def offer(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def decision(self) -> Decision:
        """What was chosen, of a valid form."""
        data = self.cleaned_data
        return Decision(
            minutes=None if data["minutes"] == END else int(data["minutes"]),
            rise_time=data["rise_time"],
            starts_on=data["starts_on"],
            reason=data["reason"],
            asked=data["asked"],
            found=data["found"],
        )


def begun_with(basis: Basis, reason: str) -> dict[str, Any]:
    """What an empty form begins with: the proposal, or the window that holds."""
    window = basis.window
    minutes = basis.proposal.minutes or (window.minutes if window is not None else None)
    return {
        "minutes": str(minutes) if minutes is not None else "",
        "rise_time": window.rise_time if window is not None else None,
        "starts_on": basis.today,
        "reason": reason,
    }
