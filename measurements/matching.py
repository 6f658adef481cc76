"""Holds a file's wording against an instrument we know: the same questions with the same values, or refused by place.

Pure. The codes that are stored for answers stay the instrument's own, so that answers in every wording compare.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from measurements.fhir.conditions import Condition, condition_of, translated
from measurements.fhir.writing import turned_round
from measurements.incoming import Incoming, Refused
from measurements.instrument import Instrument, Item, Option, Text


@dataclass(frozen=True)
class ItemWording:
    """One question's words: its text, and the texts of its answers by our option codes."""

    text: str
    options: Mapping[str, str]


@dataclass(frozen=True)
class BroughtWording:
    """A whole wording of an instrument in one language; `items` by our link ids."""

    language: str
    title: str
    intro: str
    items: Mapping[str, ItemWording]

    def as_data(self) -> dict[str, Any]:
        """As it is stored."""
        items = {key: {"text": item.text, "options": dict(item.options)} for key, item in self.items.items()}
        return {"title": self.title, "intro": self.intro, "items": items}


def wording_from(incoming: Incoming, instrument: Instrument, language: str) -> BroughtWording:
    """The file's wording in a language, item by item as the instrument has them.

    Raises Refused, naming the place, when questions or answers are not the instrument's, when a text is missing in the
    language, or when a condition differs.
    """
    pairs = _paired(incoming, instrument)
    reversed_items = [instrument.items[number - 1] for number in instrument.scoring.reverse]
    plain = [theirs for theirs, ours in pairs if ours not in reversed_items]
    links: dict[str, str] = {}
    codes: dict[str, str] = {}
    items: dict[str, ItemWording] = {}
    for theirs, ours in pairs:
        turned = ours in reversed_items and _is_turned(theirs, ours, plain)
        options = _paired_options(theirs, turned_round(ours) if turned else ours)
        links[theirs.link_id] = ours.link_id
        codes.update({brought.code: known.code for brought, known in options})
        text = _said(theirs.text, incoming, language, theirs.link_id)
        chosen = {known.code: _option_text(brought, known, incoming, language) for brought, known in options}
        items[ours.link_id] = ItemWording(text, chosen)
    for theirs, ours in pairs:
        _check_condition(incoming.conditions.get(theirs.link_id), ours, instrument, links, codes)
    return BroughtWording(
        language=language,
        title=_in(incoming.title, incoming, language) or instrument.title.get("en", instrument.short),
        intro=_intro(incoming, instrument, language),
        items=items,
    )


def _paired(incoming: Incoming, instrument: Instrument) -> list[tuple[Item, Item]]:
    """Their items beside ours: by link id or code where the file uses ours, else in order."""
    known = (*instrument.items, *instrument.unscored)
    by_name = {one.code.code: one for one in known if one.code} | {one.link_id: one for one in known}
    found = [_named(one, by_name) for one in incoming.items]
    if any(found):
        _refuse_strangers(incoming, found, known, instrument)
        return [(theirs, ours) for theirs, ours in zip(incoming.items, found, strict=True) if ours]
    if len(incoming.items) != len(known):
        said = _("%(instrument)s has %(known)d questions, the file has %(given)d.")
        counts = {"instrument": instrument.short, "known": len(known), "given": len(incoming.items)}
        raise Refused("item", said % counts)
    return list(zip(incoming.items, known, strict=True))


def _named(item: Item, by_name: Mapping[str, Item]) -> Item | None:
    return by_name.get(item.link_id) or (by_name.get(item.code.code) if item.code else None)


def _refuse_strangers(
    incoming: Incoming, found: Sequence[Item | None], known: Sequence[Item], instrument: Instrument
) -> None:
    named = {"instrument": instrument.short}
    seen: set[str] = set()
    for theirs, ours in zip(incoming.items, found, strict=True):
        if ours is None or ours.link_id in seen:
            raise Refused(theirs.link_id, _("%(instrument)s has no such question, or not twice.") % named)
        seen.add(ours.link_id)
    for one in known:
        if one.link_id not in seen:
            raise Refused(one.link_id, _("The question is in %(instrument)s but not in the file.") % named)


def _paired_options(theirs: Item, ours: Item) -> list[tuple[Option, Option]]:
    """Their answers beside ours: by value, by code where they carry no values."""
    by_code = {option.code: option for option in ours.options}
    if all(option.code in by_code for option in theirs.options):
        pairs = [(option, by_code[option.code]) for option in theirs.options]
        wrong = any(brought.value not in (None, known.value) for brought, known in pairs)
    else:
        by_value = {option.value: option for option in ours.options if option.value is not None}
        pairs = [(option, by_value[option.value]) for option in theirs.options if option.value in by_value]
        wrong = len(pairs) != len(theirs.options)
    if wrong or sorted(known.code for _their, known in pairs) != sorted(by_code):
        said = _("The answers have the values %(given)s, but must have %(known)s.")
        values = {"given": _values(theirs), "known": _values(ours)}
        raise Refused(theirs.link_id, said % values)
    return pairs


def _is_turned(theirs: Item, ours: Item, plain: Sequence[Item]) -> bool:
    """Whether a reversed item's values are those it adds to the total, not those its form prints.

    Files have either; the same words on an item that isn't reversed tell which.
    """
    if all(option.value is None for option in theirs.options):
        return False
    printed = {text: one.value for item in plain for one in item.options for text in one.text.values()}
    middle = (min(ours.values) + max(ours.values)) / 2
    told = [
        printed[text] == one.value
        for one in theirs.options
        for text in one.text.values()
        if text in printed and one.value != middle
    ]
    if not told or len(set(told)) > 1:
        raise Refused(
            theirs.link_id, _("It can't be told which answer of the reversed question is the lowest.")
        )
    return not told[0]


def _values(item: Item) -> str:
    shown = (option.code if option.value is None else str(option.value) for option in item.options)
    return ", ".join(shown)


def _option_text(brought: Option, known: Option, incoming: Incoming, language: str) -> str:
    text = _in(brought.text, incoming, language)
    if text:
        return text
    # A step without a label of its own is called by its number on paper too (MADRS-S: 1, 3, 5).
    if known.value is not None and not brought.text:
        return str(known.value)
    raise Refused(brought.code, _missing_text(language))


def _said(text: Text, incoming: Incoming, language: str, place: str) -> str:
    found = _in(text, incoming, language)
    if not found:
        raise Refused(place, _missing_text(language))
    return found


def _in(text: Text, incoming: Incoming, language: str) -> str:
    """The text in the language; a file that names no language is taken to be in the one asked for."""
    return text.get(language) or ("" if incoming.language else text.get("en", ""))


def _intro(incoming: Incoming, instrument: Instrument, language: str) -> str:
    found = _in(incoming.intro, incoming, language)
    if instrument.intro and not found:
        raise Refused("intro", _missing_text(language))
    return found


def _missing_text(language: str) -> str:
    return _("The text is missing in the language “%(language)s”.") % {"language": language}


def _check_condition(
    given: Condition | None,
    ours: Item,
    instrument: Instrument,
    links: Mapping[str, str],
    codes: Mapping[str, str],
) -> None:
    """A file may leave our condition out, which holds all the same; it can't bring one of its own."""
    if given is not None and translated(given, links, codes) != condition_of(instrument, ours):
        said = _("The question is shown on another condition (enableWhen) than in %(instrument)s.")
        raise Refused(ours.link_id, said % {"instrument": instrument.short})
