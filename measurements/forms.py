"""The editors' forms: a file with a unit's own wording, and a unit's own numbers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from ikbt.common import clock
from measurements.importing import MOST_BYTES, Checked, Licence, check_wording, read_file
from measurements.incoming import Refused
from measurements.instrument import Instrument
from measurements.registry import shipped


def named_instruments() -> list[tuple[str, Any]]:
    """The choices of an instrument, by name, after that of leaving it to the file."""
    named = [(one.id, one.short) for one in shipped().values()]
    return [("", _("As the file says")), *sorted(named, key=lambda pair: pair[1].lower())]


class WordingForm(forms.Form):
    """A file, which instrument and language it is, and the licence; `checked` holds what would be stored.

    The file's text goes along in `content`, so that it need not be chosen again when another field is wrong.
    """

    file = forms.FileField(
        label=_("File"),
        help_text=_("A FHIR Questionnaire (JSON), at most 1 MB."),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".json,application/json,application/fhir+json"}),
    )
    content = forms.CharField(required=False, widget=forms.HiddenInput, strip=False, max_length=MOST_BYTES)
    instrument = forms.ChoiceField(label=_("Instrument"), required=False, choices=named_instruments)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    licence_holder = forms.CharField(
        label=_("Who holds the text"),
        help_text=_("The author or publisher who may permit its use."),
        max_length=200,
    )
    licence_note = forms.CharField(
        label=_("On what terms the unit uses it"),
        help_text=_("Agreement, date and any limits. It is shown wherever the wording is managed."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    verified = forms.BooleanField(
        label=_("I have compared the text with the holder's form, word by word"), required=False
    )
    valid_from = forms.DateField(
        label=_("In use from"),
        help_text=_("Treatments that start from this day on are asked in this wording."),
        initial=clock.today,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.checked: Checked | None = None
        self.text = ""

    def clean(self) -> dict[str, Any]:
        """Read the file and hold it against what we know."""
        given = super().clean() or {}
        try:
            content = self._content(given)
            incoming = read_file(content)
            self.text = content.decode("utf-8-sig")
            if "instrument" in given and "language" in given:
                slug, language = given["instrument"], given["language"]
                self.checked = check_wording(incoming, slug=slug, language=language)
        except Refused as refused:
            self.add_error("file", str(refused))
        return given

    def _content(self, given: dict[str, Any]) -> bytes:
        file = given.get("file")
        if isinstance(file, UploadedFile):
            content: bytes = file.read(MOST_BYTES + 1)
            return content
        if not given.get("content"):
            raise Refused("", _("Choose a file."))
        return str(given["content"]).encode()

    @property
    def licence(self) -> Licence:
        """The licence that was typed."""
        given = self.cleaned_data
        return Licence(given["licence_holder"], given["licence_note"], verified=given["verified"])


class NumbersForm(forms.Form):
    """Cut-off, reliable change and where each band begins, with the reason; empty means as shipped."""

    cut_off = forms.IntegerField(label=_("Cut-off"), required=False)
    reliable_change = forms.FloatField(label=_("Reliable change, points"), required=False)
    reason = forms.CharField(
        label=_("Why"),
        help_text=_("The decision and its source. Your name and the time are kept with it."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    field_order = ("cut_off", "reliable_change")

    def __init__(self, instrument: Instrument, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shipped_one = shipped()[instrument.id]
        self.shipped_numbers = {
            "cut_off": shipped_one.cut_off.value if shipped_one.cut_off else None,
            "reliable_change": shipped_one.reliable_change.points if shipped_one.reliable_change else None,
        }
        self.bands = {band.key: band.lower for band in shipped_one.scoring.bands[1:]}
        self.fields["cut_off"].initial = instrument.cut_off.value if instrument.cut_off else None
        change = instrument.reliable_change
        self.fields["reliable_change"].initial = change.points if change else None
        for band in instrument.scoring.bands[1:]:
            name = band.name.get("sv", band.key)
            label = _("“%(band)s” begins at") % {"band": name}
            self.fields[f"band_{band.key}"] = forms.IntegerField(
                label=label, required=False, initial=band.lower
            )
        self.order_fields([name for name in self.fields if name != "reason"])

    def numbers(self) -> dict[str, Any]:
        """What differs from the shipped numbers."""
        given = self.cleaned_data
        found: dict[str, Any] = {
            key: given[key]
            for key, standing in self.shipped_numbers.items()
            if given[key] is not None and given[key] != standing
        }
        moved = {
            key: given[f"band_{key}"]
            for key, begins in self.bands.items()
            if given[f"band_{key}"] not in (None, begins)
        }
        return {**found, **({"bands": moved} if moved else {})}
