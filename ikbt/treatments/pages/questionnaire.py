"""A questionnaire on her screen: which questions stand where, what is missing, and what the score says."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import uuid4

from django.utils.translation import gettext as _

from ikbt.treatments.access import MyOccasion
from ikbt.treatments.pages.frame import address
from ikbt.treatments.pages.home import occasion_title
from measurements.change import ReliableChange, reliable_change
from measurements.flags import risk_level
from measurements.form import Question, missing, questions, responses
from measurements.instrument import Instrument
from measurements.models import AnswerSet, Score
from measurements.scale import severity_name
from measurements.storing import definition_of

Answers = Mapping[str, str]


@dataclass(frozen=True)
class Sheet:
    """An instrument with the answers so far, in her language."""

    instrument: Instrument
    answers: Answers
    language: str
    questions: Sequence[Question]

    def not_asked_yet(self, asked: Collection[str]) -> Question | None:
        """PHQ-9 asks about everyday life only after some trouble: a page drawn before has not asked."""
        new = (each for each in self.questions if not each.scored and not each.answered)
        return next((each for each in new if each.link_id not in asked), None)

    @property
    def needs_help(self) -> bool:
        """What is chosen so far must not stand there without help beside it."""
        return risk_level(self.instrument, responses(self.instrument, self.answers)).raises_alert

    @property
    def missing(self) -> list[Question]:
        """Questions that are asked, count, and have no answer."""
        ids = {item.link_id for item in missing(self.instrument, self.answers)}
        return [each for each in self.questions if each.link_id in ids]


def sheet(my: MyOccasion, answers: Answers, language: str) -> Sheet:
    """The questions to ask now, with these answers."""
    instrument = definition_of(my.occasion.instrument)
    spoken = instrument.language_for(language) or language
    return Sheet(instrument, answers, spoken, questions(instrument, language, answers))


def form_page(
    my: MyOccasion, paper: Sheet, *, screen: int | None, confirm: bool = False, key: str = ""
) -> dict[str, object]:
    """Context of treatments/questionnaire.html; `screen` counts from 1, None draws all on one page."""
    total = len(paper.questions)
    number = min(max(screen, 1), total) if screen is not None else None
    url = address("questionnaire", my, occasion_id=my.occasion.pk)
    return {
        "title": occasion_title(my.occasion),
        "intro": paper.instrument.intro[paper.language],
        "notice": paper.instrument.notice,
        "name": paper.instrument.short,
        "wording": paper.language,
        "shown": paper.questions if number is None else paper.questions[number - 1 : number],
        "number": number,
        "total": total,
        "is_last": number is None or number == total,
        "client_key": key or uuid4(),
        "url": url,
        "confirm": confirm,
        "help_first": paper.needs_help,
        "missing": [
            {"text": each.text, "href": f"#{each.field}" if number is None else f"{url}?fraga={each.number}"}
            for each in paper.missing
        ],
    }


def thanks_page(my: MyOccasion, *, language: str) -> dict[str, object]:
    """Context of treatments/thanks.html: what the score says, and what it doesn't."""
    instrument = definition_of(my.occasion.instrument)
    score = Score.objects.select_related("answer_set__given_by").get(occasion=my.occasion)
    given = score.answer_set
    before = Score.objects.filter(
        occasion__series=my.treatment.series_id,
        instrument_slug=score.instrument_slug,
        answered_at__lt=score.answered_at,
    )
    totals = before.order_by("answered_at").values_list("total_rounded", flat=True)
    earlier = [total for total in totals if total is not None]
    return {
        "title": occasion_title(my.occasion),
        "score": score.total_rounded,
        "highest": instrument.scoring.highest,
        "severity": severity_name(instrument, score.severity, language),
        "words": score_words(instrument, score, earlier),
        "help_first": score.risk in {Score.Risk.WATCH, Score.Risk.HIGH},
        "prorated": score.missing > 0 and score.total_rounded is not None,
        "given": given if given.mode != AnswerSet.Mode.SELF else None,
    }


def score_words(instrument: Instrument, score: Score, earlier: Sequence[int]) -> str:
    """What the score says beside what it was at the start; never more than the measure can tell."""
    if score.total_rounded is None:
        return _(
            "Too many questions were left out for a score this time. "
            "What you did answer is with your therapist."
        )
    if not earlier:
        return _("This is your starting point. It is what we compare with later on.")
    found = reliable_change(instrument, earlier[0], score.total_rounded)
    if found is ReliableChange.IMPROVED:
        return _(
            "That is clearly better than when you started (%(first)d). It is your own work that shows."
        ) % {"first": earlier[0]}
    if found is ReliableChange.DETERIORATED:
        return _(
            "That is heavier than when you started (%(first)d). Your therapist sees it, and you decide "
            "together what to do. It says nothing about how hard you have tried."
        ) % {"first": earlier[0]}
    return _(
        "That is about the same as when you started (%(first)d). Small differences from week to week are "
        "common and need not mean anything."
    ) % {"first": earlier[0]}
