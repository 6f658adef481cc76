"""When a question is asked: an instrument's rule as FHIR's enableWhen, and a file's conditions as such a rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from measurements.fhir.names import ENABLE_EXPRESSION, coding
from measurements.instrument import Instrument, Item, Skip


@dataclass(frozen=True)
class Condition:
    """A question is asked when any (or every) one of `asks` holds: (link id, the answer codes that let it be asked).

    `expression` stands instead of `asks` where a rule adds answers together.
    """

    every: bool
    asks: frozenset[tuple[str, frozenset[str]]]
    expression: str = ""


def condition_of(instrument: Instrument, item: Item) -> Condition | None:
    """The instrument's own condition for an item; None when it is always asked."""
    if item.shown_when_any_from is not None:
        limit = item.shown_when_any_from
        return _simple(
            False,
            {one.link_id: _codes(one, lambda value: value >= limit) for one in instrument.items},
        )
    if item not in instrument.items:
        return None
    number = instrument.items.index(item) + 1
    skips = [skip for skip in instrument.scoring.skips if number in skip.items]
    if not skips:
        return None
    if len(skips) == 1 and len(skips[0].when_items) == 1:
        asked, skipped_at = instrument.items[skips[0].when_items[0] - 1], skips[0].when_sum
        return _simple(True, {asked.link_id: _codes(asked, lambda value: value != skipped_at)})
    terms = [_term(instrument, skip) for skip in skips]
    return Condition(every=False, asks=frozenset(), expression=" and ".join(terms))


def as_enable_when(condition: Condition, instrument: Instrument) -> dict[str, Any]:
    """The parts of a questionnaire's item that carry the condition."""
    if condition.expression:
        expression = {"language": "text/fhirpath", "expression": condition.expression}
        return {"extension": [{"url": ENABLE_EXPRESSION, "valueExpression": expression}]}
    rows = []
    allowed = dict(condition.asks)
    for item in instrument.items:
        for option in item.options if item.link_id in allowed else ():
            # Every: all codes but those that pass it by. Any: each code that calls for it.
            if (option.code in allowed[item.link_id]) != condition.every:
                operator = "!=" if condition.every else "="
                answer = coding(option.system, option.code)
                rows.append({"question": item.link_id, "operator": operator, "answerCoding": answer})
    behaviour = {"enableBehavior": "all" if condition.every else "any"} if len(rows) > 1 else {}
    return {"enableWhen": rows, **behaviour}


def read_condition(
    rows: Sequence[Mapping[str, Any]], behaviour: object, options: Mapping[str, frozenset[str]]
) -> Condition | None:
    """What enableWhen rows say; None for what we can't follow. `options`: each question's answer codes."""
    every = behaviour == "all"
    if len(rows) > 1 and behaviour not in ("all", "any"):
        return None
    found: dict[str, frozenset[str]] = {}
    for row in rows:
        asked = _asked(row, options)
        if asked is None:
            return None
        question, holds = asked
        before = found.get(question, holds)
        found[question] = before & holds if every else before | holds
    return _simple(every, found)


def _asked(
    row: Mapping[str, Any], options: Mapping[str, frozenset[str]]
) -> tuple[str, frozenset[str]] | None:
    """One row's question with the codes that it lets by; None when it isn't one of the file's with one of its codes."""
    question, answer = row.get("question"), row.get("answerCoding")
    code = answer.get("code") if isinstance(answer, Mapping) else None
    if not isinstance(question, str) or not isinstance(code, str):
        return None
    known = options.get(question, frozenset())
    lets_by = {"=": frozenset({code}), "!=": known - {code}}
    operator = str(row.get("operator"))
    return (question, lets_by[operator]) if code in known and operator in lets_by else None


def translated(
    condition: Condition, links: Mapping[str, str], codes: Mapping[str, Mapping[str, str]]
) -> Condition:
    """A file's condition in our link ids and codes (by its link id); what the maps lack stays as it is."""
    asks = frozenset(
        (links.get(link, link), frozenset(codes.get(link, {}).get(code, code) for code in allowed))
        for link, allowed in condition.asks
    )
    expression = condition.expression
    for theirs, ours in links.items():
        expression = expression.replace(f"'{theirs}'", f"'{ours}'")
    return Condition(condition.every, asks, expression)


def _simple(every: bool, allowed: Mapping[str, frozenset[str]]) -> Condition:
    # With one question "any" and "every" are the same.
    return Condition(every=every and len(allowed) > 1, asks=frozenset(allowed.items()))


def _codes(item: Item, holds: Any) -> frozenset[str]:
    return frozenset(
        option.code for option in item.options if option.value is not None and holds(option.value)
    )


def _term(instrument: Instrument, skip: Skip) -> str:
    named = " or ".join(f"linkId='{instrument.items[number - 1].link_id}'" for number in skip.when_items)
    comparison = "> 0" if skip.when_sum == 0 else f"!= {skip.when_sum}"
    return f"%resource.item.where({named}).answer.value.weight().sum() {comparison}"
