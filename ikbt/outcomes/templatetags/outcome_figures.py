"""Filters that say a figure as the reader writes it; a hidden figure is said to be hidden."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from ikbt.outcomes.page import wave_name
from measurements.outcomes.figures import Share

register = template.Library()
register.filter("wave_name", wave_name)


@register.filter
def figure(value: float | str | None, decimals: int = 1) -> str:
    """The number with its decimals and a real minus, or a dash; a figure that isn't there is "" in a template."""
    if value is None or value == "":
        return "–"
    return str(number_format(rounded(value, decimals), decimals)).replace("-", "\N{MINUS SIGN}")


def rounded(value: float | str, decimals: int = 0) -> Decimal:
    """Half up: Django's number_format alone cuts the digits off."""
    # Without the 0 a small negative number would be a zero with a minus.
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP) + 0


@register.filter
def counted(value: int | None) -> str:
    """The number of persons, or that it is too small to be shown."""
    return _("fewer than 5") if value is None else str(value)


@register.filter
def share(value: Share) -> str:
    """ "45 % (38–52)", or that it is not shown."""
    if value.p is None or value.ci95 is None:
        return "–"
    low, high = (rounded(100 * end) for end in value.ci95)
    return f"{rounded(100 * value.p)} % ({low}–{high})"


@register.filter
def percent(value: float | None) -> str:
    """A share as whole per cent, or a dash."""
    return "–" if value is None else f"{rounded(100 * value)} %"


@register.filter
def outcome_name(outcome: str) -> str:
    """What an outcome is called on the screen."""
    names = {
        "recovered": _("Recovered"),
        "improved": _("Improved"),
        "unchanged": _("Unchanged"),
        "deteriorated": _("Deteriorated"),
        "hidden": _("Too few to show"),
    }
    return names.get(outcome, outcome)
