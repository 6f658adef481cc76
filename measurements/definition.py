"""Reads an instrument from its data (format `ikbt-instrument/1`) and refuses what can't be trusted.

    {"format": "ikbt-instrument/1", "id": "phq-9", "version": "1.0.0", "rule_version": "1",
     "short": "PHQ-9", "title": {language: text}, "about": {language: text}, "higher_is_worse": true,
     "licence": {"bundle": "OPEN|NC|CC-BY-ND-4.0|ASK", "notice": text},
     "languages": {language: {"source": text, "verified": bool}},  # whole wordings
     "codes": {"panel": code, "total": code},  # code = {"system", "code"}
     "intro": {language: text},
     "option_sets": {name: [{"code", "system", "value": int unless unscored, "text": {language: text}}]},
     "items": [{"id", "code"?, "text": {language: text}, "options": name of an option set}],
     "unscored": [as items, with "shown_when_any_from": int],         # PHQ-9's question on everyday function
     "scoring": {"method": "sum|products", "total": [lowest, highest], "reverse": [item numbers from 1],
                 "missing": {"at_most": int, "basis": "published|convention", "citation"?},
                 "skips": [{"when": {"items": [..], "sum": int}, "items": [..]}],
                 "bands": [{"key", "from", "to", "name": {language: text}}],
                 "results": [{"key", "kind": "case|cut|bands|sum|sums|counts|reach|symptoms|scaled", ...}]},
     "cut_off": {"value", "side": "at_least|at_most|below", "citation"},  # optional from here
     "remission": as cut_off, "response": {"share", "citation"},
     "reliable_change": {"points", "derivation", "citation"}, "important_difference": {"points", "citation"},
     "risk": {"item": number, "prefix", "levels": [{"level": "watch|high", "from", "to"}], "source"}}

Products multiply items two by two (BBQ: satisfaction x importance). Instruments whose text needs permission
have no languages and empty texts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from measurements import results
from measurements.instrument import (
    Change,
    Code,
    CutOff,
    Instrument,
    Item,
    Missing,
    Option,
    Risk,
    RiskStep,
    Scoring,
    Skip,
    Wording,
)

FORMAT = "ikbt-instrument/1"
SIDES = ("at_least", "at_most", "below")

Data = Mapping[str, Any]


class DefinitionError(ValueError):
    """A definition can't be used; the message names the place."""


def read_instrument(data: Data) -> Instrument:
    """The instrument of a definition.

    Raises DefinitionError, naming the place, when a part is missing or parts contradict each other.
    """
    name = data.get("id", "?")
    if data.get("format") != FORMAT:
        raise DefinitionError(f"{name}: format is {data.get('format')!r}, expected {FORMAT!r}")
    try:
        instrument = _instrument(data)
        found = list(problems(instrument))
    except KeyError as missing:
        raise DefinitionError(f"{name}: {missing.args[0]!r} is missing") from missing
    except DefinitionError:
        raise
    except (TypeError, AttributeError, IndexError, ValueError, StopIteration) as broken:
        raise DefinitionError(f"{name}: {broken}") from broken
    if found:
        raise DefinitionError(f"{name}: {found[0]}")
    return instrument


def problems(instrument: Instrument) -> Iterator[str]:
    """What contradicts itself in an instrument, one sentence each; nothing when it can be used."""
    yield from _item_problems(instrument)
    yield from _number_problems(instrument)
    yield from _method_problems(instrument.scoring, instrument.items)
    yield from _band_problems(instrument.scoring)
    yield from _wording_problems(instrument)


def _item_problems(instrument: Instrument) -> Iterator[str]:
    everything = (*instrument.items, *instrument.unscored)
    if not instrument.items or _repeat(item.link_id for item in everything):
        yield "items are missing or an id stands twice"
    for item in everything:
        if _repeat(option.code for option in item.options):
            yield f"item {item.link_id}: an answer code stands twice"
    for item in instrument.items:
        if len(item.values) != len(item.options):
            yield f"item {item.link_id}: each option needs a value of its own"


def _number_problems(instrument: Instrument) -> Iterator[str]:
    named = [*instrument.scoring.reverse]
    for skip in instrument.scoring.skips:
        named += [*skip.when_items, *skip.items]
    if instrument.risk:
        named.append(instrument.risk.item)
    if not set(named) <= set(range(1, len(instrument.items) + 1)):
        yield "an item number is outside the items"


def _method_problems(scoring: Scoring, items: Sequence[Item]) -> Iterator[str]:
    if scoring.method == "products" and len(items) % 2:
        yield "products need an even number of items"
    alike = len({item.values for item in items}) == 1
    if scoring.missing.at_most and (scoring.method != "sum" or not alike):
        yield "a mean can stand for missing items only where all items are alike and summed"


def _wording_problems(instrument: Instrument) -> Iterator[str]:
    texts = _texts(instrument)
    if not all(isinstance(text, Mapping) and all(map(_is_text, text.values())) for text in texts):
        yield "a text is not given by language"
        return
    for language in instrument.languages:
        if not all(text.get(language) for text in texts):
            yield f"wording is not whole in {language!r}"


def _texts(instrument: Instrument) -> list[Any]:
    """Every text there is; an introduction may be missing."""
    everything = (*instrument.items, *instrument.unscored)
    texts = [text for text in (instrument.intro, instrument.title, instrument.about) if text != {}]
    texts += [item.text for item in everything]
    return texts + [option.text for item in everything for option in item.options]


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _repeat(words: Iterable[str]) -> bool:
    listed = list(words)
    return len(set(listed)) != len(listed)


