"""When a role of staff must be confirmed anew: decides whether it is current, due or overdue; no database."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from ikbt.accounts.roles import Role

if TYPE_CHECKING:
    from ikbt.accounts.models import RoleAssignment

# HSLF-FS 2016:40, 4 kap.: access is followed up regularly. How often is the care provider's to decide; proposals [D].
CONFIRM_EVERY = timedelta(days=365)
OVERDUE_AFTER = timedelta(days=30)


class ReviewState(StrEnum):
    """How a role stands."""

    CURRENT = "current"
    DUE = "due"
    OVERDUE = "overdue"


def due_at(assignment: RoleAssignment) -> datetime | None:
    """When it is to be confirmed; None for a patient's role, and for one with a last day: it ends by itself."""
    if assignment.role == Role.PATIENT or assignment.ends_at is not None:
        return None
    return (assignment.confirmed_at or assignment.starts_at) + CONFIRM_EVERY


def review_state(assignment: RoleAssignment, at: datetime) -> ReviewState:
    """Due from a year after it began or was last confirmed; overdue 30 days later."""
    due = due_at(assignment)
    if due is None or at < due:
        return ReviewState.CURRENT
    return ReviewState.OVERDUE if at >= due + OVERDUE_AFTER else ReviewState.DUE
