"""The words for a score on screen: how its total came about, and what a change means."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, ngettext

from measurements.change import ReliableChange
from measurements.instrument import Instrument
from measurements.scoring import Status

CHANGE_NAMES: dict[ReliableChange, Promise] = {
    ReliableChange.IMPROVED: gettext_lazy("clearly better"),
    ReliableChange.DETERIORATED: gettext_lazy("clearly worse"),
    ReliableChange.UNCHANGED: gettext_lazy("no clear change"),
}


def change_name(change: ReliableChange | None) -> str:
    """The name of a reliable change; "" where the instrument has none published."""
    return str(CHANGE_NAMES[change]) if change is not None else ""


def status_note(instrument: Instrument, status: str, n_missing: int) -> str:
    """What is said beside a total or in its place: estimated, by convention, no total; "" when complete."""
    if status == Status.INCOMPLETE:
        sentence = ngettext(
            "No score: %(count)d answer is missing.", "No score: %(count)d answers are missing.", n_missing
        )
        return sentence % {"count": n_missing}
    if status != Status.PRORATED:
        return ""
    sentence = ngettext(
        "Estimated: %(count)d answer is missing.", "Estimated: %(count)d answers are missing.", n_missing
    ) % {"count": n_missing}
    if instrument.is_prorated_by_convention:
        basis = gettext("The way of estimating is a convention, not published.")
        return f"{sentence} {basis}"
    return sentence


def wording_note(instrument: Instrument, language: str) -> str:
    """What editors must know of a wording: missing, or not compared with the holder's form; else ""."""
    wording = instrument.languages.get(language)
    if wording is None:
        return gettext("There is no wording in this language. A unit that holds it imports it.")
    if not wording.verified:
        return gettext("The wording has not been compared with the holder's form.")
    return ""


def standing_note(instrument: Instrument, language: str) -> str:
    """The same in two words for a list: "" where the wording was compared with the holder's form."""
    return "" if instrument.languages[language].verified else gettext("not verified")
