"""How many patients somebody is meant to carry: decides who may set it, and what makes no sense."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import CareUnit, Person
from ikbt.accounts.roles import Act, Role
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record
from ikbt.treatments.models import CaseloadLimit

MOST = 200


def set_limit(person: Person, *, unit: CareUnit, patients: int | None, by: Actor, at: datetime) -> None:
    """None takes it away. Raises ValidationError with one of the codes "giver", "person", "patients"."""
    giver = Person.objects.filter(pk=by.id, is_active=True).first() if by.id else None
    if giver is None or not giver.roles.running(at).that_may(Act.GIVE_RELATIONS).filter(unit=unit).exists():
        raise ValidationError(_("Only the coordinator or the unit manager decides that."), code="giver")
    if not person.roles.running(at).filter(role=Role.THERAPIST, unit=unit).exists():
        raise ValidationError(_("The therapist does not work at the unit."), code="person")
    if patients is not None and not 0 <= patients <= MOST:
        raise ValidationError(_("Between 0 and %(most)d patients."), code="patients", params={"most": MOST})
    with transaction.atomic():
        rows = CaseloadLimit.objects.select_for_update().filter(person=person, unit=unit)
        if patients is None:
            rows.delete()
        else:
            CaseloadLimit.objects.update_or_create(
                person=person,
                unit=unit,
                defaults={"patients": patients, "set_by_id": giver.pk, "set_at": at},
            )
        record(Entry.Action.CHANGE, by=by, kind="caseload limit", reason=f"of {person.pk}: {patients}")
