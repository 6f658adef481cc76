"""Scores over time as curves, the risk question week by week; what is a gap and what is a point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _

from ikbt.common.clock import local_date
from ikbt.common.graph import Band, GraphPoint, ScoreGraph
from measurements.flags import RiskLevel
from measurements.instrument import Instrument
from measurements.models import AnswerSet, Occasion
from measurements.scale import scale_for, severity_name
from therapist import wording
from therapist.courses import Course, Measured, is_over, risk_value
from therapist.expected import expected_points, happenings
from therapist.wording import change_since

NOTHING: Mapping[str, Any] = MappingProxyType({})
RISK_COLOURS = {RiskLevel.HIGH: "high", RiskLevel.WATCH: "watch", RiskLevel.UNANSWERED: "neutral"}


@dataclass(frozen=True)
class Curve:
    """A graph with its key on the page and the change since the start in words.

    `lone`: the only answer so far in words, which needs no graph; "" when there are several or none.
    """

    key: str
    graph: ScoreGraph
    change: str
    lone: str


@dataclass(frozen=True)
class ScoreInWords:
    """The last main score with its course; `values` for the sparkline, None for a week without answers."""

    short: str
    total: int
    severity: str
    change: str
    values: tuple[int | None, ...]
    maximum: int
    label: str


@dataclass(frozen=True)
class RiskAnswer:
    """The risk question at one occasion: the answer as a number, or a word when there is none."""

    label: str
    text: str
    kind: str
    said: str


@dataclass(frozen=True)
class RiskRow:
    """The risk question over the course, oldest first."""

    instrument: str
    item: int
    question: str
    answers: list[RiskAnswer]


def curves(
    course: Course, *, language: str, at: datetime, expected: Mapping[str, Mapping[str, Any]] = NOTHING
) -> list[Curve]:
    """One curve an instrument, the plan's order; none for a course that has not begun; `expected` as advising.Known."""
    return [
        curve(course, slug, language=language, at=at, expected=expected.get(slug, NOTHING))
        for slug in course.slugs
    ]


def curve(
    course: Course,
    slug: str,
    *,
    language: str,
    at: datetime,
    expected: Mapping[str, Any] = NOTHING,
) -> Curve:
    """Answered occasions as points, late or missed ones as gaps; a new version of the instrument breaks
    the line.
    """
    occasions = [one for one in course.of(slug) if is_over(one, at)]
    totals = [one.total for one in occasions if one.total is not None]
    graph = _graph(course, slug, occasions, language=language, at=at, expected=expected)
    if len(totals) == 1 and len(occasions) == 1:
        lone = f"{totals[0]} {graph.band_name(totals[0]).lower()}".strip()
        return Curve(slug, graph, "", f"{graph.title}: {lone} ({point_name(occasions[0])})")
    instrument = course.instrument_of(course.of(slug)[-1])
    change = change_since(instrument, totals[0], totals[-1]) if len(totals) > 1 else ""
    return Curve(slug, graph, change, "")


def _graph(
    course: Course,
    slug: str,
    occasions: Sequence[Measured],
    *,
    language: str,
    at: datetime,
    expected: Mapping[str, Any],
) -> ScoreGraph:
    instrument = course.instrument_of(course.of(slug)[-1])
    scale = scale_for(instrument, language)
    baseline = next((one.total for one in occasions if one.total is not None), None)
    others, least = expected_points(
        expected, instrument, baseline, starts_on=course.treatment.starts_on, until=local_date(at)
    )
    return ScoreGraph(
        title=f"{instrument.short}, {instrument.about.get(language, instrument.about['en'])}",
        points=_points(occasions),
        minimum=scale.lower,
        maximum=scale.upper,
        bands=[Band(band.lower, band.upper, band.name) for band in scale.bands],
        cut_off=scale.cut_off,
        baseline=baseline,
        reliable_change=scale.reliable_change,
        lower_is_better=scale.higher_is_worse,
        events=happenings(course) if slug == course.main else (),
        shows_corridor=True,
        expected=others,
        expected_from=least,
    )


