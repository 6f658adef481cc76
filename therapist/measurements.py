"""What the desk shows of a patient's questionnaires that are not answered, and of one that staff enter for her."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.urls import reverse

from ikbt.treatments.access import Cared
from ikbt.treatments.assisting import draft_mark
from ikbt.treatments.pages.home import occasion_title
from measurements.form import Question, missing, questions
from measurements.instrument import Instrument
from measurements.models import Occasion
from measurements.storing import definition_of
from therapist.access import CaredOccasion

NEWEST = 20


@dataclass(frozen=True)
class Line:
    """One occasion that waits for answers, or was answered through staff."""

    name: str
    title: str
    occasion: Occasion
    begun: bool
    late: bool
    url: str
    withdraw_url: str


def waiting(cared: Cared, *, at: datetime) -> list[Line]:
    """What may be answered now, oldest first; one query."""
    rows = Occasion.objects.open(at).filter(series=cared.treatment.series_id).select_related("instrument")
    return [_line(cared, one, at) for one in rows.order_by("opens_at", "id")]


def given_by_staff(cared: Cared) -> list[Occasion]:
    """The newest that staff have entered for her, newest first; one query."""
    rows = Occasion.objects.standing().filter(series=cared.treatment.series_id, answered_at__isnull=False)
    entered = rows.exclude(answer_set__mode="self").select_related("instrument", "answer_set__given_by")
    return list(entered.order_by("-answered_at")[:NEWEST])


def entry_page(cared: CaredOccasion, answers: Mapping[str, str], *, key: str = "") -> dict[str, Any]:
    """Context of therapist/answer_for.html: the questions in the patient's words, and whether she has begun."""
    instrument, language = definition_of(cared.occasion.instrument), cared.treatment.patient.language
    asked = questions(instrument, language, answers)
    spoken = instrument.language_for(language) or language
    return {
        "occasion": cared.occasion,
        "title": occasion_title(cared.occasion),
        "name": instrument.short,
        "intro": instrument.intro[spoken],
        "wording": spoken,
        "shown": asked,
        "seen": draft_mark(cared.occasion),
        "begun": len(cared.occasion.draft),
        "missing": _missing(instrument, answers, asked),
        "client_key": key or uuid4(),
    }


def _missing(
    instrument: Instrument, answers: Mapping[str, str], asked: list[Question]
) -> list[dict[str, str]]:
    ids = {item.link_id for item in missing(instrument, answers)}
    return [{"text": one.text, "href": f"#{one.field}"} for one in asked if one.link_id in ids]


def _line(cared: Cared, occasion: Occasion, at: datetime) -> Line:
    place = [cared.treatment.pk, occasion.pk]
    may_withdraw = occasion.kind == Occasion.Kind.EXTRA and occasion.ordered_by_id and not occasion.draft
    return Line(
        name=definition_of(occasion.instrument).short,
        title=occasion_title(occasion),
        occasion=occasion,
        begun=bool(occasion.draft),
        late=occasion.due_at < at,
        url=reverse("therapist:answer_for", args=place),
        withdraw_url=reverse("therapist:withdraw_extra", args=place) if may_withdraw else "",
    )
