"""Deciding a sleep window: the rule has proposed, a therapist decides; refuses what could make sleepiness dangerous."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import Person
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record
from ikbt.common.live import push_on_commit, treatment_group
from ikbt.outbox.models import Notice
from ikbt.outbox.queueing import notify
from ikbt.treatments.models import SleepWindow, Treatment, TreatmentEvent
from ikbt.treatments.sleep_nights import Basis, basis_of
from ikbt.treatments.sleep_safety import CONDITIONS
from ikbt.treatments.sleep_window_rule import QUARTER, least_compressed

LONGEST_REASON = 500
SHORTEST_REASON = 5
# How far ahead a window may begin.
FARTHEST = timedelta(days=14)


@dataclass(frozen=True)
class Decision:
    """What the therapist chose; `minutes` None ends the window. `found` are the conditions that the patient has."""

    minutes: int | None
    rise_time: time | None
    starts_on: date
    reason: str
    asked: bool = False
    found: Collection[str] = ()


def decide_sleep_window(
    treatment: Treatment, decision: Decision, *, decided_by: Person, by: Actor, at: datetime
) -> SleepWindow:
    """Let a window hold from an evening on; the same one decided twice is decided once.

    1. The therapist must say why in words that the patient reads.
    2. A first or narrower window asks what speaks against it. With a condition that the patient has, only the slow way
       is open: the time in bed of now, and at most half an hour less a week.
    3. Whoever has been dangerously sleepy gets no narrower one, whoever decides: neither than what holds nor than what
       was decided last. One that lay ahead when she told of it never begins.

    Raises ValidationError: code "ended", "minutes", "rise", "starts", "reason", "asked", "sleepy".
    """
    _guard_words(decision)
    with transaction.atomic():
        rows = Treatment.objects.select_for_update(of=("self",)).select_related("patient", "unit")
        locked = rows.get(pk=treatment.pk)
        if not locked.is_running:
            raise ValidationError(_("The treatment is not running."), code="ended")
        basis = basis_of(locked, at=at)
        decided = SleepWindow.objects.filter(treatment=locked)
        newest = decided.newest_first().first()
        if newest is not None and newest != basis.stopped and _says_the_same(newest, decision):
            return newest
        _guard_minutes(decision, basis)
        if _restricts(decision, newest, basis.window, decided.holding(decision.starts_on)):
            _guard_safety(decision, basis)
        window = SleepWindow.objects.create(
            treatment=locked,
            minutes=decision.minutes,
            rise_time=decision.rise_time if decision.minutes is not None else None,
            starts_on=decision.starts_on,
            proposal={**basis.as_stored(), "found": sorted(decision.found)},
            reason=decision.reason.strip(),
            asked=sorted(CONDITIONS) if decision.asked else [],
            decided_by=decided_by,
            decided_at=at,
        )
        _tell(locked, window, decided_by=decided_by, by=by, at=at)
    return window


def _says_the_same(newest: SleepWindow, decision: Decision) -> bool:
    """Sent twice: nothing new is decided."""
    rise = decision.rise_time if decision.minutes is not None else None
    stands = (newest.minutes, newest.rise_time, newest.starts_on, newest.reason)
    return stands == (decision.minutes, rise, decision.starts_on, decision.reason.strip())


def _guard_words(decision: Decision) -> None:
    reason = decision.reason.strip()
    if len(reason) < SHORTEST_REASON:
        raise ValidationError(_("Write why, in a few words to the patient."), code="reason")
    if len(reason) > LONGEST_REASON:
        over = len(reason) - LONGEST_REASON
        raise ValidationError(_("The text is %(over)d characters too long.") % {"over": over}, code="reason")


def _guard_minutes(decision: Decision, basis: Basis) -> None:
    if not basis.today <= decision.starts_on <= basis.today + FARTHEST:
        raise ValidationError(_("It may begin this evening or within two weeks."), code="starts")
    if decision.minutes is None:
        return
    if decision.rise_time is None:
        raise ValidationError(_("Choose when the patient gets up."), code="rise")
    numbers = basis.numbers
    if not numbers.floor <= decision.minutes <= numbers.cap or decision.minutes % QUARTER:
        raise ValidationError(
            _("Choose from %(floor)s to %(cap)s hours, by quarters.")
            % {"floor": f"{numbers.floor / 60:g}", "cap": f"{numbers.cap / 60:g}"},
            code="minutes",
        )


def _restricts(decision: Decision, *others: SleepWindow | None) -> bool:
    """Whether it gives less time in bed than any of these; no window is all the time there is."""
    minutes = decision.minutes
    if minutes is None:
        return False
    before = [other.minutes if other is not None else None for other in others]
    return any(each is None or minutes < each for each in before)


def _guard_safety(decision: Decision, basis: Basis) -> None:
    if basis.is_dangerous:
        raise ValidationError(
            _(
                "The patient has been dangerously sleepy: the window must not begin or get narrower while the alert is "
                "open, nor within seven days. Talk to the patient first."
            ),
            code="sleepy",
        )
    if decision.found:
        _guard_slow_way(decision, basis)
    if not decision.asked:
        raise ValidationError(
            _("Go through what speaks against restriction with the patient, and confirm it."), code="asked"
        )


def _guard_slow_way(decision: Decision, basis: Basis) -> None:
    """Compression instead of restriction, for whom sleepiness is dangerous by itself."""
    window = basis.window
    days = (decision.starts_on - window.starts_on).days if window is not None else 0
    standing = window.minutes if window is not None else None
    least = least_compressed(standing, basis.mean_in_bed, basis.numbers, days=days)
    if least is None:
        raise ValidationError(
            _(
                "With what you have ticked the time in bed is kept as it is. Wait for a week's sleep diary first."
            ),
            code="asked",
        )
    if decision.minutes is not None and decision.minutes < least:
        raise ValidationError(
            _(
                "With what you have ticked only the slow way is open: now at least %(h)d h %(m)d min in bed. Talk it "
                "through with a doctor."
            )
            % {"h": least // 60, "m": least % 60},
            code="minutes",
        )


def _tell(treatment: Treatment, window: SleepWindow, *, decided_by: Person, by: Actor, at: datetime) -> None:
    TreatmentEvent.objects.create(
        treatment=treatment,
        kind=TreatmentEvent.Kind.SLEEP_WINDOW,
        at=at,
        actor=decided_by,
        details={"window": str(window.pk)},
    )
    record(
        Entry.Action.CREATE,
        by=by,
        kind="sleep window",
        object_id=window.pk,
        patient=treatment.patient_id,
        reason="decided",
    )
    notify(treatment.patient, Notice.Kind.NEW_MESSAGE, key=f"sleep-window:{window.pk}", at=at)
    push_on_commit(treatment_group(treatment.pk), "module")
