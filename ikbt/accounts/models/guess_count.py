"""How many passwords have been tried lately, by account, by address, and by both together."""

from __future__ import annotations

from django.db import models


class GuessCount(models.Model):
    """A counter; its key is a keyed hash, so that no typed address stands in the table."""

    key = models.CharField(max_length=64, primary_key=True)
    tries = models.PositiveIntegerField(default=0)
    since = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.key[:8]} {self.tries}"
