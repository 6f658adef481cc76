"""What the unit's page tests share: a coordinator, clients with a fresh second factor, an emergency access."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client

from ikbt.accounts.models import CareUnit, Person
from ikbt.accounts.roles import Role
from ikbt.accounts.session_limits import FRESH
from ikbt.audit.recording import Actor
from ikbt.common import clock
from ikbt.treatments.emergency import Why, open_in_emergency
from ikbt.treatments.models import EmergencyAccess, Transfer, Treatment
from ikbt.treatments.transferring import offer_transfer
from tests.cast import give, person
from tests.conftest import signed_in_client

WHY = Why("danger", "Hon ringde och är i akut fara.")


def confirmed(someone: Person, *, minutes_ago: int = 0) -> Client:
    """Signed in, with a second factor that was given this moment, or some minutes ago."""
    client = signed_in_client(someone)
    confirm(client, minutes_ago=minutes_ago)
    return client


def confirm(client: Client, *, minutes_ago: int = 0) -> None:
    """She gives her second factor again."""
    session = client.session
    session[FRESH] = (clock.now() - timedelta(minutes=minutes_ago)).timestamp()
    session.save()


def coordinator(unit: CareUnit) -> Person:
    """Carin, who coordinates a unit."""
    return give(person("Carin", "Ordning"), Role.COORDINATOR, unit)


def opened(treatment: Treatment, staff: Person) -> EmergencyAccess:
    """Somebody has opened a patient in an emergency."""
    by = Actor(id=staff.pk, role="therapist")
    return open_in_emergency(treatment, staff=staff, why=WHY, confirmed=True, by=by, at=clock.now())


def offered(treatment: Treatment, *, to: CareUnit) -> Transfer:
    """Her therapist has offered her to another unit, which has not answered."""
    by = Actor(id=treatment.therapist_id, role="therapist")
    return offer_transfer(treatment, to=to, summary="Hon flyttar dit.", consents=True, by=by, at=clock.now())
