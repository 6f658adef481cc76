"""Who stands before a door: decides who is signed in, and at which units her roles let her do what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from ikbt.accounts.models import Person
from ikbt.accounts.roles import Act, roles_that_may
from ikbt.accounts.rules import has_second_factor, may
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, actor_of, record
from ikbt.common import clock
from ikbt.common.doors import ACCOUNT, Door


@dataclass(frozen=True)
class AtUnits:
    """Somebody at the units where her running roles let her do what the door asks for, and as whom she acts."""

    person: Person
    units: tuple[UUID, ...]
    actor: Actor


@dataclass(frozen=True)
class Entering(AtUnits):
    """As the door has just read it: all that the frame of her page needs of her roles, so that it asks for none."""

    # Names of `units`, in order of the alphabet.
    names: tuple[str, ...]
    # All she may act in at any unit, as (role, unit): what her menu is made of.
    held: tuple[tuple[str, UUID], ...]


def is_verified(request: HttpRequest) -> bool:
    """Signed in with a second factor; a request that the second-factor middleware never saw is not."""
    return has_second_factor.test(getattr(request, "user", None))


def oneself(request: HttpRequest) -> Person:
    """Whoever is signed in; raises PermissionDenied for anybody else."""
    if not is_verified(request) or not isinstance(request.user, Person):
        raise PermissionDenied
    return request.user


def signed_in(request: HttpRequest) -> Person:
    """As `oneself`, but nobody else learns that there is a page: raises Http404.

    The gate lets nobody this far without a verified second factor; a door asks again because doors are the rule.
    """
    try:
        return oneself(request)
    except PermissionDenied:
        raise Http404 from None


def at_units(request: HttpRequest, act: Act, *, kind: str) -> Entering:
    """Where she may do this, by the roles that began first. Raises Http404, logged as a try at `kind`."""
    person = signed_in(request)
    running = person.roles.running(clock.now()).filter(unit__isnull=False).order_by("starts_at", "pk")
    rows = [
        (role, unit, str(name))
        for role, unit, name in running.values_list("role", "unit_id", "unit__name")
        if unit is not None
    ]
    opening = roles_that_may(act)
    here = [row for row in rows if row[0] in opening]
    if not may(act).test(person, [role for role, _unit, _name in here]):
        refuse(request, kind)
    names = {unit: name for _role, unit, name in here}
    return Entering(
        person=person,
        units=tuple(names),
        actor=actor_of(request, role=here[0][0], unit=here[0][1]),
        names=tuple(sorted(names.values())),
        held=tuple((role, unit) for role, unit, _name in rows),
    )


def refuse(
    request: HttpRequest, kind: str, object_id: object = "", *, patient: UUID | None = None
) -> NoReturn:
    """Log a try that failed, about its patient where there is one, and answer as if nothing were there."""
    by = actor_of(request, role="unknown")
    record(Entry.Action.REFUSED, by=by, kind=kind, object_id=object_id, patient=patient, granted=False)
    raise Http404


ONESELF: Door[Person] = Door(
    name="oneself",
    data=ACCOUNT,
    who="anyone signed in with a second factor",
    opens=oneself,
    rule=has_second_factor,
)
