"""Lays an outcome report out as one long table: a row for each figure, with how many persons it is of."""

from __future__ import annotations

from collections.abc import Iterator

from measurements.effect_sizes import Interval
from measurements.outcomes.figures import GroupFigures, InstrumentFigures, Model, Rates, Report
from measurements.outcomes.sheets import Cell, Row, Sheet, Variable

VARIABLES = (
    Variable("group", "The group, empty for everybody", "text"),
    Variable("instrument", "The instrument, or the pair of PHQ-9 and an anxiety measure", "id"),
    Variable("wave", "The wave of the figure, empty for a figure of the whole course", "text"),
    Variable(
        "figure",
        "persons, started, answered, mean, sd, g (Hedges, from baseline), model_mean, model_improvement (points from "
        "baseline), model_effect (the same in SDs at baseline), response, remission, recovery, reliable_improvement, "
        "reliable_recovery, reliable_deterioration, completed, days_to_start",
        "see docs/outcomes.md",
    ),
    Variable("population", "Who a rate is of", "all, completers, worst_case; empty else"),
    Variable("n", "How many persons the figure is of", "count; empty when hidden"),
    Variable(
        "value", "The figure: points, SDs, days, or a share", "number; empty when hidden or not computable"
    ),
    Variable("low", "Lower end of its 95 % interval, or the lower quartile of days_to_start", "as value"),
    Variable("high", "Upper end of its 95 % interval, or the upper quartile of days_to_start", "as value"),
    Variable("standard_error", "Standard error", "as value"),
    Variable(
        "note",
        "What must be known of the figure",
        "text; not converged, slopes left out; on the first row by whose numbers it is counted",
    ),
)


def report_sheet(report: Report, *, note: str = "") -> Sheet:
    """The report as a table to write; what is hidden has no n and no value. `note` stands on the first row."""
    return Sheet("Outcomes", VARIABLES, list(_rows(report, note)))


def _rows(report: Report, note: str) -> Iterator[Row]:
    first, *rest = [row for group in (report.total, *report.groups) for row in _group(group)]
    yield (*first[:-1], note)
    yield from rest


def _row(
    group: str,
    instrument: str,
    figure: str,
    *,
    n: int | None,
    value: float | None,
    wave: str = "",
    population: str = "",
    ends: Interval | None = None,
    error: float | None = None,
    note: str = "",
) -> tuple[Cell, ...]:
    low, high = ends or (None, None)
    return (group, instrument, wave, figure, population, n, value, low, high, error, note)


def _group(group: GroupFigures) -> Iterator[Row]:
    name = group.name
    yield _row(name, "", "persons", n=group.persons, value=group.persons)
    if group.completed:
        done = group.completed
        yield _row(name, "", "completed", n=done.n, value=done.p, ends=done.ci95)
    if group.days_to_start:
        days = group.days_to_start
        yield _row(name, "", "days_to_start", n=days.n, value=days.median, ends=days.quartiles)
    for one in group.instruments:
        yield from _instrument(name, one)
    if group.pair:
        pair = f"phq-9 with {group.pair.anxiety_measure}"
        yield _row(name, pair, "started", n=group.pair.started, value=group.pair.started)
        yield from _rates(name, pair, group.pair.rates)


def _instrument(group: str, one: InstrumentFigures) -> Iterator[Row]:
    key = one.instrument
    yield _row(group, key, "started", n=one.started, value=one.started)
    for wave in one.waves:
        yield _row(group, key, "answered", wave=wave.wave, n=wave.n, value=wave.share)
        yield _row(group, key, "mean", wave=wave.wave, n=wave.n, value=wave.mean)
        yield _row(group, key, "sd", wave=wave.wave, n=wave.n, value=wave.sd)
        if wave.effect:
            g = wave.effect
            yield _row(group, key, "g", wave=wave.wave, n=g.n, value=g.g, ends=g.ci95, error=g.se)
    if one.model:
        yield from _model(group, key, one.model)
    yield from _rates(group, key, one.rates)


def _model(group: str, key: str, model: Model) -> Iterator[Row]:
    note = " ".join([f"Random {model.random_effects}.", model.note]).strip()
    for wave in model.waves:
        place = wave.wave
        yield _row(
            group, key, "model_mean", wave=place, n=wave.n, value=wave.mean, error=wave.mean_se, note=note
        )
        if wave.improvement is not None:
            yield _row(
                group,
                key,
                "model_improvement",
                wave=place,
                n=wave.n,
                value=wave.improvement,
                ends=wave.ci95,
                error=wave.improvement_se,
                note=note,
            )
            yield _row(group, key, "model_effect", wave=place, n=wave.n, value=wave.effect, note=note)


def _rates(group: str, key: str, rates: Rates) -> Iterator[Row]:
    for rate, populations in rates.items():
        for population, share in populations.items():
            yield _row(group, key, rate, population=population, n=share.n, value=share.p, ends=share.ci95)
