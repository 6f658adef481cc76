"""Forms of the desk about questionnaires: one more to ask for, and how answers were given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ikbt.treatments.assisting import MODES
from ikbt.treatments.ordering import LONGEST_NOTE, LONGEST_OPEN
from measurements.instrument import Instrument
from therapist.forms import RuleForm

USUAL_DAYS = 7


class ExtraForm(RuleForm):
    """One more questionnaire: which, for how long, and a line to the patient."""

    fields_of = {"instrument": "instrument", "days": "days", "note": "note"}

    instrument = forms.ChoiceField(label=_("Questionnaire"))
    days = forms.IntegerField(
        label=_("Open for so many days"), initial=USUAL_DAYS, min_value=1, max_value=LONGEST_OPEN
    )
    note = forms.CharField(
        label=_("A line to the patient"),
        help_text=_("The patient reads it on the start page. It is in no mail."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=LONGEST_NOTE,
        required=False,
    )

    def __init__(self, *args: Any, instruments: Sequence[Instrument], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = (get_language() or "sv")[:2]
        chosen = self.fields["instrument"]
        if isinstance(chosen, forms.ChoiceField):
            # Nothing is chosen for her: a press too many would tell the patient that something waits.
            chosen.choices = [
                ("", _("Choose")),
                *(
                    (one.id, f"{one.short}: {one.about.get(language, one.about['en'])}")
                    for one in instruments
                ),
            ]


class AssistedForm(RuleForm):
    """How the patient answered through staff; the answers themselves are read as any questionnaire's."""

    fields_of = {"mode": "mode", "draft": "draft_seen"}

    mode = forms.ChoiceField(
        label=_("How the patient answered"),
        choices=[(mode.value, capfirst(mode.label)) for mode in MODES],
        widget=forms.RadioSelect,
    )
    draft_seen = forms.BooleanField(
        label=_("I have seen that the patient has begun to answer, and hand in what I am told now"),
        required=False,
    )

    def __init__(self, *args: Any, begun: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if begun:
            self.fields["draft_seen"].required = True
        else:
            del self.fields["draft_seen"]
