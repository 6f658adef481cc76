"""Answers a request to be erased: decides that the answer is added, explained, and never about oneself."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ikbt.accounts.models import CareUnit, Person
from ikbt.accounts.roles import Act
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record
from ikbt.privacy.access import KIND
from ikbt.privacy.models import ErasureAnswer, ErasureRequest

WORDS_AT_LEAST = 10


class OwnRequest(PermissionError):
    """Nobody decides about her own record."""


def answer_request(
    asked: ErasureRequest,
    decision: str,
    words: str,
    *,
    unit: CareUnit,
    staff: Person,
    by: Actor,
    at: datetime,
) -> ErasureAnswer:
    """Add the unit's answer, with its reason to the patient; the same answer sent twice is kept once.

    Raises OwnRequest, ValueError for no decision or no reason, Unlogged.
    """
    if asked.person_id == staff.pk:
        record(Entry.Action.REFUSED, by=by, kind=KIND, object_id=asked.pk, patient=staff.pk, granted=False)
        raise OwnRequest("Nobody decides about her own record.")
    words = words.strip()
    if decision not in ErasureAnswer.Decision.values or len(words) < WORDS_AT_LEAST:
        raise ValueError("An answer has a decision and a reason.")
    with transaction.atomic():
        locked = ErasureRequest.objects.select_for_update().get(pk=asked.pk)
        last = locked.answers.filter(unit=unit).last()
        if last is not None and (last.decision, last.words) == (decision, words):
            return last
        answer = locked.answers.create(
            unit=unit, decision=decision, words=words, decided_by=staff, decided_at=at
        )
        record(
            Entry.Action.CREATE,
            by=by,
            kind="erasure answer",
            object_id=answer.pk,
            patient=locked.person_id,
            relation=Act.ANSWER_ERASURE,
            reason=decision,
        )
    return answer
