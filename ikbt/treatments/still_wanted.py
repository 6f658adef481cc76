"""Decides whether what a rule asks for is still wanted: asked under the lock before it is done, and at sending."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db.models import Max

from ikbt.common.clock import local_date
from ikbt.outbox.models import Notice
from ikbt.treatments.automatic_rules import ANSWER_REMINDER, FOLLOW_UP_OPEN, RULES, WORKING, Rule, day_of
from ikbt.treatments.models import Message, Treatment, TreatmentEvent
from ikbt.treatments.switching import Switches
from measurements.models import Occasion, Score
from measurements.querysets import OccasionQuerySet

Kind = TreatmentEvent.Kind
Dropped = Notice.Dropped
# From these on silence counts anew: nobody is silent while she rests.
BEGINS_ANEW = (Kind.STARTED, Kind.RESUMED, Kind.REOPENED)


def judge(notice: Notice, at: datetime) -> str:
    """For the outbox: why an automatic message is not to be sent any more, or ""."""
    rule = RULES.get(notice.rule)
    rows = Treatment.objects.everybodys().select_related("unit", "patient")
    treatment = rows.filter(pk=notice.subject).first() if notice.subject else None
    if rule is None or treatment is None:
        return Dropped.DONE
    return why_not(rule, treatment, day_of(notice.key), at=at)


def why_not(rule: Rule, treatment: Treatment, day: date, *, at: datetime) -> str:
    """As Notice.Dropped says it; "" while a rule is on, the treatment is where it holds, and its cause stands."""
    if rule.key in Switches().off_at(treatment.unit_id):
        return Dropped.OFF
    if treatment.patient.deceased_on is not None:
        return Dropped.ENDED
    if treatment.state not in rule.states:
        return Dropped.PAUSED if treatment.state in {"paused", "ready"} else Dropped.ENDED
    stands = _STANDS.get(rule.key, _is_silent_since)
    return "" if stands(treatment, day, at) else Dropped.DONE


def silent_since(treatments: Sequence[Treatment]) -> Mapping[UUID, datetime]:
    """Since when each has done nothing; a start, the end of a pause and a reopening count as an act."""
    began = dict(
        TreatmentEvent.objects.filter(treatment__in=treatments, kind__in=BEGINS_ANEW)
        .order_by()
        .values_list("treatment")
        .annotate(last=Max("at"))
    )
    acted = {one.pk: one.last_active_at or one.created_at for one in treatments}
    return {one: max(last, began.get(one, last)) for one, last in acted.items()}


def told_risk(treatments: Iterable[Treatment]) -> set[UUID]:
    """Those whose last answers to one of their instruments told of risk, by their series."""
    series = [one.series_id for one in treatments]
    rows = Score.objects.filter(occasion__in=Occasion.objects.filter(series__in=series))
    last = {
        (whose, slug): risk
        for whose, slug, risk in rows.order_by("answered_at").values_list(
            "occasion__series", "instrument_slug", "risk"
        )
    }
    return {whose for (whose, _slug), risk in last.items() if risk in {Score.Risk.WATCH, Score.Risk.HIGH}}


def asked_of_any(treatments: Iterable[Treatment], at: datetime) -> set[UUID]:
    """Of many active ones those to whom something is open to answer, by their series."""
    theirs = Occasion.objects.filter(series__in=[one.series_id for one in treatments])
    rows = mailable(theirs.open(at), set(WORKING))
    return set(rows.order_by().values_list("series", flat=True))


def written_to(since: Mapping[UUID, datetime]) -> set[UUID]:
    """Those to whom somebody of the staff has written since they fell silent."""
    rows = Message.objects.filter(treatment__in=since, from_patient=False).order_by()
    last = dict(rows.values_list("treatment").annotate(last=Max("sent_at")))
    return {one for one, sent in last.items() if sent > since[one]}


def asked_of(treatment: Treatment, at: datetime) -> OccasionQuerySet:
    """What she may answer now; after the end only the follow-ups that she was told of."""
    return mailable(Occasion.objects.open(at).filter(series=treatment.series_id), {treatment.state})


def mailable(rows: OccasionQuerySet, states: set[str]) -> OccasionQuerySet:
    """Those that may be told of, to patients whose treatments are in these states."""
    own = rows.to_patient()
    return own if states <= WORKING else own.filter(kind=Occasion.Kind.FOLLOW_UP)


def _is_silent_since(treatment: Treatment, day: date, at: datetime) -> bool:
    return local_date(silent_since([treatment])[treatment.pk]) == day


def _waits_in_silence(treatment: Treatment, day: date, at: datetime) -> bool:
    return _is_silent_since(treatment, day, at) and asked_of(treatment, at).exists()


def _is_unwritten(treatment: Treatment, day: date, at: datetime) -> bool:
    since = silent_since([treatment])[treatment.pk]
    written = Message.objects.filter(treatment=treatment, sent_at__gt=since)
    return local_date(since) == day and not written.exclude(sender=treatment.patient_id).exists()


def _is_reminded_on(treatment: Treatment, day: date, at: datetime) -> bool:
    return any(str(day) in one for one in asked_of(treatment, at).values_list("remind_on", flat=True))


def _opened_on(treatment: Treatment, day: date, at: datetime) -> bool:
    follow_ups = asked_of(treatment, at).filter(kind=Occasion.Kind.FOLLOW_UP)
    return any(local_date(opens) == day for opens in follow_ups.values_list("opens_at", flat=True))


_STANDS: Mapping[str, Callable[[Treatment, date, datetime], bool]] = {
    "silent_remind": _waits_in_silence,
    "silent_write": _is_unwritten,
    ANSWER_REMINDER.key: _is_reminded_on,
    FOLLOW_UP_OPEN.key: _opened_on,
}
