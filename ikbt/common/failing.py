"""What may be better in a moment: the database or the log can't be reached. Decides that this is a 503, not a fault."""

from __future__ import annotations

from django.db import InterfaceError, OperationalError


class Unavailable(RuntimeError):
    """Something that every page needs can't be reached or written just now: nothing is shown and nothing changed."""


# Django's names for a database that is down, locked, full or read only.
PASSING = (Unavailable, OperationalError, InterfaceError)
