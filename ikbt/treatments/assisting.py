"""Staff enter answers for a patient, on the phone or in the room: the same rules, marked as theirs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import Person
from ikbt.audit.recording import Actor
from ikbt.treatments.alerting import lock_treatment
from ikbt.treatments.answering import Answered, answer_occasion, flag_unfinished
from ikbt.treatments.models import Treatment
from measurements.models import AnswerSet, Occasion

MODES = (AnswerSet.Mode.PHONE, AnswerSet.Mode.ROOM)


def draft_mark(occasion: Occasion) -> str:
    """What the patient has begun, as a short mark; "" for nothing. A page that holds another one is out of date."""
    if not occasion.draft:
        return ""
    return hashlib.sha256(json.dumps(occasion.draft, sort_keys=True).encode()).hexdigest()[:16]


def answer_for_patient(
    treatment: Treatment,
    occasion: Occasion,
    answers: Mapping[str, str],
    *,
    mode: str,
    seen: str,
    language: str,
    client_key: UUID,
    given_by: Person,
    by: Actor,
    at: datetime,
) -> Answered:
    """Store what the patient answers through staff, as `answering.answer_occasion` does.

    `seen` is the mark of her own begun answers that the page told of: they stay as they were, and what they say of
    risk is told. Raises ValidationError: code "mode", "draft" when she has begun or gone on since, and as
    `answer_occasion` does.
    """
    if mode not in MODES:
        raise ValidationError(_("Say how the patient answered."), code="mode")
    with transaction.atomic():
        lock_treatment(treatment)
        locked = (
            Occasion.objects.select_for_update(of=("self",)).select_related("instrument").get(pk=occasion.pk)
        )
        if locked.answered_at is None and draft_mark(locked) != seen:
            raise ValidationError(
                _("The patient has begun to answer meanwhile. Read the page again before you hand in."),
                code="draft",
            )
        answered = answer_occasion(
            treatment,
            locked,
            answers,
            language=language,
            client_key=client_key,
            given_by=given_by,
            by=by,
            at=at,
            mode=mode,
        )
        # What she has chosen herself counts too, though staff have heard something else.
        begun = flag_unfinished(treatment, locked, locked.draft, by=by, at=at)
    return Answered(answered.score, begun or answered.alert)
