"""Why a report isn't made: the table can't be used, or what was asked for isn't in it."""

from __future__ import annotations


class TableError(ValueError):
    """The table can't be used; the message is one sentence that names the place."""


class ChoiceError(ValueError):
    """What was asked for isn't in the table; the message is one sentence that names what is."""
