"""Short words for tests of the course: who acts, at what time, and that replaying gives what is stored."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import uuid4

from ikbt.accounts.models import Person
from ikbt.accounts.roles import Role
from ikbt.audit.recording import SYSTEM, Actor
from ikbt.common import clock
from ikbt.common.clock import midnight
from ikbt.treatments.models import Treatment
from ikbt.treatments.starting import start_treatment
from ikbt.treatments.stepping import replayed
from ikbt.treatments.timekeeping import keep_time
from programs.activating import activate
from programs.models import ProgramVersion
from tests.cast import DECIDED, Cast, give, person

WHY = "Enligt överenskommelse."


def acting(person: Person, role: Role = Role.THERAPIST) -> Actor:
    """Somebody as the log names her."""
    return Actor(id=person.pk, role=role)


def tove(cast: Cast) -> Actor:
    return acting(cast.tove)


def anna(cast: Cast) -> Actor:
    return acting(cast.anna, Role.PATIENT)


def in_days(days: float) -> datetime:
    """So many days after now."""
    return clock.now() + timedelta(days=days)


def stored(treatment: Treatment) -> Treatment:
    """As it stands in the database, after it was found equal to what its events tell."""
    treatment = Treatment.objects.get(pk=treatment.pk)
    told = replayed(treatment)
    assert told is not None
    assert told.state == treatment.state
    assert (told.unit, told.therapist) == (str(treatment.unit_id), str(treatment.therapist_id))
    if treatment.state != Treatment.State.READY:
        assert (told.starts_on, told.ends_on) == (treatment.starts_on, treatment.ends_on)
    return treatment


def begun(cast: Cast, starts_on: date, measures: Sequence[dict[str, object]] = ()) -> Treatment:
    """A new patient's treatment from a day on; with measures of its own in place of the cast's."""
    version = ProgramVersion.objects.create(
        program=cast.version.program,
        major=ProgramVersion.objects.count() + 1,
        outline={**cast.version.outline, "measures": list(measures or cast.version.outline["measures"])},
        content_hash="0" * 64,
        published_at=clock.now(),
    )
    activate(version, unit=cast.alfa, by=None, at=clock.now())
    # The cast's own courses run today: in the years of these tests they would be late as well.
    Treatment.objects.filter(pk__in=[cast.treatment.pk, cast.other_treatment.pk]).update(
        state=Treatment.State.PAUSED
    )
    return start_treatment(
        give(person(f"Vera{uuid4().hex[:6]}", "Ny"), Role.PATIENT),
        version=version,
        unit=cast.alfa,
        therapist=cast.tove,
        starts_on=starts_on,
        decision=DECIDED,
        by=SYSTEM,
        at=midnight(starts_on),
    )


def run_until(day: date, *, since: date, every: timedelta = timedelta(hours=4)) -> None:
    """The clock's job as cron runs it, from midnight of one day to midnight of another."""
    at = midnight(since)
    while at < midnight(day):
        keep_time(at=at)
        at += every
