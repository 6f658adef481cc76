"""Confirming a role: decides who may say that somebody still needs what a role lets her do; never she herself."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.granting import NotGranted, may_end
from ikbt.accounts.models import RoleAssignment
from ikbt.accounts.role_review import ReviewState, review_state
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record


def confirm_role(assignment: RoleAssignment, *, by: Actor, at: datetime) -> RoleAssignment:
    """Say that the role is still needed; one that isn't due stays as it was. Raises NotGranted with a sentence."""
    why = _refusal(assignment, by=by, at=at)
    if why:
        raise NotGranted(str(why))
    with transaction.atomic():
        locked = RoleAssignment.objects.select_for_update().get(pk=assignment.pk)
        if locked.ends_at is not None and locked.ends_at <= at:
            raise NotGranted(str(_("The role has ended. Give it again if it is needed.")))
        if review_state(locked, at) is ReviewState.CURRENT:
            return locked
        locked.confirmed_at, locked.confirmed_by_id = at, by.id
        locked.save(update_fields=["confirmed_at", "confirmed_by"])
        record(
            Entry.Action.CHANGE, by=by, kind="role", object_id=locked.pk, reason=f"{locked.role} confirmed"
        )
    return locked


def _refusal(assignment: RoleAssignment, *, by: Actor, at: datetime) -> Promise | None:
    # The clock has nobody to ask whether the role is needed.
    if by.id is None or not may_end(assignment, by=by, at=at):
        return _("Only an administrator, or the unit's manager, confirms this role.")
    if by.id == assignment.person_id:
        return _("Nobody confirms their own role.")
    return None
