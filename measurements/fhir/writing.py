"""Writes an instrument as a FHIR R4 Questionnaire with all it holds: wording, codes, values, rules."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from measurements.definition import read_instrument
from measurements.fhir import names
from measurements.fhir.conditions import as_enable_when, condition_of
from measurements.fhir.names import Node, canonical, coding
from measurements.instrument import Instrument, Item, Option, Text

# What the Questionnaire itself says; the rest of a definition goes along as a contained library.
WORDED = frozenset({"title", "about", "intro", "option_sets", "items", "unscored"})
INTRO = "intro"


def questionnaire(data: Node) -> dict[str, Any]:
    """The Questionnaire of a definition (`ikbt-instrument/1`); raises DefinitionError.

    Wording that isn't there is left out, so a scoring key gives a questionnaire without texts.
    """
    instrument = read_instrument(data)
    base = instrument.language_for("en") or "en"
    return {
        "resourceType": "Questionnaire",
        "id": instrument.id,
        "meta": {"profile": [names.PROFILE]},
        **({"language": base} if instrument.languages else {}),
        "contained": [_library(data)],
        "extension": [{"url": names.LIBRARY, "valueCanonical": f"#{names.RULES_ID}"}],
        "url": canonical(instrument.id),
        "version": instrument.version,
        "name": re.sub(r"[^A-Z0-9]", "", instrument.short.upper()),
        **_worded("title", instrument.title, base),
        "status": "active",
        "subjectType": ["Patient"],
        **_worded("description", instrument.about, base),
        "copyright": instrument.notice,
        **_codes(instrument, "panel"),
        "item": [*_intro(instrument, base), *_questions(instrument, base), *_total(instrument)],
    }


def _library(data: Node) -> dict[str, Any]:
    """The rules as they stand in the definition: FHIR has no words for bands, skips or risk levels."""
    rules = {key: value for key, value in data.items() if key not in WORDED}
    rules["scored"] = [item["id"] for item in data["items"]]
    rules["shown_when_any_from"] = {
        item["id"]: item["shown_when_any_from"] for item in data["unscored"] if "shown_when_any_from" in item
    }
    text = json.dumps(rules, ensure_ascii=False, sort_keys=True)
    content = {"contentType": "application/json", "data": base64.b64encode(text.encode()).decode()}
    return {
        "resourceType": "Library",
        "id": names.RULES_ID,
        "status": "active",
        "type": names.concept(names.LIBRARY_TYPE, "logic-library"),
        "content": [content],
    }


def _worded(key: str, text: Text, base: str) -> dict[str, Any]:
    """An element with its text in the base language, and the others as translations beside it."""
    others = [
        {
            "url": names.TRANSLATION,
            "extension": [
                {"url": "lang", "valueCode": language},
                {"url": "content", "valueString": wording},
            ],
        }
        for language, wording in text.items()
        if language != base
    ]
    found: dict[str, Any] = {key: text[base]} if base in text else {}
    return {**found, f"_{key}": {"extension": others}} if others else found


def _codes(instrument: Instrument, kind: str) -> dict[str, Any]:
    code = instrument.codes.get(kind)
    return {"code": [coding(code.system, code.code)]} if code else {}


def _intro(instrument: Instrument, base: str) -> list[dict[str, Any]]:
    if not instrument.intro:
        return []
    return [{"linkId": INTRO, **_worded("text", instrument.intro, base), "type": "display"}]


def _questions(instrument: Instrument, base: str) -> list[dict[str, Any]]:
    scored = {item.link_id for item in instrument.items}
    turned = {instrument.items[number - 1].link_id for number in instrument.scoring.reverse}
    return [
        _question(
            instrument, turned_round(item) if item.link_id in turned else item, base, item.link_id in scored
        )
        for item in (*instrument.items, *instrument.unscored)
    ]


def turned_round(item: Item) -> Item:
    """The item with the values that a reversed item adds to the total, and back: 0-4 become 4-0.

    FHIR's weights are summed as they stand, where our definitions hold what the paper form prints.
    """
    ends = min(item.values) + max(item.values)
    options = (replace(one, value=ends - one.value) for one in item.options if one.value is not None)
    return replace(item, options=tuple(options))


def _question(instrument: Instrument, item: Item, base: str, required: bool) -> dict[str, Any]:
    condition = condition_of(instrument, item)
    return {
        "linkId": item.link_id,
        **({"code": [coding(item.code.system, item.code.code)]} if item.code else {}),
        **_worded("text", item.text, base),
        "type": "choice",
        **(as_enable_when(condition, instrument) if condition else {}),
        "required": required,
        "answerOption": [_option(option, base) for option in item.options],
    }


def _option(option: Option, base: str) -> dict[str, Any]:
    value = {**coding(option.system, option.code), **_worded("display", option.text, base)}
    if option.value is None:
        return {"valueCoding": value}
    weights = [{"url": url, "valueDecimal": option.value} for url in (names.ORDINAL, names.WEIGHT)]
    return {"extension": weights, "valueCoding": value}


def _total(instrument: Instrument) -> list[dict[str, Any]]:
    """A calculated total for systems that know SDC; empty while an item is unanswered, never too low.

    Left out where questions may be passed by: there an expression can't tell passed by from unanswered.
    """
    if instrument.scoring.skips:
        return []
    everything = _answers(instrument.items)
    expression = f"iif({everything}.count() = {len(instrument.items)}, {_sum(instrument)}, {{}})"
    code = instrument.codes.get("total")
    return [
        {
            "linkId": code.code if code else f"{instrument.id}-total",
            "extension": [
                {
                    "url": names.CALCULATED,
                    "valueExpression": {"language": "text/fhirpath", "expression": expression},
                },
                {"url": names.UNIT, "valueCoding": coding(names.UCUM, "{score}")},
            ],
            **_codes(instrument, "total"),
            "text": f"{instrument.short}, total",
            "type": "decimal",
            "required": False,
            "readOnly": True,
        }
    ]


def _sum(instrument: Instrument) -> str:
    """A FHIRPath sum, of products two by two where the method says so."""
    items = instrument.items
    if instrument.scoring.method == "products":
        pairs = zip(items[::2], items[1::2], strict=True)
        return " + ".join(f"{_weight([one])} * {_weight([other])}" for one, other in pairs)
    return _weight(items)


def _answers(items: Sequence[Item]) -> str:
    named = " or ".join(f"linkId='{item.link_id}'" for item in items)
    return f"%resource.item.where({named}).answer"


def _weight(items: Sequence[Item]) -> str:
    return f"{_answers(items)}.value.weight().sum()"


def as_text(resource: Mapping[str, Any]) -> str:
    """A resource as it goes into a file."""
    return json.dumps(resource, ensure_ascii=False, indent=1) + "\n"
