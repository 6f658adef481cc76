"""Made-up answers for previews: an author sees how a filled exercise looks; they are drawn and kept nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from programs.exercises.definitions import ExerciseDefinition, FieldDefinition

SAMPLES = {
    "sv": "Ett exempel på vad någon kan skriva här.",
    "en": "An example of what somebody may write here.",
}


def example_answers(
    definition: ExerciseDefinition, *, language: str, today: date, only: Sequence[str] | None = None
) -> dict[str, object]:
    """An answer to each field that can be made up; a list gets one row."""
    return _answers(definition.asked(only), language, today)


def _answers(fields: Sequence[FieldDefinition], language: str, today: date) -> dict[str, object]:
    made = ((field.name, _answer(field, language, today)) for field in fields)
    return {name: value for name, value in made if value is not None}


def _answer(field: FieldDefinition, language: str, today: date) -> object:
    if field.type == "list":
        return [_answers(field.fields, language, today)]
    if field.type in {"text", "longtext"}:
        sample = SAMPLES.get(language[:2], SAMPLES["en"])
        return sample if field.type == "longtext" else sample[:30].strip()
    if field.holds_number:
        return _middle(field)
    if field.type in {"choice", "multichoice"} and field.options:
        first = field.options[0].value
        return [first] if field.type == "multichoice" else first
    return _moment(field, today)


def _middle(field: FieldDefinition) -> int:
    least = int(field.min or 0)
    return (least + int(field.max if field.max is not None else least + 4)) // 2


def _moment(field: FieldDefinition, today: date) -> object:
    moments = {
        "date": today.isoformat(),
        "time": "22:30",
        "datetime": datetime(today.year, today.month, today.day, 10, 0).isoformat(timespec="minutes"),  # noqa: DTZ001
        "bool": True,
    }
    return moments.get(field.type)
