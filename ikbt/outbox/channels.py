"""Decides which way a notice goes to a person, or that she is owed none."""

from __future__ import annotations

from ikbt.accounts.models import Person
from ikbt.accounts.preferring import notices_go_by
from ikbt.outbox.models import Notice


def channel_of(person: Person, kind: str) -> Notice.Channel | None:
    """None: nothing is owed.

    What always goes out goes by e-mail: she changes her number herself, but not her address, so that whoever has got
    into her account can't turn the warning away.
    """
    if person.deceased_on is not None or not person.is_active:
        return None
    if kind in Notice.ALWAYS:
        return Notice.Channel.EMAIL
    way = notices_go_by(person)
    return None if way == Person.NoticesBy.NONE else Notice.Channel(way)


def is_owed(person: Person, kind: str) -> bool:
    """She lives, is active and wants notices, or it is of the kind that goes out all the same."""
    return channel_of(person, kind) is not None
