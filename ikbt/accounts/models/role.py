"""Roles as data: who holds which role at which unit, since when, given by whom."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models.care_unit import CareUnit
from ikbt.accounts.models.person import Person
from ikbt.accounts.querysets import RoleQuerySet
from ikbt.accounts.roles import Role
from ikbt.common import clock


class RoleAssignment(models.Model):
    """A person's role at a unit, for a time."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="roles")
    role = models.CharField(max_length=30, choices=Role.choices)
    # NULL: the role is not tied to a unit (auditor, system administrator).
    unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="roles", null=True)
    starts_at = models.DateTimeField(default=clock.now)
    # NULL: goes on until somebody ends it.
    ends_at = models.DateTimeField(null=True)
    # NULL: given by the system when it was set up.
    given_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    # NULL: nobody has confirmed it since it began (ikbt.accounts.role_review).
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    objects = RoleQuerySet.as_manager()

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "role", "unit"], condition=models.Q(ends_at=None), name="one_running_role"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_role_display()}"
