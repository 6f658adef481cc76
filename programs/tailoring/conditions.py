"""Decides whether conditions on scores and answers hold, and with which numbers. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Document = Mapping[str, Any]


@dataclass(frozen=True)
class Known:
    """What a patient has answered: newest total by instrument, newest handed-in answers and entries by step."""

    scores: Mapping[str, int] = field(default_factory=dict)
    answers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    entries: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Finding:
    """A condition that was looked at: whether it holds, and what it saw (None: nothing is answered yet)."""

    condition: Document
    holds: bool
    seen: int | float | str | None = None
    other: int | None = None


def fires(rule: Document | None, known: Known) -> bool:
    """A rule's conditions hold: all of them, or with match "any" one. No rule never fires."""
    return rule is not None and _together(rule, (each.holds for each in findings(rule, known)))


def findings(rule: Document, known: Known) -> list[Finding]:
    """Each condition of a rule with what it saw."""
    return [look(condition, known) for condition in rule["when"]]


def look(condition: Document, known: Known) -> Finding:
    """One condition. What nobody has answered yet holds for nobody; entries are then none."""
    if "above" in condition:
        return _compared(condition, known)
    if "entries" in condition:
        count = known.entries.get(condition["entries"], 0)
        return Finding(condition, _within(count, condition), count)
    if "instrument" in condition:
        score = known.scores.get(condition["instrument"])
        return Finding(condition, _within(score, condition), score)
    return _answered(condition, known)


def steps_in(rule: Document) -> list[str]:
    """Keys of the steps that a rule's conditions look at."""
    return [key for each in rule["when"] if (key := each.get("step") or each.get("entries"))]


def instruments_in(rule: Document) -> list[str]:
    """The instruments that a rule's conditions look at."""
    return [each[name] for each in rule["when"] for name in ("instrument", "above") if name in each]


def _together(rule: Document, held: Iterator[bool]) -> bool:
    # all() of nothing is true: a rule without conditions must not fire for everybody.
    return any(held) if rule.get("match") == "any" else bool(rule["when"]) and all(held)


def _compared(condition: Document, known: Known) -> Finding:
    one, other = known.scores.get(condition["instrument"]), known.scores.get(condition["above"])
    return Finding(condition, one is not None and other is not None and one > other, one, other)


def _answered(condition: Document, known: Known) -> Finding:
    value = known.answers.get(condition["step"], {}).get(condition["field"])
    if "equals" in condition:
        return Finding(condition, condition["equals"] in _words(value), ", ".join(_words(value)) or None)
    number = value if isinstance(value, int | float) and not isinstance(value, bool) else None
    return Finding(condition, _within(number, condition), number)


def _words(value: object) -> list[str]:
    """An answer as words: one, several, or yes and no as true and false."""
    if isinstance(value, bool):
        return ["true" if value else "false"]
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [str(part) for part in value if isinstance(part, str | int | float)]
    return [] if value is None or value == "" or isinstance(value, Mapping) else [str(value)]


def _within(number: int | float | None, condition: Document) -> bool:
    if number is None:
        return False
    least, most = condition.get("at_least", number), condition.get("at_most", number)
    return bool(least <= number <= most)
