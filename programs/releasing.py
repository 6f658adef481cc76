"""Releases a reviewed draft as a version, at once or on a day; decides that only what was read ever goes out."""

from __future__ import annotations

import logging
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import Person
from ikbt.accounts.roles import Act, Role
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record
from ikbt.outbox.models import Notice
from ikbt.outbox.queueing import notify
from programs.freezing import FrozenProgram, freeze
from programs.models import ProgramPage, ProgramReview, ProgramVersion, SignOff, Stage
from programs.publishing import DraftChanged, Unpublishable, lock_program, refuse_unfit, store_version
from programs.review_rules import Refusal, Standing, why_not_release
from programs.reviewing import NotYours, close, holds, lock, standing_of

log = logging.getLogger(__name__)
State = ProgramReview.State


def release(
    review: ProgramReview,
    *,
    by: Person,
    at: datetime,
    note: str = "",
    seen: str | None = None,
    on: datetime | None = None,
) -> ProgramVersion | None:
    """The version; None when it is to be made `on` a later moment, by `release_one`.

    Raises NotYours, DraftChanged, Unpublishable, or ValidationError for a moment that has passed.
    """
    if on is not None and on <= at:
        raise ValidationError(_("Choose a later moment, or release at once."), code="on")
    with transaction.atomic():
        locked = lock(review)
        page, frozen = _guard(locked, by, at, seen)
        locked.released_by, locked.release_note, locked.release_at = by, note.strip(), on
        locked.state = State.OPEN if on is None else State.SCHEDULED
        locked.save(update_fields=["released_by", "release_note", "release_at", "state"])
        if on is None:
            return _carry_out(locked, page, frozen, by=by, at=at)
        _log(Entry.Action.CHANGE, locked, by, "release ordered for a later day")
    return None


def due_releases(*, at: datetime) -> list[UUID]:
    """Reviews whose release was set for a day that has come."""
    return list(ProgramReview.objects.due(at).values_list("pk", flat=True))


def release_one(review_id: UUID, *, at: datetime) -> bool:
    """Carry out one that is due; what no longer holds is void, and its people are told. True when it went out."""
    with transaction.atomic():
        review = lock(ProgramReview(pk=review_id))
        if review.state != State.SCHEDULED or review.released_by is None:
            return False
        by = review.released_by
        review.state = State.OPEN
        try:
            page, frozen = _guard(review, by, at, None)
        except (NotYours, DraftChanged, Unpublishable) as refused:
            # Nobody's name stands under another content: it goes the whole way again.
            log.info("review %s was void on its day: %s", review.pk, type(refused).__name__)
            _void(review, by, at)
            return False
        _carry_out(review, page, frozen, by=by, at=at)
    return True


def _carry_out(
    review: ProgramReview, page: ProgramPage, frozen: FrozenProgram, *, by: Person, at: datetime
) -> ProgramVersion:
    version = store_version(lock_program(page), page, frozen, by=by, at=at, note=review.release_note)
    review.version, review.state, review.ended_at = version, State.RELEASED, at
    review.save(update_fields=["version", "state", "ended_at"])
    record(
        Entry.Action.CREATE,
        by=Actor(id=by.pk, role=Role.PUBLISHER, unit=review.unit_id),
        kind="program version",
        object_id=version.pk,
        reason=version.number,
    )
    return version


def _void(review: ProgramReview, by: Person, at: datetime) -> None:
    close(review, State.VOID, at=at)
    for person in {by, review.asked_by}:
        notify(person, Notice.Kind.PROGRAM_WAITS, key=f"review:{review.pk}:void:{person.pk.hex}", at=at)
    _log(Entry.Action.CHANGE, review, by, "void on its day")


def why_not(review: ProgramReview, standing: Standing, by: Person, *, at: datetime) -> Refusal | None:
    """None when she may release it now."""
    return why_not_release(by.pk, standing, has_role=holds(by, Act.PUBLISH_PROGRAMS, review.unit, at))


def _guard(
    review: ProgramReview, by: Person, at: datetime, seen: str | None
) -> tuple[ProgramPage, FrozenProgram]:
    if review.page is None:
        raise NotYours(Refusal.NOT_UNDER_REVIEW)
    frozen = freeze(review.page)
    if seen is not None and seen != frozen.content_hash:
        raise DraftChanged("The draft was changed after it was looked at.")
    refusal = why_not(review, standing_of(review, review.page, frozen), by, at=at)
    if refusal is Refusal.DRAFT_CHANGED:
        raise DraftChanged("The draft is no longer what was reviewed.")
    if refusal is not None:
        raise NotYours(refusal)
    refuse_unfit(review.page, frozen, signed_hard=_is_signed_hard(review))
    return review.page, frozen


def _is_signed_hard(review: ProgramReview) -> bool:
    # The content is the one that was signed, so what was hard then is what is hard now.
    signed = review.sign_offs.filter(stage=Stage.LANGUAGE, verdict=SignOff.Verdict.APPROVED).first()
    return signed is not None and bool(signed.signed_hard)


def _log(action: Entry.Action, review: ProgramReview, by: Person, what: str) -> None:
    record(
        action,
        by=Actor(id=by.pk, role=Role.PUBLISHER, unit=review.unit_id),
        kind="program review",
        object_id=review.pk,
        reason=what,
    )
