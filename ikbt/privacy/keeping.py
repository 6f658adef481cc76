"""What may be deleted by now: decides for each rule which rows have had their time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from wagtail.admin.models import FormState

from ikbt.accounts.models import GuessCount, Invitation, SessionRecord
from ikbt.outbox.models import Notice
from ikbt.privacy.inventory import load
from ikbt.treatments.models import ActiveTime, Alert, Draft, WorksheetEntry
from measurements.models import Occasion

Due = Callable[[datetime, timedelta], list[QuerySet[Model]]]


def _drafts(at: datetime, kept: timedelta) -> list[QuerySet[Model]]:
    return [_any(Draft._base_manager.filter(treatment__ended_at__lte=at - kept))]


def _work_drafts(at: datetime, kept: timedelta) -> list[QuerySet[Model]]:
    """Entries that were never handed in; one that was, and was taken back to change, is the record."""
    unsent = WorksheetEntry._base_manager.filter(state=WorksheetEntry.State.DRAFT, handed_in_at=None)
    return [_any(unsent.filter(treatment__ended_at__lte=at - kept))]


def _answer_drafts(at: datetime, kept: timedelta) -> list[QuerySet[Model]]:
    """Answers chosen and never handed in; those that an alert was raised from are the record."""
    begun = Occasion._base_manager.filter(answered_at=None).exclude(draft={})
    alerts = Alert._base_manager.filter(occasion=OuterRef("pk"))
    return [_any(begun.filter(~Exists(alerts), series__treatment__ended_at__lte=at - kept))]


def _sessions(at: datetime, kept: timedelta) -> list[QuerySet[Model]]:
    longest = timedelta(seconds=settings.SESSION_COOKIE_AGE) + kept
    records = SessionRecord._base_manager.filter(started_at__lte=at - longest)
    return [_any(Session.objects.filter(expire_date__lte=at - kept)), _any(records)]


def _notices(at: datetime, kept: timedelta) -> list[QuerySet[Model]]:
    # What was begun and not known to have gone is kept as long as what was sent.
    over = Q(sent_at__lte=at - kept) | Q(dropped_at__lte=at - kept) | Q(sent_at=None, begun_at__lte=at - kept)
    return [_any(Notice._base_manager.filter(over))]


def _invitations(at: datetime, kept: timedelta) -> list[QuerySet[Model]]:
    over = Q(used_at__lte=at - kept) | Q(used_at=None, expires_at__lte=at - kept)
    return [_any(Invitation._base_manager.filter(over))]


def _guesses(at: datetime, kept: timedelta) -> list[QuerySet[Model]]:
    return [_any(GuessCount._base_manager.filter(since__lte=at - kept))]


def _typed(at: datetime, kept: timedelta) -> list[QuerySet[Model]]:
    return [_any(FormState.objects.filter(last_updated_at__lte=at - kept))]


def _active_time(at: datetime, kept: timedelta) -> list[QuerySet[Model]]:
    return [_any(ActiveTime._base_manager.filter(counted_at__lte=at - kept))]


def _any(found: QuerySet[Any]) -> QuerySet[Model]:
    return found


# By the keys of the rules in data_classes.json. A rule that is not here deletes nothing.
DUE: dict[str, Due] = {
    "drafts": _drafts,
    "work_drafts": _work_drafts,
    "answer_drafts": _answer_drafts,
    "sessions": _sessions,
    "notices": _notices,
    "invitations": _invitations,
    "guesses": _guesses,
    "active_time": _active_time,
    "typed": _typed,
}


def due(rule: str, at: datetime) -> list[QuerySet[Model]]:
    """The rows that a rule lets go of at a moment; KeyError for a rule that deletes nothing."""
    days = load().rules[rule].days
    return DUE[rule](at, timedelta(days=days or 0))
