"""Decides the sentences about an answer that can't be saved or handed in; each starts with the field's own
label."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from programs.exercises.words import Words


@dataclass(frozen=True)
class Problem:
    """What is wrong where. `path` is the form's name (`field` or `field-0-sub`); one that doesn't block is
    a question."""

    path: str
    code: str
    sentence: Words
    blocks: bool = True


SENTENCES: Mapping[str, Words] = {
    "required": _("%(label)s: fill this in."),
    "choose": _("%(label)s: choose an answer."),
    "number": _("%(label)s: write a whole number."),
    "range": _("%(label)s: the number has to be from %(min)d to %(max)d."),
    "step": _("%(label)s: go by %(step)d at a time, for example %(below)d or %(above)d."),
    "option": _("%(label)s: choose among the answers shown."),
    "date": _("%(label)s: write the date as year-month-day, for example 2026-03-02."),
    "time": _("%(label)s: write the time as hours and minutes, for example 07:30."),
    "datetime": _("%(label)s: write both date and time, for example 2026-03-02 07:30."),
    "unreadable": _("%(label)s: the answer could not be read. Please fill it in again."),
    "replaced": _(
        "%(label)s: some characters could not be kept and are shown as \ufffd. Please check the text."
    ),
}

TOO_LONG = ngettext_lazy(
    "%(label)s: the text is %(by)d character too long. It can have at most %(max)d.",
    "%(label)s: the text is %(by)d characters too long. It can have at most %(max)d.",
    "by",
)
OVER_CAP = ngettext_lazy(
    "%(label)s: the text is %(by)d character longer than can be saved. Shorten it to at most %(max)d.",
    "%(label)s: the text is %(by)d characters longer than can be saved. Shorten it to at most %(max)d.",
    "by",
)
TOO_FEW = ngettext_lazy(
    "%(label)s: fill in at least %(min)d row. There are %(count)d now.",
    "%(label)s: fill in at least %(min)d rows. There are %(count)d now.",
    "min",
)
TOO_MANY = ngettext_lazy(
    "%(label)s: there can be at most %(max)d row. Remove %(by)d.",
    "%(label)s: there can be at most %(max)d rows. Remove %(by)d.",
    "max",
)
COUNTED: Mapping[str, Words] = {
    "too_long": TOO_LONG,
    "over_cap": OVER_CAP,
    "too_few": TOO_FEW,
    "too_many": TOO_MANY,
}


def in_words(code: str, label: Words, numbers: Mapping[str, int]) -> str:
    words = SENTENCES[code] if code in SENTENCES else COUNTED[code]
    return str(words % {"label": label, **numbers})


# A lazy text filled in with `%` is put in words at once; a problem has to wait for its reader's language.
lazy_sentence = lazy(in_words, str)


def problem(path: str, code: str, label: Words, *, blocks: bool = True, **numbers: int) -> Problem:
    """The problem with its sentence, which is put in words only when it is shown."""
    return Problem(path, code, lazy_sentence(code, label, numbers), blocks)
