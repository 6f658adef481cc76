"""A unit says that it wants to see a forecast, and for what; or that it does not any more."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import CareUnit, Person
from ikbt.accounts.roles import Role
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record
from ikbt.treatments.early_warning import purpose
from ikbt.treatments.early_warning.judging import is_better_than_chance
from ikbt.treatments.models import EarlyWarningModel, EarlyWarningPurpose


def sign_purpose(
    unit: CareUnit, forecast: EarlyWarningModel, *, signer: Person, by: Actor, at: datetime
) -> EarlyWarningPurpose:
    """Show this forecast at this unit from now on, in place of an earlier one.

    Raises PermissionDenied to anybody but the unit's manager, ValidationError for a forecast that was not learnt
    or is no better than chance.
    """
    _guard(unit, signer, at)
    if forecast.judgement is None:
        raise ValidationError(_("There is no forecast yet: too few treatments have ended."))
    if not is_better_than_chance(forecast.judgement):
        raise ValidationError(_("The forecast has not been better than chance, so it can't be used."))
    with transaction.atomic():
        CareUnit.objects.select_for_update().get(pk=unit.pk)
        _withdraw(unit, signer, at)
        signed = EarlyWarningPurpose.objects.create(
            unit=unit, forecast=forecast, purpose=purpose.VERSION, signed_by=signer, signed_at=at
        )
        record(Entry.Action.CREATE, by=by, kind="early warning", object_id=signed.pk, reason="signed")
    return signed


def withdraw_purpose(unit: CareUnit, *, signer: Person, by: Actor, at: datetime) -> bool:
    """Show no forecast at this unit any more; False when none was shown. Raises PermissionDenied as above."""
    _guard(unit, signer, at)
    with transaction.atomic():
        CareUnit.objects.select_for_update().get(pk=unit.pk)
        ended = _withdraw(unit, signer, at)
        if ended:
            record(Entry.Action.CHANGE, by=by, kind="early warning", object_id=unit.pk, reason="withdrawn")
    return ended


def _guard(unit: CareUnit, signer: Person, at: datetime) -> None:
    if not signer.roles.running(at).filter(role=Role.UNIT_MANAGER, unit=unit).exists():
        raise PermissionDenied("Only the unit's manager signs what a forecast is for.")


def _withdraw(unit: CareUnit, signer: Person, at: datetime) -> bool:
    running = EarlyWarningPurpose.objects.filter(unit=unit, withdrawn_at=None)
    return bool(running.update(withdrawn_at=at, withdrawn_by=signer))
