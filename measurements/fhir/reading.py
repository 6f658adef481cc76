"""Reads a FHIR Questionnaire, R4 or R5, leniently: what it holds beside an instrument's parts is named and left out.

Refused, with its link id, is what would change which questions are asked or what answers are worth: conditions that we
can't follow, questions of other kinds than one answer of several.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from measurements.definition import FORMAT
from measurements.fhir import names
from measurements.fhir.answer_lists import options_of
from measurements.fhir.conditions import Condition, read_condition
from measurements.fhir.elements import (
    extensions,
    has_extension,
    one,
    resources,
    rows,
    word,
    worded,
)
from measurements.fhir.names import Node
from measurements.incoming import Incoming, Refused
from measurements.instrument import Code, Item

# R4's words for one answer of several, and R5's.
CHOICES = frozenset({"choice", "open-choice", "coding"})
DEEPEST = 8


@dataclass
class _Found:
    """What is gathered on the way through the items."""

    intro: dict[str, str] = field(default_factory=dict)
    questions: list[tuple[Node, Item]] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def read_questionnaire(data: object) -> Incoming:
    """What a Questionnaire says; raises Refused with the place."""
    if not isinstance(data, dict) or data.get("resourceType") != "Questionnaire":
        raise Refused("resourceType", _("The file is not a FHIR Questionnaire."))
    _refuse_modified(data, "modifierExtension")
    rules = _rules(data)
    named = word(data, "language", "language").partition("-")[0]
    base = named or "en"
    found = _Found()
    for item, place in _walk(data, "item", 0):
        _take(item, place, data, base, found)
    if not found.questions:
        raise Refused("item", _("The file has no question with answers to choose from."))
    items = tuple(item for _node, item in found.questions)
    codes = {item.link_id: frozenset(option.code for option in item.options) for item in items}
    return Incoming(
        name=word(data, "id", "id") or word(data, "name", "name"),
        title=worded(data, "title", base, "title"),
        about=worded(data, "description", base, "description"),
        notice=word(data, "copyright", "copyright"),
        language=named,
        intro=found.intro,
        items=items,
        conditions=dict(_conditions(found, codes)),
        rules=rules,
        left_out=tuple(found.left_out),
    )


def _walk(node: Node, key: str, depth: int) -> Iterator[tuple[Node, str]]:
    """Every item in order with its place; a group's own text comes before what it holds."""
    if depth > DEEPEST:
        raise Refused(word(node, "linkId", key), _("Groups stand too deep in each other."))
    for number, item in enumerate(rows(node, key, key), start=1):
        place = word(item, "linkId", f"item {number}")
        if not place:
            raise Refused(f"item {number}", _("The item has no “linkId”."))
        _refuse_modified(item, place)
        yield item, place
        if word(item, "type", place) in CHOICES and "item" in item:
            raise Refused(place, _("Questions inside a question are not supported."))
        yield from _walk(item, "item", depth + 1)


def _take(item: Node, place: str, file: Node, base: str, found: _Found) -> None:
    kind, text = word(item, "type", place), worded(item, "text", base, place)
    if kind == "group":
        # Hidden or not, what it holds are questions of ours.
        _refuse_conditional(item, place)
    if _is_calculated(item, place):
        found.left_out.append(place)
    elif kind in {"display", "group"}:
        _refuse_conditional(item, place)
        if text and not found.questions and not found.intro:
            found.intro = text
        elif text:
            found.left_out.append(place)
    elif kind not in CHOICES:
        said = _("A question of the type “%(kind)s” is not supported: only one answer of several is.")
        raise Refused(place, said % {"kind": kind})
    elif item.get("repeats") is True:
        raise Refused(place, _("A question that takes several answers is not supported."))
    else:
        _refuse_twice(place, found)
        found.questions.append((item, _question(item, place, file, base, text)))


def _question(item: Node, place: str, file: Node, base: str, text: dict[str, str]) -> Item:
    codes = rows(item, "code", place)
    return Item(
        link_id=place,
        text=text,
        options=options_of(item, file, base, place),
        code=Code(word(codes[0], "system", place), word(codes[0], "code", place)) if codes else None,
    )


def _is_calculated(item: Node, place: str) -> bool:
    hidden = any(row.get("valueBoolean") is True for row in extensions(item, names.HIDDEN, place))
    return item.get("readOnly") is True or hidden or has_extension(item, names.CALCULATED, place)


def _refuse_modified(node: Node, place: str) -> None:
    """FHIR's own rule: whoever doesn't know a modifier may not use what it modifies."""
    if node.get("modifierExtension"):
        raise Refused(
            place, _("A “modifierExtension” changes what the file means in a way that is not supported.")
        )


def _refuse_twice(place: str, found: _Found) -> None:
    if any(question.link_id == place for _node, question in found.questions):
        raise Refused(place, _("The “linkId” stands twice."))


def _refuse_conditional(item: Node, place: str) -> None:
    if item.get("enableWhen") or has_extension(item, names.ENABLE_EXPRESSION, place):
        raise Refused(place, _("A condition (enableWhen) on a text or a group is not supported."))


def _conditions(found: _Found, codes: Mapping[str, frozenset[str]]) -> Iterator[tuple[str, Condition]]:
    for node, item in found.questions:
        expression = next(extensions(node, names.ENABLE_EXPRESSION, item.link_id), None)
        if expression is not None:
            written = one(expression, "valueExpression", item.link_id)
            text = word(written, "expression", item.link_id)
            yield item.link_id, Condition(every=False, asks=frozenset(), expression=text)
        elif node.get("enableWhen"):
            given = rows(node, "enableWhen", item.link_id)
            condition = read_condition(given, node.get("enableBehavior"), codes)
            if condition is None:
                said = _("The condition for when the question is shown (enableWhen) is not supported.")
                raise Refused(item.link_id, said)
            yield item.link_id, condition


def _rules(file: Node) -> dict[str, Any] | None:
    """The rules that we put into our own exports; None in files from elsewhere."""
    library = resources(file, "Library").get(names.RULES_ID)
    content = rows(library, "content", "contained") if library else []
    if not content:
        return None
    try:
        rules = json.loads(base64.b64decode(str(content[0].get("data", "")), validate=True))
    except (ValueError, binascii.Error, RecursionError) as broken:
        raise Refused("contained", _("The rules in the file can't be read.")) from broken
    return rules if isinstance(rules, dict) and rules.get("format") == FORMAT else None
