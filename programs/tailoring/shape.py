"""The shape of the tailoring rules in a program file; what is left out means the default."""

from __future__ import annotations

import re

from programs.shapes import Check, Misshapen, described, listed, number, of_keys, one_of, record, text

KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
FIELD_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
MOST_CONDITIONS = 10

_key = text(40, like=KEY)
_limit = number(0, 1000)
_KINDS: dict[str, Check] = {
    "equals": record({"step": _key, "field": text(60, like=FIELD_NAME), "equals": text(200)}),
    "field": record(
        {"step": _key, "field": text(60, like=FIELD_NAME)}, {"at_least": _limit, "at_most": _limit}
    ),
    "entries": record({"entries": _key}, {"at_least": _limit, "at_most": _limit}),
    "above": record({"instrument": text(60), "above": text(60)}),
    "instrument": record({"instrument": text(60)}, {"at_least": _limit, "at_most": _limit}),
}


_of_a_kind = of_keys(_KINDS)


@described(_of_a_kind.schema)
def condition(value: object, place: str) -> None:
    """One condition on a score, on two scores, on an answer, or on how many entries there are."""
    _of_a_kind(value, place)
    if isinstance(value, dict) and not value.keys() & {"equals", "above", "at_least", "at_most"}:
        raise Misshapen(place, "needs at_least, at_most or both")


@described({"const": False})
def _only_false(value: object, place: str) -> None:
    # True is the default: written out it would be lost on the way through a draft.
    if value is not False:
        raise Misshapen(place, "must be false, or be left out")


CONDITIONS: dict[str, Check] = {"when": listed(condition, least=1, most=MOST_CONDITIONS)}
MATCH: dict[str, Check] = {"match": one_of("any")}
_keys = listed(_key, least=1, most=40)

OFFER = record(
    {
        "key": _key,
        "does": one_of("early", "skip", "replace"),
        "who": one_of("therapist", "patient"),
        **CONDITIONS,
    },
    {**MATCH, "after": _keys, "instead": _key, "say": text(500)},
)
UNLOCK_MAY: dict[str, Check] = {
    "weekly": _only_false,
    "after": _keys,
    "hold": record(CONDITIONS, {**MATCH, "say": text(500)}),
    "offers": listed(OFFER, least=1, most=10),
}
STEP_MAY: dict[str, Check] = {
    "only_for": _keys,
    "show": record({**CONDITIONS, "otherwise": one_of("hidden", "optional")}, MATCH),
}


def choices_of(what: str) -> Check:
    """Choice groups whose options name `what`: "steps" of a module, or "modules" of a program."""
    option = record(
        {"key": _key, "title": text(120), what: _keys},
        {"about": text(1000), "suggest": record(CONDITIONS, MATCH)},
    )
    group = record(
        {
            "key": _key,
            "title": text(200),
            "least": number(1, 12),
            "most": number(1, 12),
            "options": listed(option, least=1, most=12),
        },
        {"about": text(1000)},
    )
    return listed(group, least=1, most=10)


SUBTYPES = listed(record({"key": _key, "title": text(120)}, {"about": text(500)}), least=1, most=20)
