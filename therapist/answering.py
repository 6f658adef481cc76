"""What lies before a therapist who answers a module: the work, the score, the way to the next one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from ikbt.treatments.access import CaredModule
from ikbt.treatments.models import Feedback, ModuleProgress, WorksheetEntry
from ikbt.treatments.paths import way_of
from ikbt.treatments.reading import modules_read, outline_of
from ikbt.treatments.releasing import what_is_missing
from ikbt.treatments.unlocking import Condition, Unmet
from therapist import wording
from therapist.course_modules import conditions_in_words
from therapist.overview import course_of, standing
from therapist.since_last import news_for
from therapist.trends import last_score, risk_row
from therapist.work import handed_in, question_to_therapist, reflections_first, repeated, work_by_step


def feedback_purpose(module_key: str) -> str:
    """The draft under which feedback on a module is kept; replying.give_feedback removes it."""
    return f"feedback:{module_key}"


def read_module(cared: CaredModule, *, at: datetime) -> dict[str, Any]:
    """Context of therapist/feedback.html, less the form."""
    language, course = wording.language(), course_of(cared, at=at)
    written = handed_in(cared.treatment)
    entries, others = _here_and_elsewhere(written, cared.module.key)
    steps, read = cared.module.document["steps"], modules_read(cared.treatment, [cared.module.key])
    way = way_of(cared.treatment, progress=course.progress)
    next_key = way.next_module["key"] if way.next_module else ""
    missing = what_is_missing(cared.treatment, at=at, way=way)
    missing = [one for one in missing if not _ends_with(one, cared.progress)]
    given = Feedback.objects.filter(treatment=cared.treatment, module_key=cared.module.key)
    earlier = list(given.select_related("author").order_by("sent_at"))
    return {
        "module": cared.module,
        "progress": cared.progress,
        "waited": _waited(cared.progress, at),
        "work": reflections_first(work_by_step(entries, read, language=language, at=at), steps),
        "repeated": repeated(written),
        "question": question_to_therapist(entries),
        "score": last_score(course, course.main, at=at),
        "risk": risk_row(course, language=language, at=at),
        "standing": standing(course, at=at),
        "next_key": next_key,
        "next_title": course.module(next_key).get("title", ""),
        "missing": conditions_in_words(missing, course) if next_key else [],
        "earlier": earlier,
        # What the page shows, so that a colleague's that comes meanwhile is told from it.
        "earlier_seen": earlier[-1].pk if earlier else "",
        "news": news_for(cared, course, others, at=at),
    }


def _waited(progress: ModuleProgress, at: datetime) -> str:
    return wording.ago(progress.submitted_at, at) if progress.submitted_at else ""


def _here_and_elsewhere(
    entries: Iterable[WorksheetEntry], module_key: str
) -> tuple[list[WorksheetEntry], list[WorksheetEntry]]:
    here: list[WorksheetEntry] = []
    elsewhere: list[WorksheetEntry] = []
    for entry in entries:
        (here if entry.module_key == module_key else elsewhere).append(entry)
    return here, elsewhere


def opened_with_feedback(cared: CaredModule) -> str:
    """The title of the module that opened after this one got its feedback; "" when it was held."""
    given = cared.progress.feedback_at
    later = ModuleProgress.objects.filter(treatment=cared.treatment, position__gt=cared.progress.position)
    opened = later.filter(opened_at__gte=given).order_by("position").first() if given else None
    modules = outline_of(cared.treatment)["modules"]
    return next((str(one["title"]) for one in modules if opened and one["key"] == opened.module_key), "")


def _ends_with(condition: Condition, progress: ModuleProgress) -> bool:
    """Too many open modules is no obstacle when this very feedback brings the number down."""
    ends_a_wait = progress.feedback_at is None
    return condition.kind is Unmet.TOO_MANY_OPEN and ends_a_wait and condition.have - 1 < condition.need
