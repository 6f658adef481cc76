"""Keeps how a person wants the pages to behave: decides nothing for her."""

from __future__ import annotations

from django.db import transaction

from ikbt.accounts.models import Person
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record


def show_presence(person: Person, *, wanted: bool, by: Actor) -> None:
    """Let both sides of her open conversation see who is there and writes, or stop it; a repeat changes nothing."""
    with transaction.atomic():
        locked = Person.objects.select_for_update().only("shows_presence").get(pk=person.pk)
        if locked.shows_presence == wanted:
            return
        Person.objects.filter(pk=person.pk).update(shows_presence=wanted)
        record(
            Entry.Action.CHANGE,
            by=by,
            kind="person",
            object_id=person.pk,
            patient=person.pk,
            reason="presence",
        )
    person.shows_presence = wanted


def use_single_keys(person: Person, *, wanted: bool, by: Actor) -> None:
    """Turn her shortcuts of one key on or off; the same again changes nothing."""
    with transaction.atomic():
        locked = Person.objects.select_for_update().only("single_keys").get(pk=person.pk)
        if locked.single_keys == wanted:
            return
        Person.objects.filter(pk=person.pk).update(single_keys=wanted)
        record(Entry.Action.CHANGE, by=by, kind="person", object_id=person.pk, reason="shortcuts")
    person.single_keys = wanted
