"""Keeps a unit's text templates; decides that a title stands once a unit, and that each change is logged."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import CareUnit, Person, Snippet
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record


def keep_snippet(
    unit: UUID, snippet: Snippet | None, *, title: str, body: str, author: Person, by: Actor, at: datetime
) -> Snippet:
    """A new one, or the one that stands with another title and text. Raises ValidationError, code "title"."""
    with transaction.atomic():
        CareUnit.objects.select_for_update().only("pk").get(pk=unit)
        same = Snippet.objects.filter(unit=unit, title__iexact=title)
        if (same.exclude(pk=snippet.pk) if snippet else same).exists():
            raise ValidationError(_("There is one with that title already."), code="title")
        kept = snippet or Snippet(unit_id=unit)
        kept.title, kept.body, kept.changed_by, kept.changed_at = title, body, author, at
        kept.save()
        action = Entry.Action.CHANGE if snippet else Entry.Action.CREATE
        record(action, by=by, kind="snippet", object_id=kept.pk)
    return kept


def remove_snippet(snippet: Snippet, *, by: Actor) -> None:
    """It is gone from the forms; what has been sent with it stands."""
    with transaction.atomic():
        record(Entry.Action.CHANGE, by=by, kind="snippet", object_id=snippet.pk, reason="removed")
        snippet.delete()
