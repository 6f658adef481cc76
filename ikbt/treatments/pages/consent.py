"""The page about her data: the text of today or an earlier one, what she has read, and her answer about research."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest
from django.utils.translation import get_language

from ikbt.treatments import consent_texts
from ikbt.treatments.access import Mine
from ikbt.treatments.consent_texts import CARE, RESEARCH, ConsentText, Part
from ikbt.treatments.models import Consent, Treatment
from ikbt.treatments.pages.frame import frame


@dataclass(frozen=True)
class ShownText:
    """A version in the reader's language."""

    version: int
    title: str
    parts: list[Part]
    is_newest: bool


@dataclass(frozen=True)
class ReadText:
    """A version that she has read, and when."""

    version: int
    at: datetime
    title: str


def information_waits(treatment: Treatment) -> bool:
    """The text of today is not read; asked on her start page, and costs no query."""
    return treatment.is_running and treatment.information_read < consent_texts.current(CARE).version


def information_page(request: HttpRequest, mine: Mine) -> dict[str, object]:
    """Context of treatments/information.html; 404 for a version that there is none of."""
    asked = request.GET.get("version", "")
    care = consent_texts.version(CARE, int(asked)) if asked.isdecimal() else consent_texts.current(CARE)
    if care is None:
        raise Http404
    given = list(Consent.objects.filter(treatment=mine.treatment))
    return {
        **frame(request, mine),
        "care": _shown(care, mine.treatment),
        "research": _shown(consent_texts.current(RESEARCH), mine.treatment),
        "waits": information_waits(mine.treatment),
        "read": [_read(one) for one in given if one.kind == CARE],
        "research_answer": next((one for one in reversed(given) if one.kind == RESEARCH), None),
    }


def _shown(text: ConsentText, treatment: Treatment) -> ShownText:
    language = (get_language() or "sv")[:2]
    newest = text == consent_texts.current(text.kind)
    return ShownText(text.version, text.title(language), text.parts(language, treatment.unit), newest)


def _read(given: Consent) -> ReadText:
    text = consent_texts.version(given.kind, given.text_version)
    return ReadText(given.text_version, given.at, text.title((get_language() or "sv")[:2]) if text else "")
