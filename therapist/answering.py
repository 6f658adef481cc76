"""What lies before a therapist who answers a module: the work, the score, the way to the next one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ikbt.treatments.access import CaredModule
from ikbt.treatments.models import Feedback, ModuleProgress
from ikbt.treatments.releasing import what_is_missing
from ikbt.treatments.unlocking import Condition, Unmet
from therapist import wording
from therapist.course_modules import conditions_in_words
from therapist.overview import course_of, standing
from therapist.trends import last_score, risk_row
from therapist.work import handed_in, question_to_therapist, reflections_first, work_by_step


def feedback_purpose(module_key: str) -> str:
    """The draft under which feedback on a module is kept; replying.give_feedback removes it."""
    return f"feedback:{module_key}"


def read_module(cared: CaredModule, *, at: datetime) -> dict[str, Any]:
    """Context of therapist/feedback.html, less the form."""
    language, course = wording.language(), course_of(cared, at=at)
    entries = [entry for entry in handed_in(cared.treatment) if entry.module_key == cared.module.key]
    steps = cared.module.document["steps"]
    next_key = course.next_key
    missing = [one for one in what_is_missing(cared.treatment, at=at) if not _ends_with(one, cared.progress)]
    return {
        "module": cared.module,
        "progress": cared.progress,
        "waited": wording.ago(cared.progress.submitted_at, at) if cared.progress.submitted_at else "",
        "work": reflections_first(work_by_step(entries, [cared.module], language=language, at=at), steps),
        "question": question_to_therapist(entries),
        "score": last_score(course, course.main, at=at),
        "risk": risk_row(course, language=language, at=at),
        "standing": standing(course, at=at),
        "next_key": next_key,
        "next_title": course.module(next_key).get("title", ""),
        "missing": conditions_in_words(missing, course) if next_key else [],
        "earlier": Feedback.objects.filter(
            treatment=cared.treatment, module_key=cared.module.key
        ).select_related("author"),
    }


def opened_with_feedback(cared: CaredModule) -> str:
    """The title of the module that opened after this one got its feedback; "" when it was held."""
    given = cared.progress.feedback_at
    later = ModuleProgress.objects.filter(treatment=cared.treatment, position__gt=cared.progress.position)
    opened = later.filter(opened_at__gte=given).order_by("position").first() if given else None
    modules = cared.treatment.version.outline["modules"]
    return next((str(one["title"]) for one in modules if opened and one["key"] == opened.module_key), "")


def _ends_with(condition: Condition, progress: ModuleProgress) -> bool:
    """Too many open modules is no obstacle when this very feedback brings the number down."""
    ends_a_wait = progress.feedback_at is None
    return condition.kind is Unmet.TOO_MANY_OPEN and ends_a_wait and condition.have - 1 < condition.need
