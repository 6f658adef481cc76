"""Registering a patient: decides who at a unit may enter somebody unknown, and that nobody is entered twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.adding import Added
from ikbt.accounts.inviting import invite
from ikbt.accounts.models import CareUnit, Person, RoleAssignment
from ikbt.accounts.roles import Act, Role
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record
from ikbt.common.clock import local_date
from ikbt.common.personal_identity import WRITE_IT, NotAPersonalNumber, parse


@dataclass(frozen=True)
class Newcomer:
    """What is known of a patient who is to be treated."""

    number: str
    first_name: str
    last_name: str
    email: str
    phone: str = ""


def register_patient(newcomer: Newcomer, *, unit: CareUnit, by: Actor, at: datetime) -> Added:
    """Enter her as a patient of the unit, and make the invitation that lets her choose how she signs in.

    By the unit's coordinator, else PermissionDenied. Raises ValidationError: code "number" or "email" when it makes no
    sense or somebody has it already; whose it is, is not said.
    """
    running = RoleAssignment.objects.running(at).filter(unit=unit).that_may(Act.KEEP_QUEUE)
    if by.id is None or not running.filter(person_id=by.id).exists():
        raise PermissionDenied("Only the unit's coordinator registers a patient.")
    try:
        number = parse(newcomer.number, today=local_date(at))
    except NotAPersonalNumber:
        raise ValidationError(WRITE_IT, code="number") from None
    with transaction.atomic():
        # Two who enter the same patient at once wait here for one another.
        CareUnit.objects.select_for_update().get(pk=unit.pk)
        if Person.objects.with_number(number) is not None:
            raise ValidationError(
                _("Somebody with this number is registered already: prepare the treatment right away."),
                code="number",
            )
        if Person.objects.filter(email__iexact=newcomer.email).exists():
            raise ValidationError(_("This address is used already. Ask for another one."), code="email")
        person = Person(
            email=newcomer.email,
            first_name=newcomer.first_name,
            last_name=newcomer.last_name,
            phone=newcomer.phone,
        )
        person.set_number(newcomer.number)
        person.set_unusable_password()
        person.save()
        record(Entry.Action.CREATE, by=by, kind="person", object_id=person.pk, patient=person.pk)
        given = RoleAssignment.objects.create(
            person=person, role=Role.PATIENT, unit=unit, starts_at=at, given_by_id=by.id
        )
        record(
            Entry.Action.CREATE,
            by=by,
            kind="role",
            object_id=given.pk,
            patient=person.pk,
            reason=f"{Role.PATIENT} to {person.pk}",
        )
        return Added(person, invite(person, by=by, at=at))
