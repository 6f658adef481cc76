"""Stores the answers of an occasion once, with their score, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import Person
from measurements.flags import RiskLevel, risk_level
from measurements.form import responses
from measurements.models import AnswerSet, Occasion, Score
from measurements.scoring import ScoreResult, score
from measurements.storing import definition_of

Answers = Mapping[str, str]


@dataclass(frozen=True)
class Recorded:
    """What was stored; `repeated` when the same post had arrived before."""

    score: Score
    repeated: bool


def record_answers(
    occasion: Occasion,
    answers: Answers,
    *,
    language: str,
    client_key: UUID,
    given_by: Person,
    at: datetime,
    mode: str = AnswerSet.Mode.SELF,
) -> Recorded:
    """Store answers (link id to option code, incomplete allowed) and their score, dated `at`, however late.

    What the person herself has begun stays as it was when somebody else answers for her. Raises ValidationError: code
    "answered" when the occasion was answered by another post, "closed" when its time is over or has not come, or it
    has been withdrawn. Of many posts in parallel one stores.
    """
    with transaction.atomic():
        locked = (
            Occasion.objects.select_for_update(of=("self",)).select_related("instrument").get(pk=occasion.pk)
        )
        if locked.answered_at is not None:
            return _standing(locked, client_key)
        if not locked.is_open(at):
            raise ValidationError(_("This questionnaire is not open for answers now."), code="closed")
        locked.answered_at = at
        locked.draft = {} if mode == AnswerSet.Mode.SELF else locked.draft
        locked.save(update_fields=["answered_at", "draft"])
        answer_set = AnswerSet.objects.create(
            occasion=locked,
            answers=dict(answers),
            language=language,
            given_by=given_by,
            mode=mode,
            answered_at=at,
            client_key=client_key,
        )
        stored = scored(locked, answer_set, at=at)
        stored.save()
    return Recorded(stored, repeated=False)


def scored(occasion: Occasion, answer_set: AnswerSet, *, at: datetime) -> Score:
    """The score row of an answer set, not saved."""
    instrument = definition_of(occasion.instrument)
    values = responses(instrument, answer_set.answers)
    result = score(instrument, values)
    return Score(
        answer_set=answer_set,
        occasion=occasion,
        instrument_slug=instrument.id,
        rule_version=result.rule_version,
        status=str(result.status),
        total=_decimal(result),
        total_rounded=result.total_rounded if result.total_rounded is not None else _whole(result),
        missing=result.n_missing or 0,
        severity=result.severity or "",
        risk=str(risk_level(instrument, values)),
        details=result.as_dict(),
        answered_at=at,
    )


def keep_draft_answers(occasion: Occasion, answers: Answers, *, at: datetime) -> None:
    """Keep what is chosen so far, and since when, while the occasion is unanswered."""
    if dict(answers) != occasion.draft:
        Occasion.objects.filter(pk=occasion.pk, answered_at=None).update(draft=dict(answers), draft_at=at)


def risk_in(occasion: Occasion, answers: Answers) -> RiskLevel:
    """The risk level of answers (link id to option code) to an occasion, handed in or not."""
    instrument = definition_of(occasion.instrument)
    return risk_level(instrument, responses(instrument, answers))


def risk_of(stored: Score) -> RiskLevel:
    """The risk level of a stored score."""
    return RiskLevel(stored.risk)


def _standing(occasion: Occasion, client_key: UUID) -> Recorded:
    standing = AnswerSet.objects.select_related("score").get(occasion=occasion)
    if standing.client_key != client_key:
        raise ValidationError(_("This questionnaire has been answered already."), code="answered")
    return Recorded(standing.score, repeated=True)


def _decimal(result: ScoreResult) -> Decimal | None:
    return None if result.total is None else round(Decimal(str(result.total)), 2)


def _whole(result: ScoreResult) -> int | None:
    return int(result.total) if isinstance(result.total, int) else None
