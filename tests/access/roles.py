"""Who tries the doors, and what the reviewed table promises each; nothing here is read from the code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.test import Client

from ikbt.accounts.models import Person
from ikbt.accounts.roles import Role
from ikbt.accounts.session_limits import FRESH
from ikbt.common import clock
from ikbt.treatments.models import CareRelation, Treatment
from tests.cast import Cast, give, person
from tests.conftest import signed_in_client


@dataclass(frozen=True)
class Tryer:
    """One who tries: a name, a client, and whose data is her own on either side of the desk."""

    name: str
    client: Client
    verified: bool = True
    # "anna", "pia" or "" - whose treatment she may open as a patient, or as staff with a relation.
    is_patient: str = ""
    cares_for: str = ""
    has_desk: bool = False
    has_emergency: bool = False
    audits: bool = False
    manages: bool = False
    # Whose unit she runs, as its manager or its coordinator; the matrix's managers run Anna's.
    gives_relations: str = ""


def password_only(someone: Person) -> Client:
    """Signed in with the password and no second factor."""
    client = Client()
    client.force_login(someone)
    return client


def just_confirmed(someone: Person) -> Client:
    """Signed in with a second factor that was given this moment."""
    client = signed_in_client(someone)
    session = client.session
    session[FRESH] = clock.now().timestamp()
    session.save()
    return client


def relate(treatment: Treatment, staff: Person, kind: str, *, ends: int | None = None) -> None:
    """A care relation that began two hours ago; `ends` in hours from now, None goes on."""
    now = clock.now()
    CareRelation.objects.create(
        treatment=treatment,
        staff=staff,
        kind=kind,
        starts_at=now - timedelta(hours=2),
        ends_at=None if ends is None else now + timedelta(hours=ends),
    )


def tryers(cast: Cast) -> list[Tryer]:
    """The nineteen of the matrix; Anna is treated by Tove at Alfa, Pia by Olle at Beta."""
    coordinator = give(person("Carin", "Ordning"), Role.COORDINATOR, cast.alfa)
    on_duty = give(person("Disa", "Jour"), Role.COORDINATOR, cast.alfa)
    relate(cast.treatment, on_duty, CareRelation.Kind.COORDINATOR)
    stand_in = give(person("Vera", "Vikarie"), Role.THERAPIST, cast.alfa)
    relate(cast.treatment, stand_in, CareRelation.Kind.STAND_IN)
    ended = give(person("Sixten", "Slutat"), Role.THERAPIST, cast.alfa)
    relate(cast.treatment, ended, CareRelation.Kind.STAND_IN, ends=-1)
    # Her relation runs on, but her role at the unit has ended.
    left = person("Greta", "Gick")
    relate(cast.treatment, left, CareRelation.Kind.STAND_IN)
    supervisor = give(person("Hans", "Handledare"), Role.SUPERVISOR, cast.alfa)
    staff: dict[str, Any] = {"has_desk": True, "has_emergency": True}
    sign = just_confirmed
    return [
        Tryer("anonymous", Client(), verified=False),
        Tryer("password only", password_only(cast.tove), verified=False),
        Tryer("password only patient", password_only(cast.anna), verified=False),
        Tryer("patient", sign(cast.anna), is_patient="anna"),
        Tryer("other patient", sign(cast.pia), is_patient="pia"),
        Tryer("therapist", sign(cast.tove), cares_for="anna", **staff),
        Tryer("colleague", sign(cast.kim), **staff),
        Tryer("therapist elsewhere", sign(cast.olle), cares_for="pia", **staff),
        Tryer("coordinator", sign(coordinator), gives_relations="anna", **staff),
        Tryer("coordinator on duty", sign(on_duty), cares_for="anna", gives_relations="anna", **staff),
        Tryer("stand-in", sign(stand_in), cares_for="anna", **staff),
        Tryer("ended relation", sign(ended), **staff),
        Tryer("ended role", sign(left)),
        Tryer("supervisor", sign(supervisor), has_emergency=True),
