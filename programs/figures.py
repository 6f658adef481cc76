"""What a program's texts measure: words, reading level and minutes of each module and step. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from programs.reading_level import lix, running_text, word_count


@dataclass(frozen=True)
class Figures:
    """One module or step. `lix` is 0 where there is no running text."""

    key: str
    title: str
    minutes: int
    words: int
    lix: int


def figures_of_step(step: Mapping[str, Any]) -> Figures:
    """A step with its minutes added, as freezing does."""
    return _figures(step, step["minutes"])


def figures_of_module(module: Mapping[str, Any]) -> Figures:
    """A module, its steps together."""
    return _figures(module, sum(step["minutes"] for step in module["steps"]))


def _figures(part: Mapping[str, Any], minutes: int) -> Figures:
    text = running_text(part)
    return Figures(part["key"], part["title"], minutes, word_count(text), round(lix(text)))
