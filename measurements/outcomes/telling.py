"""Writes an outcome report for a reader at a terminal; hidden figures are a dot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from measurements.effect_sizes import Interval
from measurements.outcomes.figures import (
    POPULATIONS,
    GroupFigures,
    InstrumentFigures,
    Model,
    Rates,
    Report,
    Share,
)

HIDDEN = "·"
Row = Sequence[str]


def told(report: Report) -> str:
    """The report as lines of text."""
    head = f"Outcomes from {report.baseline} to {report.end}" + (f", by {report.by}" if report.by else "")
    parts = [head, *_group(report.total, "Everybody")]
    for group in report.groups:
        parts += _group(group, f"{report.by} {group.name or '(empty)'}")
    return "\n".join([*parts, "", *report.notes, f"{HIDDEN} is hidden or can't be computed."])


def _group(group: GroupFigures, title: str) -> Iterator[str]:
    yield ""
    yield f"== {title}: {_number(group.persons)} persons"
    if group.completed:
        yield f"completed {_share(group.completed)}"
    if group.days_to_start and group.days_to_start.median is not None:
        days = group.days_to_start
        yield f"days to start: median {_number(days.median)}, quartiles {_ends(days.quartiles, 0)}, n {days.n}"
    for one in group.instruments:
        yield from _instrument(one)
    if group.pair:
        pair = group.pair
        yield ""
        yield (
            f"phq-9 with {pair.anxiety_measure}: {_number(pair.started)} with a first score of both, "
            f"{_number(pair.cases_at_start)} of them cases"
        )
        yield from _rates(pair.rates)


def _instrument(one: InstrumentFigures) -> Iterator[str]:
    yield ""
    yield f"{one.instrument}: {_number(one.started)} with a baseline"
    rows: list[Row] = [("wave", "day", "n", "of started", "mean", "SD", "g", "95 %")]
    for wave in one.waves:
        effect = wave.effect
        rows.append(
            (
                wave.wave,
                _number(wave.days),
                _number(wave.n),
                _percent(wave.share),
                _number(wave.mean, 1),
                _number(wave.sd, 1),
                _number(effect.g, 2) if effect else "",
                _ends(effect.ci95, 2) if effect else "",
            )
        )
    yield from _aligned(rows)
    if one.model:
        yield from _model(one.model)
    yield from _rates(one.rates)


def _model(model: Model) -> Iterator[str]:
    state = "converged" if model.converged else "NOT CONVERGED"
    yield (
        f"mixed model, random {model.random_effects}, {state}: "
        f"{model.persons} persons, {model.observations} answers. {model.note}".rstrip()
    )
    rows: list[Row] = [("wave", "mean", "SE", "improvement", "95 %", "in SDs")]
    for wave in model.waves:
        rows.append(
            (
                wave.wave,
                _number(wave.mean, 1),
                _number(wave.mean_se, 2),
                _number(wave.improvement, 1),
                _ends(wave.ci95, 1),
                _number(wave.effect, 2),
            )
        )
    yield from _aligned(rows)


def _rates(rates: Rates) -> Iterator[str]:
    rows: list[Row] = [("rate", *POPULATIONS)]
    for key, populations in rates.items():
        rows.append(
            (
                key,
                *(_share(populations[name]) if name in populations else "" for name in POPULATIONS),
            )
        )
    if len(rows) > 1:
        yield from _aligned(rows)


def _share(share: Share) -> str:
    if share.n is None or share.p is None:
        return HIDDEN if share.n is None else "of 0"
    return f"{share.count} of {share.n} = {_percent(share.p)} ({_ends(share.ci95, 0, 100)})"


def _aligned(rows: Sequence[Row]) -> Iterator[str]:
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    for row in rows:
        first, *rest = (word.rjust(width) for word, width in zip(row, widths, strict=True))
        yield "  ".join(["", row[0].ljust(len(first)), *rest]).rstrip()


def _number(value: float | None, decimals: int = 0) -> str:
    return HIDDEN if value is None else f"{value:.{decimals}f}"


def _percent(value: float | None) -> str:
    return HIDDEN if value is None else f"{100 * value:.0f} %"


def _ends(ends: Interval | None, decimals: int, factor: float = 1) -> str:
    return HIDDEN if ends is None else f"{factor * ends[0]:.{decimals}f} to {factor * ends[1]:.{decimals}f}"
