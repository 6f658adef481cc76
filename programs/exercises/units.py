"""Decides how the units of exercises are written on a screen."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from programs.exercises.words import Words

WORDS: dict[str, Words] = {
    "min": pgettext_lazy("unit", "min"),
    "s": pgettext_lazy("unit", "s"),
    "%": "%",
    "points": _("points"),
    "days": pgettext_lazy("unit", "days"),
    "units": _("standard glasses"),
    "times/week": _("times a week"),
    "n/week": _("a week"),
    "min/day": _("min a day"),
}


def unit_in_words(unit: str) -> str:
    """What follows a number; nothing for counts, scales and texts."""
    return str(WORDS.get(unit, ""))


def scale_top(unit: str) -> str:
    """The upper end of a scale written "0-10" or "1-9", else nothing."""
    low, dash, high = unit.partition("-")
    return high if dash and low.isdecimal() and high.isdecimal() else ""
