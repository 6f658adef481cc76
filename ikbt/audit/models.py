"""One row a read or write of somebody's data; append only."""

from __future__ import annotations

from typing import Any

from django.db import models

from ikbt.audit.canonical import FIELDS, digest
from ikbt.audit.querysets import EntryQuerySet


class AppendOnly(TypeError):
    """Someone tried to change or remove a log row."""


class Entry(models.Model):
    """Who, in which role and unit, did what with which object of whose, when, from where, by which relation.

    Persons and objects are plain ids: the log outlives what it tells of, and needs no other app.
    Never holds clinical text or secrets. A trigger chains each row to the one before (ikbt.audit.chaining).
    """

    class Action(models.TextChoices):
        READ = "read", "read"
        LIST = "list", "shown in a list"
        CREATE = "create", "created"
        CHANGE = "change", "changed"
        DELETE = "delete", "deleted"
        EXPORT = "export", "taken out as a file"
        PRUNE = "prune", "log cut by policy"
        SIGN_IN = "sign_in", "signed in"
        SIGN_OUT = "sign_out", "signed out"
        REFUSED = "refused", "refused"

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(db_index=True)
    # NULL: nobody was signed in, or the system itself acted (then `role` says "system").
    actor = models.UUIDField(null=True, db_index=True)
    role = models.CharField(max_length=40)
    unit = models.UUIDField(null=True)
    # NULL: the row is about no patient.
    patient = models.UUIDField(null=True, db_index=True)
    action = models.CharField(max_length=20, choices=Action.choices)
    object_kind = models.CharField(max_length=60)
    object_id = models.CharField(max_length=64, blank=True)
    relation = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    granted = models.BooleanField(default=True)
    address = models.GenericIPAddressField(null=True)
    request_id = models.CharField(max_length=32, blank=True)
    # SHA-256 of the fields above, in hexadecimal.
    digest = models.CharField(max_length=64, default="", editable=False)
    # Gapless. NULL only inside the transaction that writes the row, on PostgreSQL: set at commit.
    seq = models.BigIntegerField(null=True, unique=True, editable=False)
    previous_hash = models.CharField(max_length=64, default="", editable=False)
    hash = models.CharField(max_length=64, default="", editable=False)

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = "log entry"
        verbose_name_plural = "log entries"
        indexes = [models.Index(fields=["patient", "-at"], name="entry_patient_at")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.object_kind}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert only: a row that stands can't be saved again."""
        if not self._state.adding:
            raise AppendOnly("A log entry can't be changed.")
        self.digest = self.digest_now()
        super().save(*args, **kwargs)

    def digest_now(self) -> str:
        """The digest of the fields as they are, to store or to compare with the stored one."""
        return digest({name: getattr(self, name) for name in FIELDS})

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Never."""
        raise AppendOnly("A log entry can't be removed.")
