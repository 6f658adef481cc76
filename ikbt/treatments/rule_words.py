"""Says a rule that fired, with the numbers it saw, in words for staff; kept with what was decided."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from measurements.registry import shipped
from programs.tailoring.conditions import Finding, Known, findings

Document = Mapping[str, Any]


def fired_in_words(rule: Document, known: Known, outline: Document) -> list[str]:
    """One sentence for each condition that holds."""
    titles = {step["key"]: step["title"] for module in outline["modules"] for step in module["steps"]}
    return [_in_words(one, titles) for one in findings(rule, known) if one.holds]


def _in_words(found: Finding, titles: Mapping[str, str]) -> str:
    condition = found.condition
    if "above" in condition:
        names = {"one": _short(condition["instrument"]), "other": _short(condition["above"])}
        return _("%(one)s %(seen)s is higher than %(other)s %(than)s") % {
            **names,
            "seen": found.seen,
            "than": found.other,
        }
    if "entries" in condition:
        said = ngettext("%(step)s: %(n)d entry", "%(step)s: %(n)d entries", int(found.seen or 0))
        named = {"step": titles.get(condition["entries"], condition["entries"]), "n": found.seen or 0}
        return f"{said % named}{_limits(condition)}"
    if "instrument" in condition:
        return f"{_short(condition['instrument'])} {found.seen}{_limits(condition)}"
    title = titles.get(condition["step"], condition["step"])
    return f"{title}: {found.seen}{_limits(condition)}"


def _short(slug: str) -> str:
    known = shipped().get(slug)
    return known.short if known else slug


def _limits(condition: Document) -> str:
    """(limit: at least 15), or nothing."""
    least, most = condition.get("at_least"), condition.get("at_most")
    if least is not None and most is not None:
        return " " + _("(limit: %(least)d to %(most)d)") % {"least": least, "most": most}
    if least is not None:
        return " " + _("(limit: %(least)d or more)") % {"least": least}
    return "" if most is None else " " + _("(limit: %(most)d or less)") % {"most": most}
