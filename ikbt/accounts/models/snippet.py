"""A unit's own text template, that its staff put into feedback and messages; holds nothing about a patient."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models.care_unit import CareUnit
from ikbt.accounts.models.person import Person
from ikbt.common import clock


class Snippet(models.Model):
    """What stands in braces is filled in for each patient, by the page or by hand."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    unit = models.ForeignKey(CareUnit, on_delete=models.CASCADE, related_name="snippets")
    title = models.CharField(_("title"), max_length=80)
    body = models.TextField(_("text"), max_length=4000)
    changed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["title"]
        verbose_name = _("text template")
        verbose_name_plural = _("text templates")
        constraints = [models.UniqueConstraint(fields=["unit", "title"], name="one_snippet_a_title")]

    def __str__(self) -> str:
        return self.title
