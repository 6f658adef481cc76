"""What a simulated patient hands in for one step: the fields that it asks for, valid by the exercise's
definition."""

from __future__ import annotations

from typing import Any

from ikbt.common.clock import STOCKHOLM
from ikbt.demo.nights import NIGHT_MAKERS
from ikbt.demo.worksheets import MAKERS, Page, Values
from programs.exercises.definitions import load_all

FORMATS = {"date": "%Y-%m-%d", "datetime": "%Y-%m-%dT%H:%M"}


def written(exercise: str, page: Page, *, only: list[str] | None = None) -> Values:
    """The values of one entry; `only` names the fields that the step asks, None asks all."""
    makers = NIGHT_MAKERS if page.deck.program == "insomnia" else MAKERS
    maker = makers.get(exercise)
    values = maker(page) if maker else _example(exercise, page)
    return {name: value for name, value in values.items() if only is None or name in only}


def _example(exercise: str, page: Page) -> Values:
    """The definition's own example, moved to the day: for exercises of programs that have no pile of texts
    here."""
    definition = load_all()[exercise]
    example: Any = definition.document.get("example") or {}
    values: Values = dict(example)
    local = page.at.astimezone(STOCKHOLM)
    for field in definition.fields:
        if field.type in FORMATS and field.name in values:
            values[field.name] = local.strftime(FORMATS[field.type])
    return values
