"""Which of a program's questionnaires a unit can ask, and under which licence it has them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from measurements.instrument import Instrument


@dataclass(frozen=True)
class Asked:
    """One questionnaire of the plan at one unit; `notice` is its licence, empty when the unit lacks the wording."""

    short: str
    title: str
    is_asked: bool
    notice: str
    asks_of_suicide: bool


def asked_at(outline: Mapping[str, Any], instruments: Mapping[str, Instrument]) -> list[Asked]:
    """Each questionnaire of the version's plan once, in its order, as the unit has them."""
    language = outline["language"]
    slugs = dict.fromkeys(measure["instrument"] for measure in outline.get("measures", []))
    return [_asked(slug, instruments.get(slug), language) for slug in slugs]


def _asked(slug: str, known: Instrument | None, language: str) -> Asked:
    if known is None:
        return Asked(slug, "", is_asked=False, notice="", asks_of_suicide=False)
    has = language in known.languages
    title = known.title.get(language) or next(iter(known.title.values()), "")
    return Asked(
        known.short,
        title,
        is_asked=has,
        notice=known.notice if has else "",
        asks_of_suicide=has and known.risk is not None,
    )
