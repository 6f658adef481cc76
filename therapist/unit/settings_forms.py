"""Forms of a unit's settings: decides how hours, days and numbers are written as lines, and read back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import CareUnit
from ikbt.treatments.threshold_bounds import BOUNDS, DEFAULTS, GROUPS
from therapist.forms import RuleForm
from therapist.unit.forms import SHORTEST_REASON

LABELS = {
    "opening_hours": _("Opening hours as patients read them"),
    "staffed_hours": _("When somebody is there"),
    "closed_days": _("Closed days"),
    "phone": _("The unit's phone"),
    "emergency_numbers": _("Emergency numbers"),
}
# The keys of a line's parts, in order.
PARTS = {"opening_hours": ("days", "hours"), "emergency_numbers": ("name", "phone", "about")}


class WhyField(forms.CharField):
    """Why it is changed; stands in the history."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Why it is changed"),
            min_length=SHORTEST_REASON,
            max_length=300,
            help_text=_("Stands in the history with your name and the time."),
        )


class ThresholdsForm(RuleForm):
    """Every number that the unit may set; empty gives the default."""

    fields_of = {"reason": "reason"}

    def __init__(self, data: Any = None, *, unit: CareUnit) -> None:
        super().__init__(data, initial={name: unit.thresholds.get(name) for name in BOUNDS})
        for name, bound in BOUNDS.items():
            told = {"default": DEFAULTS[name], "low": bound.low, "high": bound.high, "unit": bound.counted_in}
            hint = _("Default %(default)d %(unit)s. Between %(low)d and %(high)d.") % told
            self.fields[name] = forms.IntegerField(
                label=bound.label,
                required=False,
                min_value=bound.low,
                max_value=bound.high,
                help_text=f"{bound.sentence} {hint}",
            )
        self.fields["reason"] = WhyField()

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Headings with their fields."""
        return [(str(heading), [self[name] for name in group]) for heading, group in GROUPS.items()]

    def numbers(self) -> dict[str, int | None]:
        """What a valid form says."""
        return {name: self.cleaned_data[name] for name in BOUNDS}

    def refuse(self, refused: ValidationError) -> None:
        """What the rule said of several numbers, each at its field."""
        if hasattr(refused, "error_dict"):
            self.add_error(None, refused)
        else:
            super().refuse(refused)


class LinesField(forms.CharField):
    """Lines of parts with semicolons between, as CareUnit holds them in a list."""

    def __init__(self, name: str, **more: Any) -> None:
        self.name = name
        rows = forms.Textarea(attrs={"rows": 4})
        super().__init__(label=LABELS[name], max_length=3_000, widget=rows, **more)

    def clean(self, value: Any) -> Any:
        """A list of mappings. Raises ValidationError for a line with another number of parts."""
        keys = PARTS[self.name]
        found = []
        for line in str(super().clean(value)).splitlines():
            parts = [part.strip() for part in line.split(";")]
            if not line.strip():
                continue
            if len(parts) > len(keys) or not all(parts[: min(2, len(keys))]) or len(parts) < 2:
                raise ValidationError(
                    _("Write each line as in the example, with semicolons: %(line)s"), params={"line": line}
                )
            found.append(dict(zip(keys, [*parts, *[""] * len(keys)], strict=False)))
        return found


class HoursForm(RuleForm):
    """When the unit is open: as patients read it, and as the clocks count it."""

    fields_of = {"reason": "reason"}

    opening_hours = LinesField("opening_hours", help_text=_("One line each: måndag–fredag; 8.00–16.30"))
    closed_days = forms.CharField(
        label=LABELS["closed_days"],
        required=False,
        max_length=3_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Beside holidays. One day a line, as 2026-12-23."),
    )

    def __init__(self, data: Any = None, *, unit: CareUnit) -> None:
        begun = {
            "opening_hours": "\n".join(as_lines("opening_hours", unit.opening_hours)),
            "closed_days": "\n".join(unit.closed_days),
        }
        for weekday, (opens, closes) in unit.staffed_hours.items():
            begun |= {f"opens_{weekday}": opens, f"closes_{weekday}": closes}
        super().__init__(data, initial=begun)
        for weekday, name in WEEKDAYS.items():
            for key, label in (("opens", _("%(day)s, opens")), ("closes", _("%(day)s, closes"))):
                self.fields[f"{key}_{weekday}"] = forms.TimeField(
                    label=label % {"day": capfirst(str(name))},
                    required=False,
                    widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
                )
        self.fields["reason"] = WhyField()

    def week(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The fields of each weekday."""
        return [(self[f"opens_{day}"], self[f"closes_{day}"]) for day in WEEKDAYS]

    def clean_closed_days(self) -> list[str]:
        """Dates in ISO form, in order."""
        lines = [line.strip() for line in self.cleaned_data["closed_days"].splitlines() if line.strip()]
        try:
            return sorted({date.fromisoformat(line).isoformat() for line in lines})
        except ValueError:
            raise ValidationError(_("Write one day a line, as 2026-12-23.")) from None

    def clean(self) -> dict[str, Any]:
        """Each day has both times or none, and opens before it closes."""
        said: dict[str, Any] = super().clean() or {}
        week = {}
        for day in WEEKDAYS:
            opens, closes = said.get(f"opens_{day}"), said.get(f"closes_{day}")
            if (opens is None) != (closes is None) or (opens and closes and opens >= closes):
                self.add_error(
                    f"closes_{day}", _("Both times, and open before closed; or none on a closed day.")
                )
            elif opens and closes:
                week[str(day)] = [f"{opens:%H:%M}", f"{closes:%H:%M}"]
        said["staffed_hours"] = week
        return said

    def said(self) -> dict[str, Any]:
        """What a valid form says, as CareUnit holds it."""
        return {name: self.cleaned_data[name] for name in ("opening_hours", "staffed_hours", "closed_days")}


class NumbersForm(RuleForm):
    """Whom patients call."""

    fields_of = {"reason": "reason", "phone": "phone", "emergency_numbers": "emergency_numbers"}

    phone = forms.CharField(label=LABELS["phone"], max_length=40)
    emergency_numbers = LinesField(
        "emergency_numbers", help_text=_("One line each: Psykiatriska akuten; 021-17 57 00; dygnet runt")
    )

    def __init__(self, data: Any = None, *, unit: CareUnit) -> None:
        numbers = "\n".join(as_lines("emergency_numbers", unit.emergency_numbers))
        super().__init__(data, initial={"phone": unit.phone, "emergency_numbers": numbers})
        self.fields["reason"] = WhyField()

    def said(self) -> dict[str, Any]:
        """What a valid form says, as CareUnit holds it."""
        return {name: self.cleaned_data[name] for name in ("phone", "emergency_numbers")}


def as_lines(name: str, value: Any) -> list[str]:
    """What CareUnit holds in a list or by weekday, a line each."""
    if name in PARTS:
        rows: Iterable[Mapping[str, str]] = value
        return ["; ".join(filter(None, (row.get(key, "") for key in PARTS[name]))) for row in rows]
    if isinstance(value, Mapping):
        days = [(WEEKDAYS[int(day)], hours) for day, hours in sorted(value.items())]
        return [f"{capfirst(str(day))} {hours[0]}–{hours[1]}" for day, hours in days]
    return [str(one) for one in value]
