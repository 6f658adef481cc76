"""The page with help: numbers first, an honest word about who reads when, then the follow-up questions."""

from __future__ import annotations

from uuid import UUID

from ikbt.common.phone_number import as_written
from ikbt.treatments.access import Mine
from ikbt.treatments.models import Alert, WorksheetEntry
from ikbt.treatments.pages.frame import address
from measurements.follow_up import follow_up

SAFETY_PLAN = "safety_plan"


def help_page(mine: Mine, *, alert: Alert | None, language: str) -> dict[str, object]:
    """Context of treatments/help.html beside the frame; one query."""
    plan = safety_plan_of(mine)
    return {
        "unit": mine.treatment.unit,
        "therapist": mine.treatment.therapist,
        "alert": alert,
        "phone": as_written(mine.person.phone),
        "follow_up": questions(mine, alert, language=language) if alert is not None else None,
        "plan_url": plan_address(mine, plan) if plan else "",
    }


def own_alert(mine: Mine, alert_id: str) -> Alert | None:
    """Her own alert from her answers; None for any other id, so that the page with help is always shown."""
    try:
        wanted = UUID(alert_id)
    except ValueError:
        return None
    return Alert.objects.filter(treatment=mine.treatment, kind=Alert.Kind.RISK, pk=wanted).first()


def questions(mine: Mine, alert: Alert, *, language: str) -> dict[str, object] | None:
    """The follow-up questions in her language with what she has answered; None when the alert is closed."""
    if alert.closed_at is not None:
        return None
    asked = follow_up()
    return {
        "url": address("follow_up", mine, alert_id=alert.pk),
        "title": asked.title[language],
        "intro": asked.intro[language],
        "answered": bool(alert.follow_up),
        "questions": [
            {
                "name": f"follow_up_{question.key}",
                "text": question.text[language],
                "options": [
                    {
                        "code": answer.code,
                        "text": answer.text[language],
                        "chosen": alert.follow_up.get(question.key) == answer.code,
                    }
                    for answer in asked.answers
                ],
            }
            for question in asked.questions
        ],
    }


def safety_plan_of(mine: Mine) -> WorksheetEntry | None:
    """Her safety plan as handed in last."""
    plans = WorksheetEntry.objects.filter(
        treatment=mine.treatment, exercise=SAFETY_PLAN, state=WorksheetEntry.State.HANDED_IN
    )
    return plans.order_by("-handed_in_at").first()


def plan_address(mine: Mine, plan: WorksheetEntry) -> str:
    """Where she reads it."""
    return address("step", mine, module_key=plan.module_key, step_key=plan.step_key) + "#dina-svar"
