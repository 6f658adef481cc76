"""Reads the answers of a FHIR item: on the item itself, or in a contained value set with its code system's weights."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from measurements.fhir import names
from measurements.fhir.elements import (
    one,
    property_weight,
    resources,
    rows,
    weight,
    whole,
    word,
    worded,
)
from measurements.fhir.names import Node
from measurements.incoming import Refused
from measurements.instrument import Option


def options_of(item: Node, file: Node, base: str, place: str) -> tuple[Option, ...]:
    """The item's answers in order; raises Refused when it has none or names a list that isn't in the file."""
    if item.get("answerValueSet"):
        found = list(_from_value_set(word(item, "answerValueSet", place), file, base, place))
    else:
        found = [_option(row, base, place) for row in rows(item, "answerOption", place)]
    if not found:
        raise Refused(place, _("The question has no answers to choose from."))
    return tuple(found)


def _option(row: Node, base: str, place: str) -> Option:
    if "valueInteger" in row:
        value = whole(row["valueInteger"], place)
        return Option(str(value), names.OWN, value, {base: str(value)})
    if "valueString" in row:
        text = word(row, "valueString", place)
        return Option(text, names.OWN, weight(row, place), {base: text})
    if "valueCoding" not in row:
        raise Refused(place, _("An answer is neither a code, a whole number nor a text."))
    coded = one(row, "valueCoding", place)
    found = weight(row, place)
    return Option(
        code=word(coded, "code", place),
        system=word(coded, "system", place),
        value=weight(coded, place) if found is None else found,
        text=worded(coded, "display", base, place),
    )


def _from_value_set(address: str, file: Node, base: str, place: str) -> Iterator[Option]:
    value_set = resources(file, "ValueSet").get(address.removeprefix("#"))
    if value_set is None:
        said = _("The list of answers “%(address)s” is not in the file.") % {"address": address}
        raise Refused(place, said)
    expanded = rows(one(value_set, "expansion", place), "contains", place)
    included = rows(one(value_set, "compose", place), "include", place)
    weights = _weights(file)
    for concept in expanded:
        yield _concept(concept, word(concept, "system", place), weights, base, place)
    for include in () if expanded else included:
        for concept in rows(include, "concept", place):
            yield _concept(concept, word(include, "system", place), weights, base, place)


def _concept(concept: Node, system: str, weights: dict[str, int], base: str, place: str) -> Option:
    code, own = word(concept, "code", place), property_weight(concept, place)
    text = worded(concept, "display", base, place)
    for row in rows(concept, "designation", place):
        language = word(row, "language", place).partition("-")[0]
        if language:
            text[language] = word(row, "value", place)
    return Option(code, system, weights.get(code) if own is None else own, text)


def _weights(file: Node) -> dict[str, int]:
    """Code -> value, as the contained code systems have it."""
    found: dict[str, Any] = {}
    for system in resources(file, "CodeSystem").values():
        for concept in rows(system, "concept", "contained"):
            value = property_weight(concept, "contained")
            if value is not None:
                found[word(concept, "code", "contained")] = value
    return found
