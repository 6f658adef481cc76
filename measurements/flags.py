"""Decides which answers need eyes today: the risk item, the follow-up questions, reliable deterioration.

All of it works on incomplete forms, and an unanswered risk item is "unanswered", never "no". Levels are the
ones the medically responsible person decides on per instrument version; they stand in the instrument's data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from measurements.change import ReliableChange, reliable_change
from measurements.follow_up import follow_up
from measurements.instrument import Instrument
from measurements.scoring import is_answer

YES = "yes"


class RiskLevel(StrEnum):
    """What the answers say of suicide risk, from least to most urgent.

    NONE: the item was answered no, or the instrument doesn't ask. UNANSWERED: it asks, and was left out.
    """

    NONE = "none"
    UNANSWERED = "unanswered"
    WATCH = "watch"
    HIGH = "high"

    @property
    def raises_alert(self) -> bool:
        """Whether someone must act."""
        return self in (RiskLevel.WATCH, RiskLevel.HIGH)


class Deterioration(StrEnum):
    """NONE: not reliably worse at the last answer. WATCH: worse, not long enough. ALERT: twice in a row, or as set."""

    NONE = "none"
    WATCH = "watch"
    ALERT = "alert"


def risk_level(instrument: Instrument, responses: Sequence[object]) -> RiskLevel:
    """The level of one set of answers (values in item order, None when unanswered), complete or not.

    Only the risk item is looked at. Raises ValueError for a wrong number of answers or a value that item
    can't have: such answers must not be stored, since their risk can't be judged.
    """
    if len(responses) != len(instrument.items):
        raise ValueError(f"{instrument.id} has {len(instrument.items)} items, got {len(responses)} answers")
    if instrument.risk is None:
        return RiskLevel.NONE
    value = responses[instrument.risk.item - 1]
    if value is None:
        return RiskLevel.UNANSWERED
    if not isinstance(value, int) or not is_answer(value, instrument.items[instrument.risk.item - 1].values):
        raise ValueError(f"{instrument.id} item {instrument.risk.item} can't be {value!r}")
    for step in instrument.risk.steps:
        if step.lowest <= value <= step.highest:
            return RiskLevel(step.level)
    return RiskLevel.NONE


def asks_follow_up(level: RiskLevel) -> bool:
    """Whether the follow-up questions are asked at once."""
    return level.raises_alert


def level_after_follow_up(level: RiskLevel, answers: Mapping[str, str]) -> RiskLevel:
    """The level with the follow-up answers (question key -> `no`, `yes`, `unsure`): never lower than before.

    Watch and a yes to plan or intent is high; so is such a yes where the risk item itself says less.
    """
    raising = [question.key for question in follow_up().questions if question.raises]
    return RiskLevel.HIGH if any(answers.get(key) == YES for key in raising) else level


def deterioration(
    instrument: Instrument, baseline: float | None, scores: Sequence[float | None], *, in_a_row: int = 2
) -> Deterioration:
    """Reliable deterioration over a series: `scores` after the baseline in order, None where unanswered.

    The last answers, `in_a_row` of them, are compared with the baseline, so that a missed week neither hides a
    deterioration nor counts as one. NONE without a baseline or where the instrument has no published reliable change.
    """
    if baseline is None:
        return Deterioration.NONE
    needed = max(in_a_row, 1)
    last = [value for value in scores if value is not None][-needed:]
    worse = [reliable_change(instrument, baseline, value) is ReliableChange.DETERIORATED for value in last]
    if worse == [True] * needed:
        return Deterioration.ALERT
    return Deterioration.WATCH if worse[-1:] == [True] else Deterioration.NONE
