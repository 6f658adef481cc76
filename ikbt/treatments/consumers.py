"""The conversation's socket: tells whoever has a treatment open that something is new; never carries text."""

from __future__ import annotations

from uuid import UUID

from channels.db import database_sync_to_async
from django.http import Http404

from ikbt.accounts.models import Person
from ikbt.accounts.socket import PersonConsumer
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record
from ikbt.common.live import treatment_group
from ikbt.treatments.access import find_mine, find_relation


class ConversationConsumer(PersonConsumer):
    """For the patient herself and for staff with a running care relation; refused before accept otherwise."""

    async def groups_for(self, person: Person) -> list[str] | None:
        """The treatment's group."""
        treatment_id: UUID = self.scope["url_route"]["kwargs"]["treatment_id"]
        groups: list[str] | None = await database_sync_to_async(groups_of)(person, treatment_id)
        return groups


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
