"""Questions about roles: who holds what, where, now."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from ikbt.accounts.role_review import CONFIRM_EVERY
from ikbt.accounts.roles import Act, Role, roles_that_may

if TYPE_CHECKING:
    from ikbt.accounts.models import RoleAssignment


class RoleQuerySet(models.QuerySet["RoleAssignment"]):
    """Questions to the role table."""

    def running(self, at: datetime) -> RoleQuerySet:
        """Roles in force at a moment."""
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=at), starts_at__lte=at)

    def to_confirm(self, at: datetime, *, after: timedelta = CONFIRM_EVERY) -> RoleQuerySet:
        """Running roles of staff without a last day, that nobody has given or confirmed for so long."""
        last = Coalesce("confirmed_at", "starts_at")
        return (
            self.running(at)
            .exclude(role=Role.PATIENT)
            .alias(last=last)
            .filter(ends_at=None, last__lte=at - after)
        )

    def that_may(self, act: Act) -> RoleQuerySet:
        """Roles that hold an act."""
        return self.filter(role__in=roles_that_may(act))

    def of(self, person: Any) -> RoleQuerySet:
        """One person's roles."""
        return self.filter(person=person)
