"""A unit's settings: decides who signs them, refuses what makes no sense, and keeps what was signed before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import CareUnit, Person
from ikbt.accounts.opening import check_closed_days, check_staffed_hours
from ikbt.accounts.roles import Act
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record
from ikbt.treatments.models import SettingChange
from ikbt.treatments.threshold_bounds import BOUNDS, faults_of

SHORTEST_REASON = 5
# What a manager signs besides the thresholds, with what checks each.
HOURS = ("opening_hours", "staffed_hours", "closed_days")
NUMBERS = ("phone", "emergency_numbers")


def sign_thresholds(
    unit: CareUnit, own: Mapping[str, int | None], *, reason: str, by: Actor, at: datetime
) -> list[SettingChange]:
    """The unit's own numbers; None gives the default back, names left out stay. What changed, signed.

    Raises ValidationError by name of the number, or with one of the codes "giver", "reason".
    """
    with transaction.atomic():
        locked = _locked(unit, reason=reason, by=by, at=at)
        standing = {name: value for name, value in locked.thresholds.items() if name in BOUNDS}
        wanted = _wanted(standing, own)
        changed = {
            name: (standing.get(name), wanted.get(name))
            for name in BOUNDS
            if standing.get(name) != wanted.get(name)
        }
        others = {name: value for name, value in locked.thresholds.items() if name not in BOUNDS}
        locked.thresholds = {**others, **wanted}
        locked.save(update_fields=["thresholds"])
        return _sign(locked, changed, reason=reason, by=by, at=at)


def _wanted(standing: Mapping[str, int], own: Mapping[str, int | None]) -> dict[str, int]:
    """The unit's own numbers as they would be. Raises ValidationError by name of the number."""
    said = {**standing, **{name: value for name, value in own.items() if name in BOUNDS}}
    wanted = {name: value for name, value in said.items() if value is not None}
    faults = faults_of(wanted)
    if faults:
        raise ValidationError(
            {fault.name: ValidationError(fault.sentence, params=dict(fault.params)) for fault in faults}
        )
    return wanted


def sign_fields(
    unit: CareUnit, said: Mapping[str, Any], *, reason: str, by: Actor, at: datetime
) -> list[SettingChange]:
    """Hours and closed days, or phone and emergency numbers, as CareUnit holds them; what changed, signed."""
    with transaction.atomic():
        locked = _locked(unit, reason=reason, by=by, at=at)
        _check(said)
        changed = {
            name: (getattr(locked, name), value)
            for name, value in said.items()
            if name in (*HOURS, *NUMBERS) and getattr(locked, name) != value
        }
        for name, (_before, after) in changed.items():
            setattr(locked, name, after)
        locked.save(update_fields=list(changed))
        return _sign(locked, changed, reason=reason, by=by, at=at)


def _locked(unit: CareUnit, *, reason: str, by: Actor, at: datetime) -> CareUnit:
    signer = Person.objects.filter(pk=by.id, is_active=True).first() if by.id else None
    if signer is None or not signer.roles.running(at).that_may(Act.MANAGE_UNIT).filter(unit=unit).exists():
        raise ValidationError(_("Only the unit manager signs that."), code="giver")
    if len(reason.strip()) < SHORTEST_REASON:
        raise ValidationError(_("Write why, in a few words."), code="reason")
    return CareUnit.objects.select_for_update().get(pk=unit.pk)


def _check(said: Mapping[str, Any]) -> None:
    if "staffed_hours" in said:
        check_staffed_hours(said["staffed_hours"])
    if "closed_days" in said:
        check_closed_days(said["closed_days"])
    if "emergency_numbers" in said and not said["emergency_numbers"]:
        raise ValidationError(
            _("Leave at least one number: patients at risk are shown them."), code="emergency_numbers"
        )
    if "phone" in said and not str(said["phone"]).strip():
        raise ValidationError(_("Patients must be able to call the unit."), code="phone")


def _sign(
    unit: CareUnit,
    changed: Mapping[str, tuple[Any, Any]],
    *,
    reason: str,
    by: Actor,
    at: datetime,
) -> list[SettingChange]:
    if by.id is None:
        raise ValidationError(_("Only the unit manager signs that."), code="giver")
    made = SettingChange.objects.bulk_create(
        SettingChange(
            unit=unit,
            name=name,
            before=before,
            after=after,
            reason=reason.strip(),
            signed_by_id=by.id,
            signed_at=at,
        )
        for name, (before, after) in changed.items()
    )
    if made:
        record(
            Entry.Action.CHANGE,
            by=by,
            kind="careunit",
            object_id=unit.pk,
            reason="signed: " + ", ".join(changed),
        )
    return made
