"""From (issuer, subject) to a person: decides whom a proven identity signs in; creates nobody."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from ikbt.accounts.electronic_id.claims import Claims
from ikbt.accounts.electronic_id.providers import Kind, Provider
from ikbt.accounts.electronic_id.refusing import Refused
from ikbt.accounts.models import ElectronicIdentity, Person, RoleAssignment
from ikbt.accounts.models.care_unit import HSA_ID
from ikbt.accounts.roles import Role
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record
from ikbt.common import clock
from ikbt.common.fields import blind_indexes
from ikbt.common.personal_identity import NotAPersonalNumber, PersonalNumber, parse

# With the century: ten digits are two persons, a hundred years apart.
NUMBER = re.compile(r"\d{8}-?\d{4}", re.ASCII)


@dataclass(frozen=True)
class Told:
    """What a provider says of the one who came, as far as the table lets it say anything."""

    subject: str
    number: PersonalNumber | None
    employee: str
    commission: str


def told_by(provider: Provider, claims: Claims) -> Told:
    """Read the claims that the table names; raises Refused when one is malformed."""
    return Told(
        subject=claims["sub"],
        number=_number(provider, claims),
        employee=_hsa_id(provider, claims, "employee"),
        commission=_hsa_id(provider, claims, "commission"),
    )


def match(provider: Provider, told: Told, *, by: Actor, at: datetime) -> ElectronicIdentity:
    """The identity, tied to its person; tied now if a trusted personal number leads to one. Raises Refused.

    1. A known (issuer, subject) stays with its person, whatever e-mail or name the provider gives.
    2. An unknown one goes by personal number, from a provider marked for it.
    3. Inactive persons, other people's numbers and cards, and the wrong kind of role are refused.
    """
    known = ElectronicIdentity.objects.of(provider.issuer, told.subject)
    person = known.user if known else _person_by_number(provider, told)
    _guard(provider, told, person, at=at)
    if known and known.employee == told.employee and known.is_kept():
        return known
    return _tie(provider, told, person, by=by, at=at)


def _person_by_number(provider: Provider, told: Told) -> Person:
    if not provider.trusts_personal_number:
        raise Refused("unknown identity, and the provider is not trusted for personal numbers")
    if told.number is None:
        raise Refused("unknown identity without personal number")
    person = Person.objects.with_number(told.number)
    if person is None:
        raise Refused("nobody here has this personal number")
    return person


def _guard(provider: Provider, told: Told, person: Person, *, at: datetime) -> None:
    if not person.is_active:
        raise Refused("the person is not active", person)
    if told.number is not None and person.number_index not in blind_indexes(told.number.digits):
        raise Refused("the personal number is another's", person)
    roles = set(RoleAssignment.objects.of(person).running(at).values_list("role", flat=True))
    if not _fits(provider.kind, roles):
        raise Refused("the provider is not for this person's role", person)
    cards = ElectronicIdentity.objects.filter(issuer=provider.issuer, employee=told.employee)
    if told.employee and cards.exclude(user=person).exists():
        raise Refused("the staff id is another's", person)


def _fits(kind: Kind, roles: set[str]) -> bool:
    """Staff come by a provider for staff, also when they are patients too; patients by one for patients."""
    staff = roles - {Role.PATIENT}
    if kind is Kind.STAFF:
        return bool(staff)
    return kind is Kind.ANY or (Role.PATIENT in roles and not staff)


def _tie(provider: Provider, told: Told, person: Person, *, by: Actor, at: datetime) -> ElectronicIdentity:
    with transaction.atomic():
        locked = Person.objects.select_for_update().get(pk=person.pk)
        tied = ElectronicIdentity.objects.of(provider.issuer, told.subject)
        action = Entry.Action.CHANGE if tied else Entry.Action.CREATE
        if tied is None:
            tied = ElectronicIdentity(
                user=locked,
                name=provider.key,
                issuer=provider.issuer,
                created_at=at,
            )
        if tied.user_id != locked.pk or tied.employee not in {"", told.employee}:
            raise Refused("the staff id is another's", locked)
        tied.employee = told.employee
        tied.keep(told.subject)
        tied.save()
        record(action, by=by, kind="electronic identity", object_id=tied.pk, reason=provider.key)
    return tied


def _number(provider: Provider, claims: Claims) -> PersonalNumber | None:
    name = provider.claims.get("personal_number")
    if not provider.trusts_personal_number or not name or name not in claims:
        return None
    text = claims[name]
    try:
        if not isinstance(text, str) or not NUMBER.fullmatch(text):
            raise NotAPersonalNumber("Twelve digits are wanted.")
        return parse(text, today=clock.today())
    except NotAPersonalNumber as wrong:
        raise Refused("personal number is malformed") from wrong


def _hsa_id(provider: Provider, claims: Claims, what: str) -> str:
    """A claim that the table names must be there; a broker's list of one counts as one."""
    name = provider.claims.get(what)
    if not name:
        return ""
    value = claims.get(name)
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if not isinstance(value, str) or not re.fullmatch(HSA_ID.regex, value):
        raise Refused(f"staff id ({what}) is malformed")
    return value
