"""What is left to the patient: her choices, and what is offered to her, as cards on her pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from ikbt.treatments.access import Mine
from ikbt.treatments.pages.frame import address
from ikbt.treatments.paths import Way
from programs.tailoring.conditions import fires
from programs.tailoring.path import Offered, keys_of

Document = Mapping[str, Any]


@dataclass(frozen=True)
class OptionCard:
    """One option; `suggested`: by what she has answered."""

    key: str
    title: str
    about: str
    chosen: bool
    suggested: bool


@dataclass(frozen=True)
class ChoiceCard:
    """A choice for treatments/_choice.html; `made`: she has chosen and may change it."""

    key: str
    title: str
    about: str
    options: list[OptionCard]
    multiple: bool
    most: int
    made: bool
    url: str

    @property
    def chosen(self) -> str:
        """What she has chosen, in words."""
        return ", ".join(option.title for option in self.options if option.chosen)


@dataclass(frozen=True)
class OfferCard:
    """An offer for treatments/_offer.html."""

    words: str
    say: str
    url: str


def choices_in(mine: Mine, way: Way, module: Document) -> list[ChoiceCard]:
    """The choices of a module that is open and not handed in."""
    if module["key"] in way.handed_in or not mine.treatment.is_running:
        return []
    return [_card(mine, way, group) for group in module.get("choices", ())]


def choices_among_modules(mine: Mine, way: Way) -> list[ChoiceCard]:
    """Choices among modules whose turn has come and of which nothing is handed in."""
    if not mine.treatment.is_running:
        return []
    return [
        _card(mine, way, group)
        for group in way.outline.get("choices", ())
        if _is_her_turn_to_choose(way, group)
    ]


def _is_her_turn_to_choose(way: Way, group: Document) -> bool:
    of = {key for option in group["options"] for key in option["modules"]}
    keys = keys_of(way.outline, way.decided)
    here = {module["key"] for module in way.path}
    before = keys[: min(keys.index(key) for key in of)]
    return not of & way.handed_in and all(key in way.opened for key in before if key in here)


def _card(mine: Mine, way: Way, group: Document) -> ChoiceCard:
    chosen: Sequence[str] = way.decided.chosen.get(group["key"], ())
    return ChoiceCard(
        key=group["key"],
        title=group["title"],
        about=group.get("about", ""),
        options=[
            OptionCard(
                key=option["key"],
                title=option["title"],
                about=option.get("about", ""),
                chosen=option["key"] in chosen,
                suggested=fires(option.get("suggest"), way.known),
            )
            for option in group["options"]
        ],
        multiple=group["most"] > 1,
        most=group["most"],
        made=len(chosen) >= group["least"],
        url=reverse("treatments:choose", args=[mine.treatment.pk, group["key"]]),
    )


def offers_to_her(mine: Mine, way: Way) -> list[OfferCard]:
    """What she may take or decline herself and has not answered."""
    if not mine.treatment.is_running:
        return []
    return [
        OfferCard(
            words=offer_in_words(one, way),
            say=one.offer.get("say", ""),
            url=address("answer_offer", mine, module_key=one.module["key"], offer_key=one.offer["key"]),
        )
        for one in way.offers
        if one.offer["who"] == "patient" and one.name not in way.decided.declined
    ]


def offer_in_words(offered: Offered, way: Way) -> str:
    """What is offered, in one sentence for either side."""
    title = offered.module["title"]
    if offered.offer["does"] == "replace":
        other = way.module(offered.offer["instead"])["title"]
        return _("“%(other)s” can take the place of “%(title)s”.") % {"other": other, "title": title}
    if offered.offer["does"] == "skip":
        return _("“%(title)s” can be left out.") % {"title": title}
    return _("“%(title)s” can be opened already now.") % {"title": title}
