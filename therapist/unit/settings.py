"""A unit's settings as its manager reads them: each number with default, own value, meaning, and who signed it when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from ikbt.accounts.access import AtUnits
from ikbt.accounts.models import CareUnit
from ikbt.treatments.models import SettingChange
from ikbt.treatments.threshold_bounds import BOUNDS, DEFAULTS, GROUPS
from therapist.unit.settings_forms import LABELS, as_lines

NEWEST = 50


@dataclass(frozen=True)
class NumberRow:
    """One threshold."""

    label: str
    sentence: str
    counted_in: str
    default: int
    # None: the default holds.
    own: int | None
    # Empty: nobody has signed anything of it.
    signed: str
    signed_at: datetime | None


@dataclass(frozen=True)
class ChangeRow:
    """One signed change."""

    label: str
    before: str
    after: str
    reason: str
    signed: str
    signed_at: datetime


@dataclass(frozen=True)
class UnitSettings:
    """One unit's part of templates/therapist/unit/settings.html."""

    unit: CareUnit
    groups: list[tuple[str, list[NumberRow]]]
    hours: list[str]
    closed_days: list[str]
    numbers: list[str]
    changes: list[ChangeRow]


def read_settings(desk: AtUnits) -> list[UnitSettings]:
    """The units that she manages; two queries."""
    rows = SettingChange.objects.filter(unit__in=desk.units).select_related("signed_by")
    changes = list(rows.defer("signed_by__personal_number"))
    return [
        _of(unit, [one for one in changes if one.unit_id == unit.pk])
        for unit in CareUnit.objects.filter(pk__in=desk.units)
    ]


def _of(unit: CareUnit, changes: list[SettingChange]) -> UnitSettings:
    latest: dict[str, SettingChange] = {}
    for one in changes:
        latest.setdefault(one.name, one)
    return UnitSettings(
        unit=unit,
        groups=[
            (str(heading), [_number(unit, name, latest.get(name)) for name in group])
            for heading, group in GROUPS.items()
        ],
        hours=as_lines("opening_hours", unit.opening_hours),
        closed_days=list(unit.closed_days),
        numbers=[unit.phone, *as_lines("emergency_numbers", unit.emergency_numbers)],
        changes=[_change(one) for one in changes[:NEWEST]],
    )


def _number(unit: CareUnit, name: str, signed: SettingChange | None) -> NumberRow:
    bound, own = BOUNDS[name], unit.thresholds.get(name)
    return NumberRow(
        label=str(bound.label),
        sentence=str(bound.sentence),
        counted_in=str(bound.counted_in),
        default=DEFAULTS[name],
        own=own if isinstance(own, int) else None,
        signed=signed.signed_by.name if signed else "",
        signed_at=signed.signed_at if signed else None,
    )


def _change(change: SettingChange) -> ChangeRow:
    bound = BOUNDS.get(change.name)
    return ChangeRow(
        label=str(bound.label if bound else LABELS.get(change.name, change.name)),
        before=_value(change.name, change.before),
        after=_value(change.name, change.after),
        reason=change.reason,
        signed=change.signed_by.name,
        signed_at=change.signed_at,
    )


def _value(name: str, value: Any) -> str:
    if value is None:
        return _("the default")
    if name in BOUNDS or isinstance(value, str | int):
        return str(value)
    return _joined(as_lines(name, value))


def _joined(lines: Iterable[str]) -> str:
    return "; ".join(lines) or _("nothing")
