"""Decides what the list's views and filters are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from therapist.choosing import Shown
from therapist.reasons import Urgency

VIEWS = {
    Shown.ALL: gettext_noop("All"),
    Shown.NEEDS_ME: gettext_noop("Need me"),
    Shown.HIGH: gettext_noop("High risk"),
    Shown.OWN: gettext_noop("My own"),
    Shown.COVERED: gettext_noop("I stand in"),
    Shown.UNIT: gettext_noop("The unit's high risk"),
}
KINDS = {
    Urgency.RISK_HIGH: gettext_noop("High risk"),
    Urgency.RISK_WATCH: gettext_noop("Watch"),
    Urgency.DETERIORATION: gettext_noop("Worse, or a decision"),
    Urgency.MESSAGE: gettext_noop("Message"),
    Urgency.FEEDBACK: gettext_noop("Awaits feedback"),
    Urgency.WEEKLY: gettext_noop("Questionnaire late"),
    Urgency.INACTIVE: gettext_noop("Not active"),
}


@dataclass(frozen=True)
class View:
    """One of the list's views, with how many it shows."""

    key: Shown
    label: str
    count: int
    is_current: bool
    is_high: bool


@dataclass(frozen=True)
class Kind:
    """One kind of reason to filter by."""

    key: str
    label: str
    is_chosen: bool


def views(counts: Mapping[Shown, int], current: Shown, *, colleagues: int) -> list[View]:
    """In the order of the row of buttons; standing in has one only where she does."""
    found = []
    for shown, label in VIEWS.items():
        count = counts[shown] + (colleagues if shown is Shown.UNIT else 0)
        if shown in {Shown.OWN, Shown.COVERED} and not counts[Shown.COVERED] and shown is not current:
            continue
        high = count > 0 and shown in {Shown.HIGH, Shown.UNIT}
        found.append(View(shown, _(label), count, shown is current, high))
    return found


def kinds(chosen: Urgency | None) -> list[Kind]:
    """Every kind of reason, the most urgent first."""
    return [Kind(kind.name.lower(), _(label), kind is chosen) for kind, label in KINDS.items()]