def _band_problems(scoring: Scoring) -> Iterator[str]:
    bands = scoring.bands
    if bands and (bands[0].lower, bands[-1].upper) != (scoring.lowest, scoring.highest):
        yield "bands don't cover the total"
    if any(after.lower != before.upper + 1 for before, after in pairwise(bands)):
        yield "bands overlap or leave a gap"
    if any(band.lower > band.upper for band in bands):
        yield "a band ends before it begins"


def _instrument(data: Data) -> Instrument:
    sets = {name: tuple(map(_option, rows)) for name, rows in data["option_sets"].items()}
    return Instrument(
        id=data["id"],
        version=data["version"],
        rule_version=data["rule_version"],
        short=data["short"],
        title=data["title"],
        about=data["about"],
        higher_is_worse=data["higher_is_worse"],
        bundle=data["licence"]["bundle"],
        notice=data["licence"]["notice"],
        languages={key: Wording(row["source"], row["verified"]) for key, row in data["languages"].items()},
        codes={key: _code(row) for key, row in data["codes"].items()},
        intro=data["intro"],
        items=tuple(_item(row, sets) for row in data["items"]),
        unscored=tuple(_item(row, sets) for row in data["unscored"]),
        scoring=_scoring(data["scoring"], data),
        cut_off=_cut_off(data["cut_off"]) if "cut_off" in data else None,
        remission=_cut_off(data["remission"]) if "remission" in data else None,
        response_share=data.get("response", {"share": 0.5})["share"],
        reliable_change=_change(data.get("reliable_change")),
        important_difference=_change(data.get("important_difference")),
        risk=_risk(data["risk"]) if "risk" in data else None,
    )


def _option(row: Data) -> Option:
    return Option(code=row["code"], system=row["system"], value=row.get("value"), text=row["text"])


def _code(row: Data) -> Code:
    return Code(system=row["system"], code=row["code"])


def _item(row: Data, sets: Mapping[str, tuple[Option, ...]]) -> Item:
    return Item(
        link_id=row["id"],
        text=row["text"],
        options=sets[row["options"]],
        code=_code(row["code"]) if "code" in row else None,
        shown_when_any_from=row.get("shown_when_any_from"),
    )


def _scoring(row: Data, data: Data) -> Scoring:
    if row["method"] not in ("sum", "products"):
        raise DefinitionError(f"{data['id']}: unknown scoring method {row['method']!r}")
    missing = row["missing"]
    return Scoring(
        method=row["method"],
        lowest=row["total"][0],
        highest=row["total"][1],
        reverse=frozenset(row["reverse"]),
        missing=Missing(missing["at_most"], missing["basis"] == "convention", missing.get("citation", "")),
        skips=tuple(
            Skip(tuple(skip["when"]["items"]), skip["when"]["sum"], tuple(skip["items"]))
            for skip in row["skips"]
        ),
        bands=_bands(row["bands"]),
        results=tuple((result["key"], _result(result, data)) for result in row["results"]),
    )


def _bands(rows: Sequence[Data]) -> tuple[results.Band, ...]:
    return tuple(results.Band(row["key"], row["from"], row["to"], row["name"]) for row in rows)


def _cut_off(row: Data) -> CutOff:
    if row["side"] not in SIDES:
        raise DefinitionError(f"side is {row['side']!r}, expected one of {', '.join(SIDES)}")
    return CutOff(row["value"], row["side"], row["citation"])


def _change(row: Data | None) -> Change | None:
    return Change(row["points"], row["citation"], row.get("derivation", "")) if row else None


def _risk(row: Data) -> Risk:
    steps = tuple(RiskStep(level["level"], level["from"], level["to"]) for level in row["levels"])
    return Risk(item=row["item"], prefix=row["prefix"], steps=steps, source=row["source"])


def _groups(row: Data) -> dict[str, tuple[int, ...]]:
    return {name: tuple(numbers) for name, numbers in row["groups"].items()}


def _cut(row: Data) -> results.Cut:
    side = next(side for side in SIDES if side in row)
    return results.Cut(results.Limit(row[side], side), row.get("of", "total"))


RESULT_KINDS: Mapping[str, Callable[[Data], results.Result]] = {
    "cut": _cut,
    "bands": lambda row: results.Bands(_bands(row["bands"])),
    "sum": lambda row: results.Sum(tuple(row["items"])),
    "sums": lambda row: results.Sums(_groups(row)),
    "counts": lambda row: results.Counts(_groups(row), row["present_from"]),
    "reach": lambda row: results.Reach(row["of"], row["at_least"]),
    "symptoms": lambda row: results.Symptoms(
        tuple(row["present_from"]), tuple(row["core"]), (row["count"][0], row["count"][1])
    ),
    "scaled": lambda row: results.Scaled(row["factor"], row["offset"]),
}


def _result(row: Data, data: Data) -> results.Result:
    if row["kind"] == "case":  # the instrument's own cut-off, so that the number stands in one place
        return results.Cut(_cut_off(data["cut_off"]))
    if row["kind"] not in RESULT_KINDS:
        raise DefinitionError(f"{data['id']}: result {row['key']!r} has unknown kind {row['kind']!r}")
    return RESULT_KINDS[row["kind"]](row)
