"""What one must know to act on an alert: the answers in the instrument's words, and what was done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ikbt.treatments.models import Alert, RiskAssessment, TreatmentEvent
from ikbt.treatments.thresholds import thresholds_of
from measurements.follow_up import follow_up
from measurements.form import responses
from measurements.scale import severity_name
from measurements.storing import definition_of
from therapist import wording
from therapist.access import CaredAlert
from therapist.courses import standing_of
from therapist.overview import course_of
from therapist.reasons import Urgency, reasons_for
from therapist.reasons_in_words import in_words
from therapist.trends import curve, risk_row, risk_words

MOST_RECALLS = 5


@dataclass(frozen=True)
class Asked:
    """A question with its answer, both in words."""

    question: str
    answer: str
    is_yes: bool = False


def read_alert(cared: CaredAlert, *, at: datetime) -> dict[str, Any]:
    """Context of therapist/alert.html, less the form."""
    alert, course, language = cared.alert, course_of(cared, at=at), wording.language()
    reasons = reasons_for(standing_of(course, at=at), thresholds_of(cared.treatment.unit), at=at)
    mine = next((reason for reason in reasons if reason.object_id == str(alert.pk)), None)
    slug = definition_of(alert.occasion.instrument).id if alert.occasion else ""
    return {
        "alert": alert,
        "reason": in_words(mine, cared.treatment.pk, at) if mine else None,
        "is_high": alert.level == Alert.Level.HIGH,
        "is_risk": alert.kind == Alert.Kind.RISK,
        "is_check": alert.kind == Alert.Kind.CHECK,
        "is_course": alert.kind == Alert.Kind.COURSE,
        "asks_all": alert.level == Alert.Level.HIGH,
        "assessments": assessments_of(alert),
        "is_missing": alert.kind == Alert.Kind.MISSING,
        "is_sleepiness": alert.kind == Alert.Kind.SLEEPINESS,
        "is_silent": alert.kind == Alert.Kind.SILENT,
        "recalls": recalled_modules(alert),
        "is_unsent": alert.occasion is not None and alert.occasion.answered_at is None,
        "answers": answers(alert, language),
        "follow_up": follow_up_answers(alert, language),
        "taken": wording.taken(alert, at),
        "taken_by_me": alert.taken_by_id == cared.staff.pk,
        "raised": wording.ago(alert.raised_at, at),
        "curve": curve(course, slug, language=language, at=at) if slug else None,
        "risk": risk_row(course, language=language, at=at),
        "others": [
            in_words(one, cared.treatment.pk, at)
            for one in reasons
            if one is not mine and one.urgency <= Urgency.RISK_WATCH
        ],
    }


def assessments_of(alert: Alert) -> list[RiskAssessment]:
    """How the risk was assessed when it was closed: the one that stands first, then those it corrects."""
    if not alert.asks_assessment:
        return []
    rows = RiskAssessment.objects.filter(treatment=alert.treatment_id, alert=alert).select_related(
        "assessed_by"
    )
    return list(rows.defer("assessed_by__personal_number").order_by("-assessed_at", "-id"))


def standing_assessment(alert: Alert) -> RiskAssessment | None:
    """The assessment that holds for an alert; None while it is open, or when it asks for none."""
    rows = RiskAssessment.objects.standing().filter(treatment=alert.treatment_id, alert=alert)
    return rows.first()


def recalled_modules(alert: Alert) -> list[TreatmentEvent]:
    """What was recalled for the patient and why, newest first; empty for other alerts."""
    if alert.kind != Alert.Kind.RECALL:
        return []
    kinds = TreatmentEvent.objects.filter(
        treatment=alert.treatment_id, kind=TreatmentEvent.Kind.MODULE_RECALLED
    )
    return list(kinds.order_by("-at")[:MOST_RECALLS])


def answers(alert: Alert, language: str) -> list[Asked]:
    """The risk question with its answer, and the total with its severity; empty when no answers raised
    the alert.
    """
    if alert.occasion is None:
        return []
    instrument, score = definition_of(alert.occasion.instrument), getattr(alert.occasion, "score", None)
    found = []
    if instrument.risk is not None:
        spoken = instrument.language_for(language) or "en"
        item = instrument.items[instrument.risk.item - 1]
        # Without a score she has not handed it all in: then the risk item alone is told, and nothing else.
        value = (
            score.details.get(f"{instrument.risk.prefix}_item")
            if score is not None
            else responses(instrument, alert.occasion.draft)[instrument.risk.item - 1]
        )
        said = f"{value}: {risk_words(instrument, value, spoken)}" if isinstance(value, int) else "–"
        number = f"{instrument.short}, {instrument.risk.item}. "
        found.append(Asked(number + item.text.get(spoken, ""), said))
    if score is None:
        return found
    total = "–" if score.total_rounded is None else str(score.total_rounded)
    severity = severity_name(instrument, score.severity, language)
    found.append(Asked(instrument.short, f"{total} ({severity})" if severity else total))
    return found


def follow_up_answers(alert: Alert, language: str) -> list[Asked]:
    """The follow-up questions that were answered; a yes to plan or intent stands out."""
    words = {answer.code: answer.text[language] for answer in follow_up().answers}
    return [
        Asked(
            question.text[language],
            words.get(alert.follow_up[question.key], "–"),
            is_yes=question.raises and alert.follow_up[question.key] == "yes",
        )
        for question in follow_up().questions
        if question.key in alert.follow_up
    ]
