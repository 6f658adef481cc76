"""The one path from a patient's answers to a score and, in the same transaction, an alert."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from ikbt.accounts.models import Person
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record
from ikbt.common.beside import beside
from ikbt.common.live import desk_group, push_on_commit
from ikbt.treatments.alerting import lock_treatment, raise_alert, settle_missing
from ikbt.treatments.measuring import plan_what_it_calls_for
from ikbt.treatments.models import Alert, Treatment
from ikbt.treatments.opening_alone import open_alone
from ikbt.treatments.summarising import summarise
from ikbt.treatments.thresholds import thresholds_of
from measurements.flags import Deterioration, RiskLevel, deterioration, level_after_follow_up
from measurements.models import AnswerSet, Occasion, Score
from measurements.recording import record_answers, risk_in, risk_of
from measurements.scheduling import plan_extra
from measurements.storing import definition_of


@dataclass(frozen=True)
class Answered:
    """The stored score, and the alert that the answers raised or None."""

    score: Score
    alert: Alert | None

    @property
    def needs_help_now(self) -> bool:
        """The next page must be the one with help."""
        return risk_of(self.score).raises_alert


def answer_occasion(
    treatment: Treatment,
    occasion: Occasion,
    answers: Mapping[str, str],
    *,
    language: str,
    client_key: UUID,
    given_by: Person,
    by: Actor,
    at: datetime,
    mode: str = AnswerSet.Mode.SELF,
) -> Answered:
    """Store, score and flag in one transaction; a repeated post gives what stands.

    What the answers call for is planned in it too, beside them: if that fails, the answers and their risk alert stand.
    Raises ValidationError as measurements.recording.record_answers does.
    """
    with transaction.atomic():
        lock_treatment(treatment)
        recorded = record_answers(
            occasion, answers, language=language, client_key=client_key, given_by=given_by, at=at, mode=mode
        )
        if recorded.repeated:
            standing = Alert.objects.filter(occasion=occasion, kind=Alert.Kind.RISK).first()
            return Answered(recorded.score, standing)
        risk = risk_of(recorded.score)
        alert = None
        if risk.raises_alert:
            alert = raise_alert(
                treatment, kind=Alert.Kind.RISK, level=str(risk), occasion=occasion, by=by, at=at
            )
        with beside("looking for deterioration"):
            # The next answer looks again, at all of them.
            _raise_deterioration(treatment, occasion, recorded.score, by=by, at=at)
        settle_missing(treatment, occasion, given_by=given_by, by=by, at=at)
        with beside("planning what the answers call for"):
            plan_what_it_calls_for(treatment, recorded.score, at=at)
        Treatment.objects.filter(pk=treatment.pk).update(last_active_at=at)
        summarise(treatment, at=at)
        record(
            Entry.Action.CREATE,
            by=by,
            kind="answers",
            object_id=occasion.pk,
            patient=treatment.patient_id,
            relation="own" if given_by.pk == treatment.patient_id else "",
            reason="" if mode == AnswerSet.Mode.SELF else f"given by staff: {mode}",
        )
        push_on_commit(desk_group(treatment.unit_id), "answers", treatment=str(treatment.pk))
        with beside("opening a module by itself"):
            # The clock tries again (ikbt/treatments/timekeeping.py).
            open_alone(treatment, at=at)
    return Answered(recorded.score, alert)


def answer_out_of_turn(
    treatment: Treatment,
    occasion: Occasion,
    answers: Mapping[str, str],
    *,
    language: str,
    client_key: UUID,
    given_by: Person,
    by: Actor,
    at: datetime,
    mode: str = AnswerSet.Mode.SELF,
) -> Answered | None:
    """Flagged answers to an occasion that is closed or answered: stored as an extra one, so no risk is lost.

    None when they raise no alert; what stands when it is a repeat or an open alert says as much already.
    """
    level = risk_in(occasion, answers)
    if not level.raises_alert:
        return None
    with transaction.atomic():
        lock_treatment(treatment)
        told = _told_already(treatment, occasion, answers, client_key, at=at)
        if told is not None:
            return told
        extra = plan_extra(occasion, at=at)
        if mode == AnswerSet.Mode.SELF:
            _hand_over(occasion, extra)
        return answer_occasion(
            treatment,
            extra,
            answers,
            language=language,
            client_key=client_key,
            given_by=given_by,
            by=by,
            at=at,
            mode=mode,
        )


def flag_unfinished(
    treatment: Treatment, occasion: Occasion, answers: Mapping[str, str], *, by: Actor, at: datetime
) -> Alert | None:
    """She has pressed "hand in" and is asked for more first: a flagged answer does not wait for that."""
    level = risk_in(occasion, answers)
    if not level.raises_alert:
        return None
    with transaction.atomic():
        lock_treatment(treatment)
        return raise_alert(treatment, kind=Alert.Kind.RISK, level=str(level), occasion=occasion, by=by, at=at)


def answer_follow_up(
    treatment: Treatment, alert: Alert, answers: Mapping[str, str], *, by: Actor, at: datetime
) -> Alert:
    """Keep the follow-up answers with their alert; a yes to plan or intent lifts watch to high.

    Such a yes after somebody has closed the alert raises a new one, which is returned.
    """
    with transaction.atomic():
        lock_treatment(treatment)
        locked = Alert.objects.select_for_update().get(pk=alert.pk, treatment=treatment)
        level = level_after_follow_up(RiskLevel(locked.level), answers)
        is_yes = level_after_follow_up(RiskLevel.NONE, answers) is RiskLevel.HIGH
        if locked.closed_at is not None and not is_yes:
            locked.follow_up = dict(answers)
            locked.save(update_fields=["follow_up"])
            _log_follow_up(locked, by)
            return locked
        return raise_alert(
            treatment,
            kind=locked.kind,
            level=str(level),
            occasion=locked.occasion,
            by=by,
            at=at,
            follow_up=dict(answers),
        )


def _told_already(
    treatment: Treatment, occasion: Occasion, answers: Mapping[str, str], client_key: UUID, *, at: datetime
) -> Answered | None:
    """The same post once more, or an open alert of the same level that these very answers raised elsewhere."""
    scores = Score.objects.filter(
        occasion__series=treatment.series_id, instrument_slug=definition_of(occasion.instrument).id
    )
    repeated = scores.filter(answer_set__client_key=client_key).first()
    if repeated is not None:
        raised = Alert.objects.filter(occasion=repeated.occasion_id, kind=Alert.Kind.RISK)
        return Answered(repeated, raised.first())
    answered = scores.filter(occasion=occasion).first() or _stood_in_for(scores, answers, at=at)
    if answered is None:
        return None
    alert = Alert.objects.filter(occasion=answered.occasion_id, kind=Alert.Kind.RISK, closed_at=None).first()
    level = str(risk_in(occasion, answers))
    return Answered(answered, alert) if alert and level in {alert.level, Alert.Level.WATCH} else None


def _stood_in_for(scores: QuerySet[Score], answers: Mapping[str, str], *, at: datetime) -> Score | None:
    """The same answers, given out of turn within the last day: another tab has sent them."""
    extras = scores.filter(
        occasion__kind=Occasion.Kind.EXTRA, occasion__ordered_by=None, occasion__closes_at__gt=at
    )
    for one in extras.select_related("answer_set"):
        if one.answer_set.answers == dict(answers):
            return one
    return None


def _hand_over(occasion: Occasion, extra: Occasion) -> None:
    """What she had begun of an occasion and was told of, before it closed: now it is handed in with the extra one.

    Else the same answers would raise a second alert, at once or by the clock. An answered one keeps its own.
    """
    begun = Occasion.objects.filter(pk=occasion.pk, answered_at=None)
    if begun.update(draft={}, draft_at=None):
        Alert.objects.filter(occasion=occasion, kind=Alert.Kind.RISK).update(occasion=extra)


def _log_follow_up(alert: Alert, by: Actor) -> None:
    record(
        Entry.Action.CHANGE,
        by=by,
        kind="alert",
        object_id=alert.pk,
        patient=alert.treatment.patient_id,
        relation="own",
        reason="follow-up after closing",
    )


def _raise_deterioration(
    treatment: Treatment, occasion: Occasion, score: Score, *, by: Actor, at: datetime
) -> None:
    """Twice in a row reliably worse than baseline raises an alert; once shows in graph and list only."""
    instrument = definition_of(occasion.instrument)
    totals = list(
        Score.objects.filter(
            occasion__series=treatment.series_id, instrument_slug=instrument.id, total_rounded__isnull=False
        )
        .exclude(pk=score.pk)
        .order_by("answered_at")
        .values_list("total_rounded", flat=True)
    )
    if not totals or score.total_rounded is None:
        # An answer without a total says neither better nor worse, and is no baseline.
        return
    in_a_row = thresholds_of(treatment.unit).worse_in_a_row
    found = deterioration(instrument, totals[0], [*totals[1:], score.total_rounded], in_a_row=in_a_row)
    standing = treatment.alerts.filter(kind=Alert.Kind.DETERIORATION, closed_at=None).exists()
    if found is Deterioration.ALERT and not standing:
        # It asks for a decision within days, not for a call today: high is kept for risk.
        raise_alert(
            treatment, kind=Alert.Kind.DETERIORATION, level=Alert.Level.WATCH, occasion=occasion, by=by, at=at
        )
