"""Requests to be erased as their pages show them; decides what the law says in plain words, and their order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from ikbt.accounts.access import AtUnits
from ikbt.accounts.models import Person
from ikbt.accounts.roles import Act
from ikbt.audit.recording import record_list
from ikbt.common import clock
from ikbt.common.navigation import mark_current
from ikbt.privacy.access import KIND
from ikbt.privacy.models import ErasureAnswer, ErasureRequest
from therapist.menu import menu_of

Decision = ErasureAnswer.Decision
# Patientdatalagen 3:17 (how long), 3:14 (nothing is erased or made unreadable), 8:4 (IVO alone decides).
PLAIN: dict[str, str | Promise] = {
    Decision.KEPT: gettext_lazy(
        "Your record is kept. The law (patientdatalagen chapter 3, sections 14 and 17) says that nothing in it may "
        "be erased before ten years have passed since the last entry."
    ),
    Decision.NOTED: gettext_lazy(
        "Your record is kept, and a note in it says that you see it otherwise. The law (patientdatalagen chapter 3, "
        "sections 14 and 17) says that nothing in it may be erased before ten years have passed since the last entry."
    ),
    Decision.IVO: gettext_lazy(
        "Your record is kept for now. Only the authority IVO may decide that a record, or a part of it, is destroyed "
        "(patientdatalagen chapter 8, section 4). You apply to them yourself, on ivo.se."
    ),
}


@dataclass(frozen=True)
class AnswerLine:
    """One answer, as the patient and the manager read it."""

    answer: ErasureAnswer
    plain: str


@dataclass(frozen=True)
class RequestLine:
    """One request with its answers, oldest answer first."""

    asked: ErasureRequest
    answers: list[AnswerLine]
    url: str = ""


def own_requests(person: Person) -> list[RequestLine]:
    """A person's own requests, the newest first."""
    return [line_of(asked) for asked in ErasureRequest.objects.filter(person=person).with_answers()]


def waiting_and_answered(at: AtUnits) -> tuple[list[RequestLine], list[RequestLine]]:
    """The requests of the units' patients, not her own: the oldest unanswered first; each patient shown is logged."""
    shown = list(
        ErasureRequest.objects.at_units(at.units)
        .exclude(person=at.person)
        .select_related("person")
        .with_answers()
        .order_by("asked_at")
    )
    patients = list(dict.fromkeys(asked.person_id for asked in shown))
    record_list(by=at.actor, kind=KIND, patients=patients, relation=Act.ANSWER_ERASURE)
    lines = [line_of(asked, reverse("privacy:erasure_request", args=[asked.pk])) for asked in shown]
    return [line for line in lines if not line.answers], [line for line in lines if line.answers][::-1]


def manager_frame(request: HttpRequest, at: AtUnits) -> dict[str, Any]:
    """Context of layouts/therapist.html."""
    home = reverse("privacy:erasure_requests")
    return {
        "person_name": at.person.name,
        "home_url": home,
        "nav": mark_current(menu_of(at.person, at=clock.now()), request.path),
        "sign_out_url": reverse("accounts:sign_out"),
    }


def line_of(asked: ErasureRequest, url: str = "") -> RequestLine:
    """One request; `url` leads to its own page."""
    return RequestLine(asked, [AnswerLine(one, str(PLAIN[one.decision])) for one in asked.answers.all()], url)
