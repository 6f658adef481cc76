"""The patient page: reasons on top, curves, modules, work, messages; how much of each is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from ikbt.treatments.access import Cared
from ikbt.treatments.early_warning.advising import known_forecasts
from ikbt.treatments.models import Attachment, Message, WorksheetEntry
from ikbt.treatments.moving import later_version
from ikbt.treatments.paths import way_of
from ikbt.treatments.reading import modules_read
from ikbt.treatments.releasing import what_is_missing
from ikbt.treatments.sleep_nights import DIARY
from ikbt.treatments.thresholds import thresholds_of
from therapist import wording
from therapist.advice import advice_in_words
from therapist.conversation import Bubble, File, bubbles
from therapist.course_modules import conditions_in_words, module_lines
from therapist.courses import Course, read_courses, standing_of
from therapist.reasons import reasons_for
from therapist.reasons_in_words import ReasonInWords, all_in_words, reply_address
from therapist.replan_form import ReplanForm
from therapist.tailored import tailored
from therapist.timeline import timeline
from therapist.trends import curves, risk_row
from therapist.work import StepWork, handed_in, repeated, safety_plan, work_by_step

NEWEST_STEPS = 6
NEWEST_MESSAGES = 3


@dataclass(frozen=True)
class Standing:
    """The top of the page: why she needs someone, as of a moment."""

    reasons: list[ReasonInWords]
    checked_at: datetime
    reply_url: str


def course_of(cared: Cared, *, at: datetime) -> Course:
    """The course of the patient behind the door."""
    return read_courses([cared.treatment], at=at)[0]


def standing(course: Course, *, at: datetime) -> Standing:
    """Her reasons in words."""
    reasons = reasons_for(standing_of(course, at=at), thresholds_of(course.treatment.unit), at=at)
    worded = all_in_words(reasons, course.treatment.pk, at)
    return Standing(worded, at, reply_address(worded, course.treatment.pk))


def read_overview(
    cared: Cared, *, at: datetime, replanned: Mapping[str, ReplanForm] | None = None
) -> dict[str, Any]:
    """Context of therapist/patient.html; at most twenty queries with session, door and log.

    `replanned`: the form that was refused, by its module's key.
    """
    language, course = wording.language(), course_of(cared, at=at)
    known = known_forecasts(cared.treatment)
    entries = handed_in(cared.treatment)
    way = way_of(cared.treatment, progress=course.progress)
    return {
        "standing": standing(course, at=at),
        "advice": advice_in_words(cared.treatment, known.signed, at=at),
        "curves": curves(course, language=language, at=at, expected=known.expected),
        "risk": risk_row(course, language=language, at=at),
        "modules": module_lines(way, refused=replanned),
        "missing": conditions_in_words(
            what_is_missing(cared.treatment, at=at, way=way, levels={one.level for one in course.alerts}),
            course,
        ),
        **tailored(way),
        "later": later_version(cared.treatment) if cared.treatment.is_running else None,
        "work": newest_work(course, entries, language=language, at=at),
        "repeated": repeated(entries),
        "safety_plan": safety_plan(entries, language=language, at=at),
        "keeps_sleep_diary": any(entry.exercise == DIARY for entry in entries),
        "bubbles": newest_messages(cared),
        "events": timeline(cared.treatment, course.outline),
    }


def newest_work(
    course: Course, entries: Sequence[WorksheetEntry], *, language: str, at: datetime
) -> list[StepWork]:
    """The steps she handed in last; all of a module is on its feedback page."""
    steps = list(dict.fromkeys((entry.module_key, entry.step_key) for entry in entries))[:NEWEST_STEPS]
    shown = [entry for entry in entries if (entry.module_key, entry.step_key) in steps]
    keys = {module_key for module_key, _step in steps}
    modules = modules_read(course.treatment, keys, progress=course.progress)
    return work_by_step(shown, modules, language=language, at=at)


def newest_messages(cared: Cared) -> list[Bubble]:
    """The last few, oldest of them first."""
    newest = (
        Message.objects.filter(treatment=cared.treatment)
        .select_related("sender")
        .defer("sender__personal_number")
    )
    with_files = Exists(Attachment.objects.filter(treatment=OuterRef("treatment"), message=OuterRef("pk")))
    rows = newest.annotate(has_files=with_files).order_by("-sent_at", "-id")[:NEWEST_MESSAGES]
    shown: list[Any] = list(rows)[::-1]
    # Fetched on the page of the conversation; here it costs no query to say that there are some.
    there = File(_("Files"), None, reverse("therapist:messages", args=[cared.treatment.pk]))
    return bubbles(shown, cared.staff, files={one.pk: [there] for one in shown if one.has_files})
