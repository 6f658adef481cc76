"""Why a module is not open yet, in words for the patient."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ikbt.treatments.unlocking import Condition, Unmet

Names = Mapping[str, str]
Words = Callable[[Condition, Names], str]


def names_in(outline: Mapping[str, Any]) -> dict[str, str]:
    """Titles of steps, modules and choices, by key; each kind has a prefix, since their keys may be the same."""
    found: dict[str, str] = {}
    for part in (outline, *outline["modules"]):
        found |= {f"choice:{group['key']}": group["title"] for group in part.get("choices", ())}
    for module in outline["modules"]:
        found[f"module:{module['key']}"] = module["title"]
        found |= {f"step:{step['key']}": step["title"] for step in module["steps"]}
    return found


def reason(condition: Condition, names: Names) -> str:
    """One sentence for one unmet condition; `names` as names_in gives them."""
    return WORDS[condition.kind](condition, names)


def _exercise(condition: Condition, names: Names) -> str:
    left, title = condition.need - condition.have, names.get(f"step:{condition.step}", "")
    if condition.need == 1:
        return _("The exercise “%(title)s” is left to do.") % {"title": title}
    return ngettext(
        "“%(title)s”: %(left)d more entry (%(have)d of %(need)d).",
        "“%(title)s”: %(left)d more entries (%(have)d of %(need)d).",
        left,
    ) % {"title": title, "left": left, "have": condition.have, "need": condition.need}


def _too_early(condition: Condition, names: Names) -> str:
    days = condition.need - condition.have
    return ngettext(
        "It opens in %(days)d day at the earliest, so that you have time to practise.",
        "It opens in %(days)d days at the earliest, so that you have time to practise.",
        days,
    ) % {"days": days}


def _not_handed_in(condition: Condition, names: Names) -> str:
    return _("Hand in “%(title)s” first.") % {"title": names.get(f"module:{condition.module}", "")}


def _choice(condition: Condition, names: Names) -> str:
    return _("Make your choice first: %(title)s.") % {"title": names.get(f"choice:{condition.step}", "")}


def _with_the_therapist(condition: Condition, names: Names) -> str:
    # She has been shown help already: here it is enough that somebody wants to talk with her.
    return _("Your therapist wants to be in touch with you first.")


WORDS: dict[Unmet, Words] = {
    Unmet.OUT_OF_ORDER: lambda condition, names: _("Other modules come before it."),
    Unmet.CHOICE_OPEN: _choice,
    Unmet.NOT_HANDED_IN: _not_handed_in,
    Unmet.EXERCISE_MISSING: _exercise,
    Unmet.TOO_EARLY: _too_early,
    Unmet.WEEKLY_UNANSWERED: lambda condition, names: _("Answer this week's questions first."),
    Unmet.HELD: _with_the_therapist,
    Unmet.HELD_BY_HAND: lambda condition, names: _("Your therapist opens it for you later."),
    Unmet.RISK_OPEN: _with_the_therapist,
    Unmet.ALERT_OPEN: _with_the_therapist,
    Unmet.WORSE: _with_the_therapist,
    Unmet.TOO_MANY_OPEN: lambda condition, names: _("You are waiting for your therapist's feedback."),
}
