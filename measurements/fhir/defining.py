"""Makes a definition of a Questionnaire that carries our rules: export and back is the same instrument."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from measurements.definition import DefinitionError, read_instrument
from measurements.fhir.conditions import condition_of
from measurements.fhir.reading import read_questionnaire
from measurements.fhir.writing import turned_round
from measurements.incoming import Incoming, Refused
from measurements.instrument import Code, Item, Option


def definition(data: object) -> dict[str, Any]:
    """The definition (`ikbt-instrument/1`) of a Questionnaire; raises Refused with the place.

    Files from elsewhere lack the rules, so they can bring wording to an instrument we know and nothing more.
    """
    incoming = read_questionnaire(data)
    if incoming.rules is None:
        raise Refused("contained", _("The file carries no rules for scoring."))
    try:
        found = _put_together(incoming, dict(incoming.rules))
        instrument = read_instrument(found)
    except (DefinitionError, TypeError, KeyError, ValueError) as broken:
        raise Refused("", str(broken)) from broken
    for item in (*instrument.items, *instrument.unscored):
        if incoming.conditions.get(item.link_id) != condition_of(instrument, item):
            raise Refused(
                item.link_id, _("The condition for when the question is shown is not the rules' own.")
            )
    return found


def _put_together(incoming: Incoming, rules: dict[str, Any]) -> dict[str, Any]:
    scored, shown = set(rules.pop("scored", [])), rules.pop("shown_when_any_from", {})
    items = [_as_printed(item, number, rules) for number, item in enumerate(incoming.items, start=1)]
    lists = _lists(items)
    names = [f"answers-{number}" for number in range(1, len(lists) + 1)]
    rows = [(item.link_id, _item(item, names[lists.index(item.options)], shown)) for item in items]
    return {
        **rules,
        "title": dict(incoming.title),
        "about": dict(incoming.about),
        "intro": dict(incoming.intro),
        "option_sets": {
            name: list(map(_option, options)) for name, options in zip(names, lists, strict=True)
        },
        "items": [row for link_id, row in rows if link_id in scored],
        "unscored": [row for link_id, row in rows if link_id not in scored],
    }


def _lists(items: Iterable[Item]) -> list[tuple[Option, ...]]:
    """The lists of answers, each once."""
    found: list[tuple[Option, ...]] = []
    for item in items:
        if item.options not in found:
            found.append(item.options)
    return found


def _as_printed(item: Item, number: int, rules: Mapping[str, Any]) -> Item:
    return turned_round(item) if number in rules["scoring"]["reverse"] else item


def _item(item: Item, options: str, shown: Mapping[str, int]) -> dict[str, Any]:
    return {
        "id": item.link_id,
        **({"code": _code(item.code)} if item.code else {}),
        "text": dict(item.text),
        "options": options,
        **({"shown_when_any_from": shown[item.link_id]} if item.link_id in shown else {}),
    }


def _code(code: Code) -> dict[str, str]:
    return {"system": code.system, "code": code.code}


def _option(option: Option) -> dict[str, Any]:
    return {
        "code": option.code,
        "system": option.system,
        **({} if option.value is None else {"value": option.value}),
        "text": dict(option.text),
    }
