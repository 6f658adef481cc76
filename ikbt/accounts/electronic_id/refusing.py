"""Refusals: decides what the log is told of a reply that was turned away; the visitor is told nothing."""

from __future__ import annotations

from django.http import HttpRequest

from ikbt.accounts.models import Person
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record
from ikbt.common.client_address import client_address


class Refused(Exception):
    """The reply signs nobody in. `why` is in our own words: nothing of the reply is ever written down."""

    def __init__(self, why: str, person: Person | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.person = person
        # What she was about to do, once the reply has proven to be this browser's.
        self.path = self.held = ""


def record_refusal(request: HttpRequest, refused: Refused, *, provider: str) -> None:
    """One row: which provider, why, and about whom as far as that was proven."""
    nobody = Actor(
        id=None,
        role="none",
        address=client_address(request) or None,
        request_id=getattr(request, "id", ""),
    )
    record(
        Entry.Action.REFUSED,
        by=nobody,
        kind="session",
        object_id=refused.person.pk if refused.person else "",
        reason=f"e-ID {provider}: {refused.why}",
        granted=False,
    )
