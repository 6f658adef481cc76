"""Tells what a simulated patient answered in her questionnaires, the scores, and the alerts that they
raised."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from ikbt.common.clock import local_date
from ikbt.demo.daytimes import at_work, awake
from ikbt.demo.people import data
from ikbt.demo.simulation import Course
from ikbt.demo.story import Story
from ikbt.treatments.escalating import act_by
from ikbt.treatments.models import Alert, RiskAssessment, TreatmentEvent
from measurements.flags import Deterioration, RiskLevel, deterioration
from measurements.models import AnswerSet, Occasion, Score
from measurements.recording import risk_of, scored
from measurements.storing import definition_of

MAIN, ANXIETY = "phq-9", "gad-7"
Kind = TreatmentEvent.Kind


def tell_answers(story: Story, occasions: list[Occasion]) -> None:
    """Answer sets and scores of the occasions that the course says were answered; `occasions` by opening
    time."""
    totals: list[float | None] = []
    for occasion in occasions:
        at = _answered_at(story, occasion)
        values = values_of(story.course, occasion)
        if at is None or values is None:
            continue
        score = _store(story, occasion, values, at)
        if risk_of(score).raises_alert:
            _alert(story, occasion, Alert.Kind.RISK, risk_of(score), at)
        if occasion.instrument.slug == MAIN:
            totals.append(score.total_rounded)
            _watch_course(story, occasion, totals, at)


def option_codes(occasion: Occasion, values: tuple[int, ...]) -> dict[str, str]:
    """Answers as the form would post them: link id to option code."""
    items = definition_of(occasion.instrument).items
    return {
        item.link_id: next(option.code for option in item.options if option.value == value)
        for item, value in zip(items, values, strict=True)
    }


def _answered_at(story: Story, occasion: Occasion) -> datetime | None:
    """When she answered, most within a day; None when it lies ahead or the scene wants it unanswered."""
    at = awake(occasion.opens_at + timedelta(hours=story.chance.triangular(7, 96, 14)))
    # The last questionnaires are asked of those who stopped too; nothing else is after the end.
    until = story.now if occasion.kind == Occasion.Kind.POST else story.until
    if at >= until or at >= occasion.closes_at or at <= story.started - timedelta(days=1):
        return None
    left_open = (
        story.scene.keep_open and occasion.kind == Occasion.Kind.WEEKLY and occasion.closes_at > story.now
    )
    return None if left_open else at


def values_of(course: Course, occasion: Occasion) -> tuple[int, ...] | None:
    """What the course says was answered; None for nothing."""
    week = next((week for week in course.weeks if week.number == occasion.number), None)
    known = {
        (MAIN, Occasion.Kind.PRE): course.pre,
        (ANXIETY, Occasion.Kind.PRE): course.pre_gad7,
        (MAIN, Occasion.Kind.POST): course.post,
        (ANXIETY, Occasion.Kind.POST): course.post_gad7,
        (MAIN, Occasion.Kind.WEEKLY): week.phq9 if week else None,
        (ANXIETY, Occasion.Kind.MID): week.gad7 if week else None,
    }
    return known.get((occasion.instrument.slug, Occasion.Kind(occasion.kind)))


def _store(story: Story, occasion: Occasion, values: tuple[int, ...], at: datetime) -> Score:
    occasion.answered_at = at
    answer_set = AnswerSet(
        occasion=occasion,
        answers=option_codes(occasion, values),
        language="sv",
        given_by=story.patient,
        answered_at=at,
        client_key=uuid.uuid4(),
    )
    score = scored(occasion, answer_set, at=at)
    story.rows.answered.append(occasion)
    story.rows.answer_sets.append(answer_set)
    story.rows.scores.append(score)
    return score


def _watch_course(story: Story, occasion: Occasion, totals: list[float | None], at: datetime) -> None:
    """Twice in a row reliably worse than at the start raises an alert, unless one is open."""
    found = deterioration(definition_of(occasion.instrument), totals[0], totals[1:])
    standing = any(
        alert.kind == Alert.Kind.DETERIORATION and alert.closed_at is None for alert in story.rows.alerts
    )
    if found is Deterioration.ALERT and not standing:
        _alert(story, occasion, Alert.Kind.DETERIORATION, RiskLevel.WATCH, at)


def _alert(story: Story, occasion: Occasion, kind: str, level: RiskLevel, at: datetime) -> None:
    high = level is RiskLevel.HIGH
    alert = Alert(
        treatment=story.treatment,
        kind=kind,
        level=str(level),
        occasion=occasion,
        raised_at=at,
        due_at=act_by(story.treatment.unit, is_high=high, at=at),
        owner=story.therapist,
        asked=[str(story.therapist.pk)] if high else [],
    )
    story.rows.alerts.append(alert)
    details = {"alert": str(alert.pk), "level": str(level), "kind": str(kind)}
    story.event(Kind.ALERT_RAISED, at, details=details)
    _close(story, alert, at_work(at + timedelta(hours=story.chance.uniform(0.5, 2 if high else 20))))


def _close(story: Story, alert: Alert, closed: datetime) -> None:
    """A human closes it, unless that lies ahead or the scene wants it open."""
    recent = alert.raised_at > story.now - timedelta(days=4)
    if story.scene.alert_open and alert.kind == Alert.Kind.DETERIORATION and recent:
        return
    if story.scene.settled:
        closed = min(closed, max(alert.raised_at + timedelta(minutes=20), story.now - timedelta(hours=1)))
    if closed > story.now:
        return
    high = alert.level == Alert.Level.HIGH
    pile = "deterioration" if alert.kind == Alert.Kind.DETERIORATION else alert.level
    alert.taken_at = alert.closed_at = closed
    alert.taken_by = alert.closed_by = story.therapist
    alert.outcome = Alert.Outcome.SAFETY_PLAN if high else Alert.Outcome.REVIEWED
    alert.note = story.chance.choice(data("texts")["close_notes"][pile])
    if alert.asks_assessment:
        story.rows.assessments.append(_assessment(story, alert, closed))
    details = {"alert": str(alert.pk), "outcome": str(alert.outcome)}
    story.event(Kind.ALERT_CLOSED, closed, actor=story.therapist, details=details)


def _assessment(story: Story, alert: Alert, closed: datetime) -> RiskAssessment:
    """What was found when it was closed, looked at again within a week; checks that lie back have been made."""
    high = alert.level == Alert.Level.HIGH
    next_check = closed + timedelta(days=3 if high else 7)
    found = RiskAssessment(
        treatment=story.treatment,
        alert=alert,
        note=alert.note,
        level_after=RiskAssessment.Level.RAISED if high else RiskAssessment.Level.LOW,
        next_check_on=local_date(next_check),
        check_raised_at=next_check if next_check < story.now + timedelta(days=1) else None,
        assessed_by=story.therapist,
        assessed_at=closed,
    )
    if high:
        found.contact, found.contact_at = RiskAssessment.Contact.PHONE, closed - timedelta(minutes=20)
        found.thoughts = RiskAssessment.Said.YES
        found.plan = found.intent = found.means = RiskAssessment.Said.NO
        found.earlier_attempts = RiskAssessment.Said.UNCLEAR
        found.safety_plan = RiskAssessment.SafetyPlan.REVIEWED
        found.protective, found.action = data("texts")["protective"], data("texts")["risk_action"]
    return found
