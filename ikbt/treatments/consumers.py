"""The conversation's socket: tells that something is new, that somebody is there or writes; never carries text."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from channels.db import database_sync_to_async
from django.http import Http404

from ikbt.accounts.models import Person
from ikbt.accounts.socket import PersonConsumer
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record
from ikbt.common.live import treatment_group
from ikbt.treatments.access import find_mine, find_relation
from ikbt.treatments.asked_always import own_treatment
from ikbt.treatments.models import CareRelation

SIGNS = frozenset({"here", "writing"})
PATIENTS_SIDE, CARES_SIDE = "patient", "care"


class ConversationConsumer(PersonConsumer):
    """For the patient herself and for staff with a running care relation; refused before accept otherwise."""

    async def groups_for(self, person: Person) -> list[str] | None:
        """The treatment's group."""
        treatment_id: UUID = self.scope["url_route"]["kwargs"]["treatment_id"]
        groups: list[str] | None = await database_sync_to_async(groups_of)(person, treatment_id)
        return groups

    async def received(self, content: Any) -> None:
        """That she is there or writes: passed on to the open pages and kept nowhere; anything else is nothing."""
        kind = content.get("kind") if isinstance(content, dict) else None
        if kind not in SIGNS:
            return
        treatment_id: UUID = self.scope["url_route"]["kwargs"]["treatment_id"]
        side = await database_sync_to_async(side_that_shows)(self.person, treatment_id)
        if side:
            sign = {"type": "hint", "kind": kind, "ids": {"side": side}}
            await self.channel_layer.group_send(treatment_group(treatment_id), sign)


def side_that_shows(person: Person, treatment_id: UUID) -> str:
    """From which side somebody may show that she is there: "" unless the patient has turned it on, for both sides."""
    treatment = own_treatment(person.pk, treatment_id)
    if treatment is not None:
        shows = Person.objects.filter(pk=person.pk, shows_presence=True).exists()
        return PATIENTS_SIDE if shows else ""
    try:
        relation = find_relation(person, treatment_id)
    except Http404:
        return ""
    # Whoever looks in an emergency is not the one she writes with.
    is_there = relation.kind != CareRelation.Kind.EMERGENCY and relation.treatment.patient.shows_presence
    return CARES_SIDE if is_there else ""


def groups_of(person: Person, treatment_id: UUID) -> list[str] | None:
    """The group a person may hear, or None, which is logged."""
    if may_listen(person, treatment_id):
        return [treatment_group(treatment_id)]
    actor = Actor(id=person.pk, role="unknown")
    record(Entry.Action.REFUSED, by=actor, kind="treatment socket", object_id=treatment_id, granted=False)
    return None


def may_listen(person: Person, treatment_id: UUID) -> bool:
    """Asked again with every look at the session."""
    for find in (find_mine, find_relation):
        try:
            find(person, treatment_id)
        except Http404:
            continue
        return True
    return False
