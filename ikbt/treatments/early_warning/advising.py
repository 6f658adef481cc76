"""Decides whether a running treatment is pointed out as one that may need more support, and with which reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.db.models import Exists, OuterRef

from ikbt.treatments.early_warning import purpose
from ikbt.treatments.early_warning.beginnings import DAYS, NAMES, Beginning, beginning, of
from ikbt.treatments.early_warning.regression import Weights, weights_from
from ikbt.treatments.models import EarlyWarningModel, EarlyWarningPurpose, OutcomeSummary, Treatment
from measurements.registry import instrument

MOST_REASONS = 3
# Of each instrument some; far more than a service has instruments.
NEWEST = 20


class Standing(StrEnum):
    """Why there is or is no forecast to show."""

    OFF = "off"  # the unit has not signed
    EARLY = "early"  # the first weeks are not over
    UNKNOWN = "unknown"  # nothing to compare: no baseline, or nothing answered since
    CALM = "calm"
    SUPPORT = "support"  # may need more support


@dataclass(frozen=True)
class Advice:
    """What is shown to those who treat her. `reasons`: names of beginnings.NAMES, the weightiest first."""

    standing: Standing
    chance: float | None = None
    reasons: tuple[str, ...] = ()
    forecast: EarlyWarningModel | None = None


@dataclass(frozen=True)
class Known:
    """What has been learnt: the expected course by instrument, and the forecast that the unit has signed, or None."""

    expected: Mapping[str, Mapping[str, Any]]
    signed: EarlyWarningModel | None


def known_forecasts(treatment: Treatment) -> Known:
    """The newest expected courses, and what the treatment's unit shows; one query."""
    signature = EarlyWarningPurpose.objects.filter(
        forecast=OuterRef("pk"), unit=treatment.unit_id, withdrawn_at=None, purpose=purpose.VERSION
    )
    # Signed ones first: a unit may go on with one that many newer have followed.
    rows = EarlyWarningModel.objects.annotate(is_signed=Exists(signature)).order_by("-is_signed", "-made_at")
    read = list(rows[:NEWEST])
    expected: dict[str, Mapping[str, Any]] = {}
    for one in sorted(read, key=lambda one: one.made_at, reverse=True):
        expected.setdefault(one.instrument, one.expected)
    return Known(expected, next((one for one in read if one.is_signed), None))


def advice_for(treatment: Treatment, signed: EarlyWarningModel | None, *, today: date) -> Advice:
    """The advice on one running treatment by what its unit has signed; no query where it has not, one where it has."""
    if signed is None or not treatment.is_running:
        return Advice(Standing.OFF)
    if (today - treatment.starts_on).days < signed.week * DAYS:
        return Advice(Standing.EARLY, forecast=signed)
    summary = OutcomeSummary.objects.filter(treatment=treatment).first()
    began = None if summary is None else began_as(summary, signed)
    if began is None or signed.weights is None:
        return Advice(Standing.UNKNOWN, forecast=signed)
    return judged(began, weights_from(signed.weights), signed)


def began_as(summary: OutcomeSummary, forecast: EarlyWarningModel) -> Beginning | None:
    """The treatment's first weeks as the forecast reads them."""
    return beginning(
        of(summary.measures, forecast.instrument),
        summary.hand_ins,
        modules=summary.modules_total,
        instrument=instrument(forecast.instrument),
        week=forecast.week,
    )


def judged(began: Beginning, weights: Weights, forecast: EarlyWarningModel | None = None) -> Advice:
    """Support from the threshold on, with what speaks for it most; reasons that speak against are left out."""
    values = began.values()
    chance = weights.chance(values)
    if chance < weights.threshold:
        return Advice(Standing.CALM, chance, forecast=forecast)
    parts = weights.parts(values)
    heavy = sorted((name for name in NAMES if parts[name] > 0), key=lambda name: -parts[name])
    return Advice(Standing.SUPPORT, chance, tuple(heavy[:MOST_REASONS]), forecast)
