"""A module that was found dangerous after it was published: hidden from patients until two people lift it."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import Person
from programs.models.version import FrozenModule, Program
from programs.querysets import RecallQuerySet


class Recall(models.Model):
    """One publisher recalls at once; lifting it takes two. What patients have written stays theirs."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="recalls")
    module_key = models.CharField(max_length=40)
    modules = models.ManyToManyField(FrozenModule, related_name="recalls")
    # For staff; and what patients read in the module's place.
    reason = models.TextField()
    message = models.TextField()
    recalled_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    recalled_at = models.DateTimeField()
    # NULL: nobody has asked that it be lifted.
    lift_asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    lift_reason = models.TextField(blank=True)
    lift_asked_at = models.DateTimeField(null=True)
    # NULL: it stands.
    lifted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True)

    objects = RecallQuerySet.as_manager()

    class Meta:
        ordering = ["-recalled_at"]
        verbose_name = _("recall")
        verbose_name_plural = _("recalls")

    def __str__(self) -> str:
        return f"{self.module_key}"
