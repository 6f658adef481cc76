"""The door to a service's outcomes: those who answer for units see groups of their own units' treatments."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from ikbt.accounts.access import AtUnits, at_units
from ikbt.accounts.models import CareUnit, Person
from ikbt.accounts.roles import Act
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record
from ikbt.common.doors import READING, SYSTEM, Door
from ikbt.outcomes.rules import exports_research, sees_outcomes

KIND = "outcomes"
RESEARCH_KIND = "research data"


@dataclass(frozen=True)
class Service:
    """Somebody who answers for units, and as whom she acts."""

    person: Person
    units: tuple[CareUnit, ...]
    actor: Actor


def _service(request: HttpRequest) -> Service:
    at = at_units(request, Act.SEE_OUTCOMES, kind=KIND)
    if request.method in READING:
        record(Entry.Action.READ, by=at.actor, kind=KIND, reason=request.GET.urlencode()[:200])
    return _at(at)


def _of_research(request: HttpRequest) -> Service:
    at = at_units(request, Act.EXPORT_RESEARCH, kind=RESEARCH_KIND)
    if request.method in READING:
        record(Entry.Action.READ, by=at.actor, kind=RESEARCH_KIND)
    return _at(at)


def _at(at: AtUnits) -> Service:
    return Service(at.person, tuple(CareUnit.objects.filter(pk__in=at.units).order_by("name")), at.actor)


OUTCOMES = Door(
    "the units' outcomes",
    SYSTEM,
    "unit manager or coordinator, groups of the own units' treatments, no patient",
    _service,
    rule=sees_outcomes,
)
RESEARCH = Door(
    "the units' data for research",
    SYSTEM,
    "unit manager, of the own units' patients who agreed to research; pseudonyms, no names",
    _of_research,
    rule=exports_research,
)
