"""Decides what a set of answers is worth, by the published rule. A missing answer is never counted as 0."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from math import floor
from types import MappingProxyType
from typing import Any

from measurements.instrument import Instrument, Risk, Scoring, Skip
from measurements.results import Bands, Scored

DECIMALS = 6


class Status(StrEnum):
    """How a total came about, or why there is none."""

    COMPLETE = "complete"
    COMPLETE_BY_SKIP = "complete_by_skip"
    PRORATED = "prorated"
    INCOMPLETE = "incomplete"
    INVALID = "invalid"


@dataclass(frozen=True)
class ScoreResult:
    """What scoring found. `total` is None without a score; `findings` holds the further keys in order.

    `item` is the number (from 1) of the answer that is not valid. `rule_version` is the instrument's.
    """

    status: Status
    rule_version: str
    total: int | float | None = None
    total_rounded: int | None = None
    n_missing: int | None = None
    findings: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    reason: str | None = None
    item: int | None = None

    @property
    def severity(self) -> str | None:
        """The key of the severity band, when there is a score and the instrument has bands."""
        return self.findings.get("severity")

    @property
    def case(self) -> bool | None:
        """Whether the total is on the clinical side of the cut-off; None without score or cut-off."""
        return self.findings.get("case")

    @property
    def is_scored(self) -> bool:
        """Whether there is a total."""
        return self.total is not None

    def as_dict(self) -> dict[str, Any]:
        """The result with the keys of the published vectors, ready for JSON."""
        if self.status is Status.INVALID:
            place = {} if self.item is None else {"item": self.item}
            return {"status": str(self.status), "reason": self.reason, **place}
        rounded = {} if self.total_rounded is None else {"total_rounded": self.total_rounded}
        head = {"status": str(self.status), "total": self.total, **rounded, "n_missing": self.n_missing}
        return {**head, **self.findings}


def score(instrument: Instrument, responses: Sequence[object], *, strict: bool = False) -> ScoreResult:
    """The score of one set of answers.

    `responses`: one value per scored item in order, as printed on the form, None when unanswered. Returns,
    never raises: a wrong number of answers, a bool, float, text or a value the item doesn't have is
    `invalid`. `strict`: any missing item means no total, also where a rule for missing items is published.
    """
    invalid = _invalid(instrument, responses)
    if invalid:
        return invalid
    values = [value if isinstance(value, int) else None for value in responses]
    risk = _risk_findings(instrument.risk, values)
    scores = _reversed(instrument, _fill_skipped(instrument.scoring.skips, values))
    answered = [one for one in scores if one is not None]
    unanswered = values.count(None)
    if len(answered) == len(scores):
        status = Status.COMPLETE_BY_SKIP if unanswered else Status.COMPLETE
        total = total_of(instrument.scoring, answered)
        findings = _findings(instrument, answered, total, prorated=False)
        return ScoreResult(status, instrument.rule_version, total, total, 0, {**risk, **findings})
    if strict or unanswered > instrument.scoring.missing.at_most:
        return ScoreResult(Status.INCOMPLETE, instrument.rule_version, n_missing=unanswered, findings=risk)
    exact = Fraction(sum(answered) * len(scores), len(answered))
    rounded = round_half_up(exact)
    findings = _findings(instrument, answered, rounded, prorated=True)
    total = round(float(exact), DECIMALS)
    return ScoreResult(
        Status.PRORATED, instrument.rule_version, total, rounded, unanswered, {**risk, **findings}
    )


def total_of(scoring: Scoring, items: Sequence[Any]) -> Any:
    """The total of complete item scores (whole numbers or columns): a sum, or products two by two."""
    if scoring.method == "products":
        return sum(first * second for first, second in zip(items[::2], items[1::2], strict=True))
    return sum(items)


def passed_by(skips: Sequence[Skip], values: Sequence[int | None]) -> frozenset[int]:
    """The numbers of the items that the instrument tells the person to pass by, after these answers."""
    return frozenset(number for skip in skips if skip.applies(values) for number in skip.items)


def round_half_up(exact: Fraction) -> int:
    """4.5 -> 5, where Python's round() gives 4 and would move a total into a lower band."""
    return floor(exact + Fraction(1, 2))


def is_answer(value: object, allowed: frozenset[int]) -> bool:
    """Whether a value is an answer to an item: a whole number the item has. True and 2.0 are not."""
    return isinstance(value, int) and not isinstance(value, bool) and value in allowed


def _invalid(instrument: Instrument, responses: Sequence[object]) -> ScoreResult | None:
    if len(responses) != len(instrument.items):
        return ScoreResult(Status.INVALID, instrument.rule_version, reason="wrong_number_of_items")
    for number, (value, item) in enumerate(zip(responses, instrument.items, strict=True), start=1):
        if value is not None and not is_answer(value, item.values):
            return ScoreResult(Status.INVALID, instrument.rule_version, reason="out_of_range", item=number)
    return None


def _fill_skipped(skips: Sequence[Skip], values: Sequence[int | None]) -> list[int | None]:
    passed = passed_by(skips, values)
    return [
        0 if value is None and number in passed else value for number, value in enumerate(values, start=1)
    ]


def _reversed(instrument: Instrument, values: Sequence[int | None]) -> list[int | None]:
    turned = instrument.scoring.reverse
    rows = enumerate(zip(values, instrument.items, strict=True), start=1)
    return [
        min(item.values) + max(item.values) - value if number in turned and value is not None else value
        for number, (value, item) in rows
    ]


def _risk_findings(risk: Risk | None, values: Sequence[int | None]) -> dict[str, Any]:
    """The risk item's own keys, which don't depend on the rest of the form; unanswered is not "no"."""
    if risk is None:
        return {}
    value = values[risk.item - 1]
    return {
        f"{risk.prefix}_item": value,
        f"{risk.prefix}_flag": value is not None and value >= risk.flagged_from,
        f"{risk.prefix}_unanswered": value is None,
    }


def _findings(instrument: Instrument, items: Sequence[int], total: int, *, prorated: bool) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if instrument.scoring.bands:
        found["severity"] = Bands(instrument.scoring.bands).read(Scored(items, total, found))
    for key, result in instrument.scoring.results:
        if not (prorated and result.needs_all_items):
            found[key] = result.read(Scored(items, total, found))
    return found
