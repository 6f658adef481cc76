"""Holds a file's wording against an instrument we know: the same questions with the same values, or refused by place.

Pure. The codes that are stored for answers stay the instrument's own, so that answers in every wording compare.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from measurements.fhir.conditions import Condition, condition_of, translated
from measurements.fhir.writing import turned_round
from measurements.incoming import Incoming, Refused
from measurements.instrument import Instrument, Item, Option, Text

# A file's answers beside ours.
Paired = list[tuple[Option, Option]]


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
    answers = _Answers(pairs, instrument)
    items = {
        ours.link_id: _item_wording(theirs, answers.of(theirs, ours), incoming, language)
        for theirs, ours in pairs
    }
    for theirs, ours in pairs:
        given = incoming.conditions.get(theirs.link_id)
        if given is not None and answers.in_our_words(given) != condition_of(instrument, ours):
            said = _("The question is shown on another condition (enableWhen) than in %(instrument)s.")
            raise Refused(ours.link_id, said % {"instrument": instrument.short})
    return BroughtWording(
        language=language,
        title=_in(incoming.title, incoming, language) or instrument.title.get("en", instrument.short),
        intro=_intro(incoming, instrument, language),
        items=items,
    )


class _Answers:
    """Their answers beside ours, and their link ids and codes in our words."""

    def __init__(self, pairs: Sequence[tuple[Item, Item]], instrument: Instrument) -> None:
        self.reversed = [instrument.items[number - 1] for number in instrument.scoring.reverse]
        self.plain = [theirs for theirs, ours in pairs if ours not in self.reversed]
        self.links = {theirs.link_id: ours.link_id for theirs, ours in pairs}
        self.codes: dict[str, dict[str, str]] = {}

    def of(self, theirs: Item, ours: Item) -> Paired:
        """The pairs of one question; raises Refused when they are not the same answers."""
        turned = ours in self.reversed and _is_turned(theirs, ours, self.plain)
        found = _paired_options(theirs, turned_round(ours) if turned else ours)
        self.codes[theirs.link_id] = {brought.code: known.code for brought, known in found}
        return found

    def in_our_words(self, given: Condition) -> Condition:
        """A file's condition; a file may leave ours out, which holds all the same, but not bring one of its own."""
        return translated(given, self.links, self.codes)


def _item_wording(theirs: Item, options: Paired, incoming: Incoming, language: str) -> ItemWording:
    text = _in(theirs.text, incoming, language)
    if not text:
        raise Refused(theirs.link_id, _missing_text(language))
    return ItemWording(
        text, {known.code: _option_text(brought, known, incoming, language) for brought, known in options}
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
    by_link, by_code = by_name.get(item.link_id), by_name.get(item.code.code) if item.code else None
    if by_link and by_code and by_link != by_code:
        # One of them is wrong: else the words of one question would stand over the answers to another.
        said = _("By its “linkId” it is one question and by its code (%(code)s) another.")
        raise Refused(item.link_id, said % {"code": item.code.code if item.code else ""})
    return by_link or by_code


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


def _paired_options(theirs: Item, ours: Item) -> Paired:
    """Their answers beside ours; raises Refused when one is another, missing or too many."""
    found = _ours_beside(theirs, ours)
    pairs = [(brought, known) for brought, known in zip(theirs.options, found, strict=True) if known]
    are_same = all(brought.value in (None, known.value) for brought, known in pairs)
    codes = sorted(known.code for _brought, known in pairs)
    if not are_same or codes != sorted(option.code for option in ours.options):
        said = _("The answers have the values %(given)s, but must have %(known)s.")
        values = {"given": _values(theirs), "known": _values(ours)}
        raise Refused(theirs.link_id, said % values)
    return pairs


def _ours_beside(theirs: Item, ours: Item) -> list[Option | None]:
    """Our answer for each of theirs: by code where the file uses ours, else by value."""
    by_code = {option.code: option for option in ours.options}
    if all(option.code in by_code for option in theirs.options):
        return [by_code[option.code] for option in theirs.options]
    by_value: dict[int | None, Option] = {
        option.value: option for option in ours.options if option.value is not None
    }
    return [by_value.get(option.value) for option in theirs.options]


def _is_turned(theirs: Item, ours: Item, plain: Sequence[Item]) -> bool:
    """Whether a reversed item's values are those it adds to the total, not those its form prints.

    Files have either; the same words on an item that isn't reversed tell which.
    """
    if all(option.value is None for option in theirs.options):
        return False
    printed = dict(_worded_values(plain))
    middle = (min(ours.values) + max(ours.values)) / 2
    told = {
        printed[text] == value
        for text, value in _worded_values([theirs])
        if text in printed and value != middle
    }
    if len(told) != 1:
        raise Refused(
            theirs.link_id, _("It can't be told which answer of the reversed question is the lowest.")
        )
    return not told.pop()


def _worded_values(items: Sequence[Item]) -> Iterator[tuple[str, int | None]]:
    """Each answer's words, in every language, with its value."""
    for item in items:
        for option in item.options:
            yield from ((text, option.value) for text in option.text.values())


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