def last_score(course: Course, slug: str, *, at: datetime) -> ScoreInWords | None:
    """The newest score of one instrument and how it came about; None before the first."""
    scored = course.scored(slug)
    if not scored:
        return None
    first, last = scored[0], scored[-1]
    instrument = course.instrument_of(last)
    label = _("%(instrument)s: from %(first)s to %(last)s")
    return ScoreInWords(
        short=instrument.short,
        total=last.total or 0,
        severity=severity_name(instrument, last.severity, wording.language()),
        change=change_since(instrument, first.total, last.total) if first is not last else "",
        values=tuple(one.total for one in course.of(slug) if is_over(one, at)),
        maximum=instrument.scoring.highest,
        label=label % {"instrument": instrument.short, "first": first.total, "last": last.total},
    )


def _points(occasions: Sequence[Measured]) -> list[GraphPoint]:
    placed = sorted(
        ((local_date(one.answered_at or one.due_at), one) for one in occasions), key=lambda pair: pair[0]
    )
    points, before = [], None
    for day, one in placed:
        points.append(
            GraphPoint(day, one.total, point_name(one), breaks_line=before not in {None, one.version})
        )
        before = one.version
    return points


def point_name(occasion: Measured) -> str:
    """The occasion's name, and that staff entered the answers where they did."""
    name = occasion_name(occasion)
    entered = occasion.mode not in {None, AnswerSet.Mode.SELF.value}
    return _("%(occasion)s, by staff") % {"occasion": name} if entered else name


def occasion_name(occasion: Measured) -> str:
    """ "Start", "w. 3", "End": as short as an axis needs."""
    if occasion.kind in {Occasion.Kind.SCREENING, Occasion.Kind.PRE}:
        return _("Start")
    if occasion.kind == Occasion.Kind.POST:
        return _("End")
    if occasion.kind == Occasion.Kind.EXTRA:
        return str(Occasion.Kind.EXTRA.label).capitalize()
    if occasion.kind == Occasion.Kind.FOLLOW_UP:
        return _("+%(months)d mo") % {"months": occasion.number}
    if occasion.kind in {Occasion.Kind.MODULE, Occasion.Kind.TRIGGERED}:
        return "–"
    return _("w. %(number)d") % {"number": occasion.number}


def risk_row(course: Course, *, language: str, at: datetime) -> RiskRow | None:
    """The risk question of the first instrument that asks one; None when none does."""
    for slug in course.slugs:
        occasions = [one for one in course.of(slug) if is_over(one, at)]
        instrument = course.instrument_of(course.of(slug)[-1])
        if instrument.risk is not None and occasions:
            item = instrument.items[instrument.risk.item - 1]
            spoken = instrument.language_for(language) or "en"
            return RiskRow(
                instrument=instrument.short,
                item=instrument.risk.item,
                question=item.text.get(spoken, ""),
                answers=[_risk_answer(course, one, spoken) for one in occasions],
            )
    return None


def _risk_answer(course: Course, occasion: Measured, language: str) -> RiskAnswer:
    label, instrument = occasion_name(occasion), course.instrument_of(occasion)
    if occasion.answered_at is None:
        return RiskAnswer(label, "–", "neutral", _("not answered"))
    value = risk_value(instrument, occasion)
    if value is None:
        return RiskAnswer(label, "?", "neutral", _("the question was left out"))
    kind = RISK_COLOURS.get(RiskLevel(occasion.risk), "success")
    return RiskAnswer(label, str(value), kind, risk_words(instrument, value, language))


def risk_words(instrument: Instrument, value: int, language: str) -> str:
    """The answer on the risk question in the instrument's own words; "" where it has none."""
    if instrument.risk is None:
        return ""
    item = instrument.items[instrument.risk.item - 1]
    return next((option.text.get(language, "") for option in item.options if option.value == value), "")
