"""The off switch of automatic acts: decides which rules are off where, from the next act or sending on."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import CareUnit
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record
from ikbt.treatments.automatic_rules import RULES, switchable
from ikbt.treatments.models import AutomationSwitch

KIND = "automation"
LEAST_REASON = 10


class Switches:
    """All switches as they stand when this is made: nobody keeps one longer than an act, or a search for acts."""

    def __init__(self) -> None:
        rows = AutomationSwitch.objects.order_by("at", "pk").values_list("unit", "rule", "is_off")
        self._off: dict[tuple[UUID | None, str], bool] = {(unit, rule): is_off for unit, rule, is_off in rows}

    def off_at(self, unit: UUID) -> frozenset[str]:
        """Keys of the rules that are off at a unit, by itself or by the service."""
        return frozenset(rule.key for rule in switchable() if self.by_whom(rule.key, unit))

    def by_whom(self, rule: str, unit: UUID | None) -> str:
        """ "service" or "unit" when the rule is off there, else ""; the service's word stands over the unit's."""
        if self.is_off(None, "") or self.is_off(None, rule):
            return "service"
        return "unit" if unit is not None and (self.is_off(unit, "") or self.is_off(unit, rule)) else ""

    def is_off(self, unit: UUID | None, rule: str) -> bool:
        """Whether this very switch stands at off; `unit` None: the service's; `rule` "": all at once."""
        return self._off.get((unit, rule), False)


def switch_rule(
    rule: str, *, unit: CareUnit | None, is_off: bool, reason: str, by: Actor, at: datetime
) -> AutomationSwitch | None:
    """Switch one rule ("": all) off or on, at a unit or (None) everywhere; None when it stands so already.

    Raises ValidationError with code "rule" for one that nobody may switch off, or "reason".
    """
    if rule and (rule not in RULES or not RULES[rule].may_be_off):
        raise ValidationError(_("This can't be switched off."), code="rule")
    if len(reason.strip()) < LEAST_REASON:
        raise ValidationError(_("Write why, in at least ten characters."), code="reason")
    # Two at once make two rows that say the same: nothing to lock.
    with transaction.atomic():
        if Switches().is_off(unit.pk if unit else None, rule) == is_off:
            return None
        made = AutomationSwitch.objects.create(
            unit=unit, rule=rule, is_off=is_off, by_id=by.id, at=at, reason=reason.strip()
        )
        told = f"{rule or 'all'} {'off' if is_off else 'on'} at {unit.pk if unit else 'all units'}"
        record(Entry.Action.CHANGE, by=by, kind=KIND, object_id=made.pk, reason=told)
    return made
