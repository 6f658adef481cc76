"""Adding a colleague: decides what a unit manager may enter about somebody new, and who is known already."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.granting import NotGranted, grant, manages
from ikbt.accounts.inviting import invite
from ikbt.accounts.models import CareUnit, Person
from ikbt.accounts.roles import Role
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record


@dataclass(frozen=True)
class Colleague:
    """What is known of somebody who is to begin."""

    email: str
    first_name: str
    last_name: str
    title: str = ""


@dataclass(frozen=True)
class Added:
    """Who it is, and the token of her invitation; empty when she can sign in already."""

    person: Person
    token: str


def add_colleague(colleague: Colleague, role: Role, *, unit: CareUnit, by: Actor, at: datetime) -> Added:
    """Give somebody a role at the unit; who is not known by her address is entered and invited.

    Names are taken of the new alone: nobody renames a colleague so. Raises NotGranted with a sentence.
    """
    if by.id is None or not manages(by.id, unit.pk, at=at):
        raise NotGranted(str(_("Only an administrator, or the unit's manager, gives and ends this role.")))
    with transaction.atomic():
        known = Person.objects.filter(email__iexact=colleague.email).first()
        if known is not None:
            grant(role, known, unit=unit, by=by, at=at)
            return Added(known, "")
        person = Person(
            email=colleague.email,
            first_name=colleague.first_name,
            last_name=colleague.last_name,
            title=colleague.title,
        )
        person.set_unusable_password()
        person.save()
        record(Entry.Action.CREATE, by=by, kind="person", object_id=person.pk)
        grant(role, person, unit=unit, by=by, at=at)
        return Added(person, invite(person, by=by, at=at))
