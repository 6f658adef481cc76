"""Decides how a questionnaire is drawn and how a posted form is read: questions, answers, what is missing.

Stored answers are option codes, `{link id: code}`; values are found through the instrument when scoring. A
posted field carries the link id with a prefix, so that a page may hold other fields beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from measurements.instrument import Instrument, Item
from measurements.scoring import passed_by

FIELD_PREFIX = "q_"


@dataclass(frozen=True)
class Choice:
    """One answer to choose. `value` is None where the item isn't scored."""

    code: str
    value: int | None
    text: str
    checked: bool


@dataclass(frozen=True)
class Question:
    """One question as drawn. `number` counts from 1 over the questions that are shown."""

    link_id: str
    field: str
    number: int
    text: str
    options: tuple[Choice, ...]
    scored: bool

    @property
    def answered(self) -> bool:
        """Whether an answer is chosen."""
        return any(option.checked for option in self.options)


def questions(instrument: Instrument, language: str, answers: Mapping[str, str]) -> list[Question]:
    """The questions to draw now, in order: less those the answers skip, with the function item when due.

    `language` falls back to the one the wording exists in. Raises ValueError when the instrument has no
    wording.
    """
    spoken = instrument.language_for(language)
    if spoken is None:
        raise ValueError(f"{instrument.id} has no wording: import it under the unit's licence first")
    skipped = skipped_items(instrument, answers)
    shown = [item for item in instrument.items if item.link_id not in skipped]
    shown += [item for item in instrument.unscored if is_shown(instrument, item, answers)]
    scored = {item.link_id for item in instrument.items}
    return [
        _question(item, number, spoken, answers.get(item.link_id), item.link_id in scored)
        for number, item in enumerate(shown, start=1)
    ]


def read_answers(instrument: Instrument, data: Mapping[str, object]) -> dict[str, str]:
    """The answers in a posted form, in item order; empty, unknown and foreign values count as unanswered."""
    found = {}
    for item in (*instrument.items, *instrument.unscored):
        code = data.get(FIELD_PREFIX + item.link_id)
        if isinstance(code, str) and any(option.code == code for option in item.options):
            found[item.link_id] = code
    return found


def responses(instrument: Instrument, answers: Mapping[str, str]) -> list[int | None]:
    """The values of the scored items in order, None when unanswered: what `score` and `risk_level` take.

    Raises ValueError for a code the item doesn't have: it must not pass for unanswered.
    """
    return [_value(item, answers.get(item.link_id)) for item in instrument.items]


def missing(instrument: Instrument, answers: Mapping[str, str]) -> list[Item]:
    """The scored items that are asked and not answered, for the confirmation that names them."""
    skipped = skipped_items(instrument, answers)
    return [item for item in instrument.items if item.link_id not in answers and item.link_id not in skipped]


def skipped_items(instrument: Instrument, answers: Mapping[str, str]) -> frozenset[str]:
    """The link ids that need no answer after what was answered (AUDIT), unless answered already."""
    passed = passed_by(instrument.scoring.skips, responses(instrument, answers))
    numbered = enumerate(instrument.items, start=1)
    return frozenset(
        item.link_id for number, item in numbered if number in passed and item.link_id not in answers
    )


def is_shown(instrument: Instrument, item: Item, answers: Mapping[str, str]) -> bool:
    """Whether an unscored item is asked: PHQ-9's question on everyday function only after some trouble."""
    if item.shown_when_any_from is None:
        return True
    limit = item.shown_when_any_from
    return any(value is not None and value >= limit for value in responses(instrument, answers))


def _question(item: Item, number: int, language: str, chosen: str | None, scored: bool) -> Question:
    options = tuple(
        Choice(option.code, option.value, option.text[language], option.code == chosen)
        for option in item.options
    )
    return Question(item.link_id, FIELD_PREFIX + item.link_id, number, item.text[language], options, scored)


def _value(item: Item, code: str | None) -> int | None:
    if code is None:
        return None
    value = item.value_of(code)
    if value is None:
        raise ValueError(f"{item.link_id} has no answer {code!r}")
    return value
