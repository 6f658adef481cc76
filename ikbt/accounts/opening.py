"""Decides when a unit is staffed, for the clocks that run in opening time; what a patient reads is another field."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ikbt.common.working_time import OFFICE_HOURS, OpeningHours

if TYPE_CHECKING:
    from ikbt.accounts.models import CareUnit

log = logging.getLogger(__name__)


def opening_hours_of(unit: CareUnit) -> OpeningHours:
    """The unit's own hours and closed days; office hours where it has set none, or what nobody can read.

    Never raises: an alert is raised in the transaction of an answer, and no setting may take that away.
    """
    try:
        return OpeningHours(week=_week(unit.staffed_hours) or OFFICE_HOURS, closed_on=_days(unit.closed_days))
    except (ValueError, TypeError, AttributeError):
        log.error("unit %s has hours that can't be read: office hours are used", unit.pk)
        return OpeningHours()


def check_staffed_hours(value: object) -> None:
    """ValidationError unless it is as CareUnit.staffed_hours says, each day opening before it closes."""
    try:
        week = _week(value)  # type: ignore[arg-type]
    except (ValueError, TypeError, AttributeError):
        raise ValidationError(_("Write hours by weekday from 0 to 6, as 08:00 and 16:30.")) from None
    if any(weekday not in range(7) or opens >= closes for weekday, (opens, closes) in week.items()):
        raise ValidationError(_("A day opens before it closes. Weekdays are 0 to 6."))


def check_closed_days(value: object) -> None:
    """ValidationError unless it is a list of dates."""
    try:
        _days(value)  # type: ignore[arg-type]
    except (ValueError, TypeError):
        raise ValidationError(_("Write closed days as a list of dates, as 2026-12-23.")) from None


def _week(hours: Mapping[str, Sequence[str]]) -> dict[int, tuple[time, time]]:
    return {
        int(weekday): (time.fromisoformat(opens), time.fromisoformat(closes))
        for weekday, (opens, closes) in hours.items()
    }


def _days(days: Sequence[str]) -> frozenset[date]:
    return frozenset(date.fromisoformat(day) for day in days)
