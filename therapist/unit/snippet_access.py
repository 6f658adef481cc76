"""The doors to a unit's text templates: its coordinators and managers keep them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest

from ikbt.accounts.access import AtUnits, at_units, refuse
from ikbt.accounts.models import Snippet
from ikbt.accounts.roles import Act
from ikbt.common.doors import CONTENT, Door
from therapist.unit.access import gives_relations


@dataclass(frozen=True)
class AtSnippet(AtUnits):
    """At one of them."""

    snippet: Snippet


def _all(request: HttpRequest) -> AtUnits:
    return at_units(request, Act.GIVE_RELATIONS, kind="unit")


def _one(request: HttpRequest, snippet_id: UUID) -> AtSnippet:
    desk = _all(request)
    found = Snippet.objects.filter(unit__in=desk.units, pk=snippet_id).first()
    if found is None:
        refuse(request, "snippet", snippet_id)
    return AtSnippet(desk.person, desk.units, desk.actor, found)


THE_SNIPPETS = Door(
    "the unit's text templates", CONTENT, "coordinator or unit manager", _all, rule=gives_relations
)
A_SNIPPET = Door(
    "a text template",
    CONTENT,
    "coordinator or unit manager of its unit",
    _one,
    takes=("snippet_id",),
    rule=gives_relations,
)
