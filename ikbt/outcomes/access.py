"""The door to a service's outcomes: those who answer for units see groups of their own units' treatments."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest

from ikbt.accounts.models import CareUnit, Person
from ikbt.accounts.roles import Act
from ikbt.accounts.rules import has_second_factor, may
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, actor_of, record
from ikbt.common import clock
from ikbt.common.doors import SYSTEM, Door
from ikbt.outcomes.rules import sees_outcomes

KIND = "outcomes"


@dataclass(frozen=True)
class Service:
    """Somebody who answers for units, and as whom she acts."""

    person: Person
    units: tuple[CareUnit, ...]
    actor: Actor


def _service(request: HttpRequest) -> Service:
    person = request.user
    if not isinstance(person, Person) or not has_second_factor.test(person):
        raise Http404
    running = person.roles.running(clock.now()).that_may(Act.SEE_OUTCOMES).filter(unit__isnull=False)
    held = list(running.select_related("unit").order_by("unit__name", "pk"))
    if not may(Act.SEE_OUTCOMES).test(person, [one.role for one in held]):
        record(Entry.Action.REFUSED, by=actor_of(request, role="unknown"), kind=KIND, granted=False)
        raise Http404
    actor = actor_of(request, role=held[0].role, unit=held[0].unit_id)
    if request.method in {"GET", "HEAD"}:
        record(Entry.Action.READ, by=actor, kind=KIND, reason=request.GET.urlencode()[:200])
    units = tuple({one.unit_id: one.unit for one in held if one.unit is not None}.values())
    return Service(person, units, actor)


OUTCOMES = Door(
    "the units' outcomes",
    SYSTEM,
    "unit manager or coordinator, groups of the own units' treatments, no patient",
    _service,
    rule=sees_outcomes,
)
