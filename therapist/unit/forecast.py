"""What a manager reads before she signs what the forecast is for, and whether her units show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ikbt.accounts.models import CareUnit
from ikbt.treatments.early_warning.judging import USEFUL_FROM
from ikbt.treatments.models import EarlyWarningModel, EarlyWarningPurpose
from measurements.registry import shipped
from therapist.unit.access import UnitDesk


@dataclass(frozen=True)
class UnitForecast:
    """One unit, the newest forecast there is, and the signature that runs there, or None."""

    unit: CareUnit
    signed: EarlyWarningPurpose | None

    def shows(self, forecast: EarlyWarningModel | None) -> bool:
        """This very forecast is the one signed."""
        return self.signed is not None and forecast is not None and self.signed.forecast_id == forecast.pk


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


def read_forecast(desk: UnitDesk) -> ForecastPage:
    """The newest forecast, and each of her units' signature; three queries."""
    forecast = newest()
    signed = {
        one.unit_id: one
        for one in EarlyWarningPurpose.objects.filter(unit__in=desk.units, withdrawn_at=None).select_related(
            "signed_by"
        )
    }
    judgement: dict[str, Any] = (forecast.judgement if forecast else None) or {}
    low = judgement.get("ci95", [0.0])[0]
    units = CareUnit.objects.filter(pk__in=desk.units).order_by("name")
    return ForecastPage(
        forecast=forecast,
        instrument=shipped()[forecast.instrument].short if forecast else "",
        is_useful=low >= USEFUL_FROM,
        is_better_than_chance=low > 0.5,
        units=[UnitForecast(unit, signed.get(unit.pk)) for unit in units],
    )
