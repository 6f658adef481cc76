"""Tells a person that her sign-in changed: accounts says that, and whoever sends mail has said here how."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ikbt.accounts.models import Person

# (person, key of the occasion, moment). Accounts lies below the outbox and can't call it by name.
Teller = Callable[["Person", str, datetime], object]
_tellers: dict[str, Teller] = {}


def tell_through(name: str, teller: Teller) -> None:
    """Let `teller` be called, inside the caller's transaction, each time somebody's sign-in changes."""
    _tellers[name] = teller


def tell(person: Person, what: str, *, key: object, at: datetime) -> None:
    """Her sign-in changed: "recovery code used", "passkey added". Once for one `key`."""
    for teller in _tellers.values():
        teller(person, f"{what}:{key}", at)
