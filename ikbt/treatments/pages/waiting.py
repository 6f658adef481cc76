"""Why a module is not open yet, in words for the patient."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ikbt.treatments.unlocking import Condition, Unmet

Words = Callable[[Condition, str], str]


def reason(condition: Condition, step_title: str) -> str:
    """One sentence for one unmet condition; `step_title` names the step of a missing exercise."""
    return WORDS[condition.kind](condition, step_title)


def _exercise(condition: Condition, title: str) -> str:
    left = condition.need - condition.have
    if condition.need == 1:
        return _("The exercise “%(title)s” is left to do.") % {"title": title}
    return ngettext(
        "“%(title)s”: %(left)d more entry (%(have)d of %(need)d).",
        "“%(title)s”: %(left)d more entries (%(have)d of %(need)d).",
        left,
    ) % {"title": title, "left": left, "have": condition.have, "need": condition.need}


def _too_early(condition: Condition, title: str) -> str:
    days = condition.need - condition.have
    return ngettext(
        "It opens in %(days)d day at the earliest, so that you have time to practise.",
        "It opens in %(days)d days at the earliest, so that you have time to practise.",
        days,
    ) % {"days": days}


WORDS: dict[Unmet, Words] = {
    Unmet.NOT_HANDED_IN: lambda condition, title: _("Hand in the module before it first."),
    Unmet.EXERCISE_MISSING: _exercise,
    Unmet.TOO_EARLY: _too_early,
    Unmet.WEEKLY_UNANSWERED: lambda condition, title: _("Answer this week's questions first."),
    # She has been shown help already: here it is enough that somebody wants to talk with her.
    Unmet.RISK_OPEN: lambda condition, title: _("Your therapist wants to be in touch with you first."),
    Unmet.TOO_MANY_OPEN: lambda condition, title: _("You are waiting for your therapist's feedback."),
}
