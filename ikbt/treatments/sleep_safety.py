"""What speaks against restricting sleep: the conditions a therapist goes through before a first or narrower window.

Sleep restriction makes people sleepy for some weeks. After the contraindications named with the sleep window's rule
(programs/definitions/sleep_window_plan.json) and in guidance on sleep restriction.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

# Codes are kept with a decision; the words may be mended.
CONDITIONS: Mapping[str, str] = {
    "driving": gettext_noop("Drives for a living, or runs machines that are dangerous when sleepy"),
    "bipolar": gettext_noop("Bipolar disorder, now or before"),
    "epilepsy": gettext_noop("Epilepsy or other seizures"),
    "parasomnia": gettext_noop("Sleepwalking or other parasomnia with a risk of injury"),
    "apnoea": gettext_noop("Sleep apnoea that is not treated"),
    "narcolepsy": gettext_noop("Narcolepsy"),
    "nights": gettext_noop("Works nights"),
    "infant": gettext_noop("Cares for an infant at night"),
}


def conditions() -> list[tuple[str, str]]:
    """Code and words in the reader's language."""
    return [(code, _(words)) for code, words in CONDITIONS.items()]
