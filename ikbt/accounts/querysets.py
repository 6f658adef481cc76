"""Questions about roles: who holds what, where, now."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

from ikbt.accounts.roles import Act, roles_that_may

if TYPE_CHECKING:
    from ikbt.accounts.models import RoleAssignment


class RoleQuerySet(models.QuerySet["RoleAssignment"]):
    """Questions to the role table."""

    def running(self, at: datetime) -> RoleQuerySet:
        """Roles in force at a moment."""
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=at), starts_at__lte=at)

    def that_may(self, act: Act) -> RoleQuerySet:
        """Roles that hold an act."""
        return self.filter(role__in=roles_that_may(act))

    def of(self, person: Any) -> RoleQuerySet:
        """One person's roles."""
        return self.filter(person=person)
