"""The export as a page to read: decides titles, labels and how each value is said in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import ForeignKey, Model
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ikbt.accounts.models import Person
from ikbt.common import clock
from ikbt.privacy.inventory import Declared
from ikbt.privacy.owned_rows import exported_labels, rows_of
from ikbt.privacy.wording import FIELDS, MODELS
from ikbt.treatments.models import EntryVersion, WorksheetEntry
from ikbt.treatments.reading import modules_read, written_in
from measurements.models import AnswerSet, Occasion
from measurements.storing import definition_of
from programs.exercises.definitions import definition_from
from programs.exercises.showing import AnswerView, answer_view

Line = tuple[str, str]
_UNDERSTOOD = frozenset({"id", "patient", "person", "user", "treatment", "entry", "sheet", "relation"})


@dataclass(frozen=True)
class Section:
    """All rows of one kind; each row a list of (label, text)."""

    title: str
    rows: list[list[Line]]


def sections(person: Person, declared: Declared) -> list[Section]:
    """A section for each kind of data that there is any of, in the order of the file."""
    found = (
        Section(
            str(MODELS[label]),
            [_lines(one, _told(label, declared)) for one in rows_of(person, label, declared)],
        )
        for label in exported_labels(declared)
    )
    return [section for section in found if section.rows]


def _told(label: str, declared: Declared) -> list[str]:
    """The fields a reader wants: not the ids, and not that each row is about herself."""
    return [name for name in declared.exported(label) if name not in _UNDERSTOOD]


def _lines(instance: Model, names: list[str]) -> list[Line]:
    lines: list[Line] = []
    for name in names:
        value = getattr(instance, name)
        if value in (None, "", [], {}):
            continue
        label = str(FIELDS[name])
        lines += _in_words(instance, name, value) or [
            (label, said) for said in [_said(instance, name, value)] if said
        ]
    return lines


def _said(instance: Model, name: str, value: Any) -> str:
    """One value in words; empty for a row that the page tells elsewhere."""
    shown = getattr(instance, f"get_{name}_display", None)
    if callable(shown):
        return str(shown())
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return date_format(value.astimezone(clock.STOCKHOLM), "j F Y H.i")
    if isinstance(value, date):
        return date_format(value, "j F Y")
    if isinstance(value, Occasion):
        return f"{value.instrument.slug}, {value.get_kind_display()} {value.number}"
    if isinstance(instance._meta.get_field(name), ForeignKey) and str(value) == str(value.pk):
        return ""
    return _flat(value)


def _flat(value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {_flat(one)}" for key, one in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_flat(one) for one in value)
    return str(value)


def _in_words(instance: Model, name: str, value: Any) -> list[Line]:
    """Answers and exercise work as question and answer; empty for other fields."""
    if not isinstance(value, Mapping):
        return []
    if isinstance(instance, AnswerSet) and name == "answers":
        return list(_answers(instance.occasion, value))
    if isinstance(instance, Occasion) and name == "draft":
        return list(_answers(instance, value))
    if isinstance(instance, WorksheetEntry) and name == "values":
        return list(_work(instance, value))
    if isinstance(instance, EntryVersion) and name == "values":
        return list(_work(instance.entry, value))
    return []


def _answers(occasion: Occasion, answers: Mapping[str, Any]) -> Iterator[Line]:
    instrument, language = definition_of(occasion.instrument), get_language() or "sv"
    for link_id, code in answers.items():
        item = instrument.item(link_id)
        options = item.options if item else ()
        chosen = next((one.text for one in options if one.code == code), {})
        yield _in(item.text, language) if item else link_id, _in(chosen, language) or _flat(code)


def _work(entry: WorksheetEntry, values: Mapping[str, Any]) -> Iterator[Line]:
    frozen = written_in(entry, modules_read(entry.treatment, [entry.module_key]))
    document = (frozen.definitions if frozen else {}).get(entry.exercise)
    fields = {one.name: one for one in definition_from(document).fields} if document else {}
    for name, value in values.items():
        if name not in fields:
            yield name, _flat(value)
            continue
        answer = answer_view(fields[name], value, get_language() or "sv")
        yield answer.label, _answer_text(answer)


def _answer_text(answer: AnswerView) -> str:
    return "; ".join(", ".join(row) for row in answer.rows) if answer.rows else answer.text


def _in(text: Mapping[str, str], language: str) -> str:
    return text.get(language) or next(iter(text.values()), "")
