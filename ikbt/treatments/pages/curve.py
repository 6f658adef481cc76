"""Her own curves: every score of her course, drawn honestly, with words that encourage and don't promise."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from django.utils.translation import gettext as _

from ikbt.common.clock import local_date
from ikbt.common.graph import Band, GraphPoint, ScoreGraph
from ikbt.treatments.access import Mine
from ikbt.treatments.models import Treatment
from measurements.change import ReliableChange, reliable_change
from measurements.instrument import Instrument
from measurements.models import AnswerSet, Occasion
from measurements.scale import scale_for
from measurements.storing import definition_of

FEW = 3


def curves(mine: Mine, *, language: str, at: datetime) -> list[dict[str, object]]:
    """A graph and a few words for each instrument she has answered, in the program's order; one query."""
    rows = (
        Occasion.objects.standing()
        .filter(series=mine.treatment.series_id, opens_at__lte=at)
        .select_related("instrument", "score", "answer_set")
        .order_by("opens_at", "id")
    )
    by_instrument: dict[str, list[Occasion]] = defaultdict(list)
    for occasion in rows:
        if occasion.answered_at is not None or (
            occasion.closes_at <= at and occasion.who == Occasion.Who.PATIENT
        ):
            by_instrument[occasion.instrument.slug].append(occasion)
    # The program names its main instrument first; two that open at once have no order of their own.
    named = [measure["instrument"] for measure in mine.treatment.version.outline["measures"]]
    ordered = sorted(by_instrument, key=lambda slug: named.index(slug) if slug in named else len(named))
    return [
        curve(
            definition_of(occasions[-1].instrument),
            occasions,
            language=language,
            treatment=mine.treatment,
        )
        for occasions in (by_instrument[slug] for slug in ordered)
        if any(occasion.answered_at for occasion in occasions)
    ]


def curve(
    instrument: Instrument, occasions: list[Occasion], *, language: str, treatment: Treatment
) -> dict[str, object]:
    """One instrument's graph; a missed occasion is a gap, a new version of the wording breaks the line."""
    scale = scale_for(instrument, language)
    points, before = [], ""
    for occasion in occasions:
        version = occasion.instrument.version
        points.append(point(occasion, breaks=bool(before) and version != before))
        before = version
    values = [each.value for each in points if each.value is not None]
    graph = ScoreGraph(
        title=instrument.about.get(language, instrument.about["en"]).capitalize() + f" ({instrument.short})",
        points=points,
        minimum=scale.lower,
        maximum=scale.upper,
        bands=[Band(band.lower, band.upper, band.name) for band in scale.bands],
        cut_off=scale.cut_off,
        baseline=values[0] if values else None,
        reliable_change=scale.reliable_change,
        lower_is_better=scale.higher_is_worse,
    )
    return {"key": f"curve-{instrument.id}", "graph": graph, "words": words(instrument, values, treatment)}


def point(occasion: Occasion, *, breaks: bool) -> GraphPoint:
    """One occasion; unanswered, or answered too little for a total, it has no value."""
    score = getattr(occasion, "score", None)
    value = float(score.total) if score is not None and score.total is not None else None
    return GraphPoint(
        date=local_date(occasion.answered_at or occasion.opens_at),
        value=value,
        label=label(occasion)
        if is_own(occasion)
        else _("%(occasion)s, by staff") % {"occasion": label(occasion)},
        breaks_line=breaks,
    )


def is_own(occasion: Occasion) -> bool:
    """She answered it herself, or nobody has; False where staff entered the answers for her."""
    given = getattr(occasion, "answer_set", None)
    return given is None or given.mode == AnswerSet.Mode.SELF


def label(occasion: Occasion) -> str:
    """What the occasion is called below the curve."""
    names = {
        Occasion.Kind.SCREENING: _("Before"),
        Occasion.Kind.PRE: _("Start"),
        Occasion.Kind.POST: _("End"),
        Occasion.Kind.FOLLOW_UP: _("%(number)d months after") % {"number": occasion.number},
        Occasion.Kind.MODULE: _("Module %(number)d") % {"number": occasion.number},
        Occasion.Kind.TRIGGERED: _("In between"),
        Occasion.Kind.EXTRA: str(Occasion.Kind.EXTRA.label).capitalize(),
    }
    return names.get(Occasion.Kind(occasion.kind)) or _("Week %(number)d") % {"number": occasion.number}


def words(instrument: Instrument, values: list[float], treatment: Treatment) -> str:
    """What the curve says so far, in a sentence or two; whoever has nobody to write to is told whom to call."""
    found = reliable_change(instrument, values[0], values[-1]) if len(values) >= FEW else None
    if found is ReliableChange.IMPROVED:
        return _("You are clearly better than when you started. Keep doing what helps.")
    if not treatment.is_running:
        return _words_afterwards(found)
    if found is None:
        return _(
            "There are only a few answers yet. The curve says more when there are some weeks to look at."
        )
    if found is ReliableChange.DETERIORATED:
        return _(
            "It is heavier now than when you started. It happens, and it can turn. "
            "Tell your therapist how you have it."
        )
    if treatment.state == Treatment.State.CLOSING:
        return _(
            "You are about where you started. "
            "Talk with your therapist, before the treatment ends, about what could help from here."
        )
    return _(
        "You are about where you started. Many notice a change only after some weeks of practice, "
        "and the curve often goes up and down on the way."
    )


def _words_afterwards(found: ReliableChange | None) -> str:
    if found is None:
        return _("There are only a few answers, too few to say how it has changed.")
    if found is ReliableChange.DETERIORATED:
        return _(
            "It was heavier when you last answered than when you started. It can turn, and there is help: "
            "call your unit or 1177."
        )
    return _(
        "When you last answered you were about where you started. "
        "If you need more help, call your unit or 1177."
    )
