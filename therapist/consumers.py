"""The live desk: decides which units' hints a person hears; pages fetch through their own doors."""

from __future__ import annotations

from channels.db import database_sync_to_async

from ikbt.accounts.models import Person
from ikbt.accounts.roles import Act
from ikbt.accounts.socket import PersonConsumer
from ikbt.common import clock
from ikbt.common.live import desk_group


class DeskConsumer(PersonConsumer):
    """Hints from the units where a person works in a role that opens a desk; nobody else is let in."""

    async def groups_for(self, person: Person) -> list[str] | None:
        """One group a unit; None without such a role."""
        groups: list[str] | None = await database_sync_to_async(desk_groups)(person)
        return groups


def desk_groups(person: Person) -> list[str] | None:
    """The groups of the person's desks in a fixed order; None when she has no desk."""
    units = person.roles.running(clock.now()).that_may(Act.OPEN_DESK).values_list("unit_id", flat=True)
    return sorted({desk_group(unit) for unit in units if unit is not None}) or None
