"""What the editors' pages say of instruments: in which languages, on what terms, with which numbers and whose."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from ikbt.accounts.models import CareUnit
from measurements.form import Question, questions
from measurements.instrument import Instrument, Item
from measurements.models import UnitNumbers, UnitWording
from measurements.scale import scale_for
from measurements.wording import standing_note, wording_note


@dataclass(frozen=True)
class Row:
    """One instrument in the list; `may_be_asked` says whether a program in the service's language can plan it."""

    slug: str
    short: str
    about: str
    languages: str
    licence: str
    may_be_asked: bool


def listed(instruments: Iterable[Instrument], language: str) -> list[Row]:
    """The list's rows, by name."""
    rows = [
        Row(
            slug=one.id,
            short=one.short,
            about=one.about.get(language, one.about["en"]),
            languages=languages_of(one),
            licence=licence_of(one),
            may_be_asked=settings.LANGUAGE_CODE in one.languages,
        )
        for one in instruments
    ]
    return sorted(rows, key=lambda row: row.short.lower())


def languages_of(one: Instrument) -> str:
    """Its languages in words, with a mark on what was not compared with the holder's form; "" for none."""
    named = dict(settings.LANGUAGES)
    said = []
    for language in one.languages:
        note = standing_note(one, language)
        name = str(named.get(language, language))
        said.append(f"{name} ({note})" if note else name)
    return ", ".join(said)


def licence_of(one: Instrument) -> str:
    """The terms in short."""
    names = {
        "OPEN": _("free to use"),
        "NC": _("free, not for commercial use"),
        "CC-BY-ND-4.0": _("CC BY-ND: wording may not be changed"),
        "ASK": _("needs the holder's permission"),
    }
    return names.get(one.bundle, one.bundle)


def detail(one: Instrument, unit: CareUnit, language: str) -> dict[str, Any]:
    """All of one instrument's page but the door's object."""
    return {
        "licence": licence_of(one),
        "wordings": [(name, one.languages[name].source, wording_note(one, name)) for name in one.languages],
        "lacks": "" if settings.LANGUAGE_CODE in one.languages else wording_note(one, settings.LANGUAGE_CODE),
        "scale": scale_for(one, language),
        "brought": UnitWording.objects.filter(unit=unit, slug=one.id).select_related("imported_by"),
        "signed": UnitNumbers.objects.filter(unit=unit, slug=one.id).select_related("set_by").reverse(),
        "questions": preview(one, language),
        "intro": one.intro.get(one.language_for(language) or "", ""),
    }


def preview(one: Instrument, language: str) -> list[Question]:
    """Every question as a patient meets it, those asked on a condition too; none without wording."""
    if not one.languages:
        return []
    answers = {item.link_id: highest(item) for item in one.items}
    return questions(one, language, answers)


def highest(item: Item) -> str:
    """The code of the answer with the highest value, by which nothing is passed by."""
    return max(item.options, key=lambda option: option.value or 0).code
