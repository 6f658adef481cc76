"""Decides how an exercise's own words, which come with the data in two languages, reach a screen or a
sentence."""

from __future__ import annotations

from django.utils.functional import Promise, lazy
from django.utils.translation import get_language, gettext

from programs.exercises.definitions import FieldDefinition, Labels

Words = str | Promise


def label_in(labels: Labels, language: str | None) -> str:
    """The text in a language ("sv", "sv-se"); English where it has none."""
    return labels.get((language or "")[:2]) or labels["en"]


def label_now(labels: Labels) -> str:
    return label_in(labels, get_language())


lazy_label = lazy(label_now, str)


def name_of(field: FieldDefinition) -> Words:
    return lazy_label(field.label)


def words_in_row(inside: FieldDefinition, row: int, field: FieldDefinition) -> str:
    return gettext("%(list)s, row %(row)d, %(label)s") % {
        "list": label_now(inside.label),
        "row": row,
        "label": label_now(field.label),
    }


# What a sentence calls a field of a list; rows are counted from 1.
name_in_row = lazy(words_in_row, str)
