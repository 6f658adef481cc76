"""What a manager reads before she signs what the forecast is for, and whether her units show it."""

from __future__ import annotations

from dataclasses import dataclass

from ikbt.accounts.access import AtUnits
from ikbt.accounts.models import CareUnit
from ikbt.treatments.early_warning.judging import is_better_than_chance, is_useful
from ikbt.treatments.models import EarlyWarningModel, EarlyWarningPurpose
from measurements.registry import shipped


@dataclass(frozen=True)
class UnitForecast:
    """One unit, and the signature that runs there, or None."""

    unit: CareUnit
    signed: EarlyWarningPurpose | None


@dataclass(frozen=True)
class ForecastPage:
    """The page: `facts` are of the newest forecast, empty when none was ever learnt."""

    forecast: EarlyWarningModel | None
    instrument: str
    is_useful: bool
    is_better_than_chance: bool
    units: list[UnitForecast]


def newest() -> EarlyWarningModel | None:
    """The forecast that was learnt last."""
    return EarlyWarningModel.objects.first()


def read_forecast(desk: AtUnits) -> ForecastPage:
    """The newest forecast, and each of her units' signature; three queries."""
    forecast = newest()
    signed = {
        one.unit_id: one
        for one in EarlyWarningPurpose.objects.filter(unit__in=desk.units, withdrawn_at=None).select_related(
            "signed_by"
        )
    }
    judgement = forecast.judgement if forecast else None
    units = CareUnit.objects.filter(pk__in=desk.units).order_by("name")
    return ForecastPage(
        forecast=forecast,
        instrument=shipped()[forecast.instrument].short if forecast else "",
        is_useful=is_useful(judgement),
        is_better_than_chance=is_better_than_chance(judgement),
        units=[UnitForecast(unit, signed.get(unit.pk)) for unit in units],
    )
