"""What the editors' pages say of instruments: in which languages, on what terms, with which numbers and whose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from ikbt.accounts.models import CareUnit
from measurements.form import Question, questions
from measurements.instrument import CutOff, Instrument, Item
from measurements.models import UnitNumbers, UnitWording
from measurements.scale import scale_for
from measurements.wording import standing_note, wording_note

HALF = 0.5  # what counts as response where nothing else is published


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
    said = []
    for language in one.languages:
        note, name = standing_note(one, language), language_name(language)
        said.append(f"{name} ({note})" if note else name)
    return ", ".join(said)


def language_name(language: str) -> str:
    """A language in words; its code where we know no name."""
    return str(dict(settings.LANGUAGES).get(language, language))


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
        "wordings": [
            (language_name(name), one.languages[name].source, wording_note(one, name))
            for name in one.languages
        ],
        "lacks": "" if settings.LANGUAGE_CODE in one.languages else wording_note(one, settings.LANGUAGE_CODE),
        "scale": scale_for(one, language),
        "rules": list(rules_of(one)),
        "brought": UnitWording.objects.filter(unit=unit, slug=one.id).select_related("imported_by"),
        "signed": UnitNumbers.objects.filter(unit=unit, slug=one.id).select_related("set_by").reverse(),
        "questions": preview(one, language),
        "intro": one.intro.get(one.language_for(language) or "", ""),
    }


def rules_of(one: Instrument) -> Iterator[tuple[str, str, str]]:
    """What else decides what a score means: its name, the rule in words, and its source or ""."""
    if one.remission is not None:
        yield _("Remission"), limit_in_words(one.remission), one.remission.citation
    if one.response_share != HALF:
        said = _("better by %(share)d per cent") % {"share": round(100 * one.response_share)}
        yield _("Response"), said, ""
    if one.important_difference is not None:
        found = one.important_difference
        yield _("Smallest important difference"), f"{found.points:g}", found.citation
    yield _("Missing answers"), missing_in_words(one), one.scoring.missing.citation
    if one.risk is not None:
        levels = {"watch": _("watch"), "high": _("high")}
        steps = (
            f"{levels[step.level]} {step.lowest}–{step.highest}"
            if step.lowest != step.highest
            else f"{levels[step.level]} {step.lowest}"
            for step in one.risk.steps
        )
        said = _("question %(number)d") % {"number": one.risk.item}
        yield _("Alert about suicide"), f"{said}: {', '.join(steps)}", one.risk.source


def limit_in_words(limit: CutOff) -> str:
    """ "below 8" and so on."""
    words = {
        "below": _("below %(value)s"),
        "at_most": _("at most %(value)s"),
        "at_least": _("at least %(value)s"),
    }
    return words[limit.side] % {"value": limit.value}


def missing_in_words(one: Instrument) -> str:
    """How many answers may be missing, and what stands for them."""
    most = one.scoring.missing.at_most
    if not most:
        return _("no total when any is missing")
    said = _("at most %(most)d, for which the mean of the others stands") % {"most": most}
    basis = _("a convention, not published")
    return f"{said}; {basis}" if one.is_prorated_by_convention else said


def preview(one: Instrument, language: str) -> list[Question]:
    """Every question as a patient meets it, those asked on a condition too; none without wording."""
    if not one.languages:
        return []
    answers = {item.link_id: highest(item) for item in one.items}
    return questions(one, language, answers)


def highest(item: Item) -> str:
    """The code of the answer with the highest value, by which nothing is passed by."""
    return max(item.options, key=lambda option: option.value or 0).code
