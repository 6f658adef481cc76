"""Which drawings of our own a step may show, by name; each is lines without words, so that no language is in it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FOLDER = Path(__file__).parent / "static" / "programs" / "illustrations"
# The name is for ever: program files hold it. A drawing that comes to mean something else gets a new one.
ILLUSTRATIONS: dict[str, Promise] = {
    "activity-and-mood": _("Stairs: more activity, better mood"),
    "attention-outwards": _("Attention turned outwards"),
    "avoidance-curve": _("Anxiety falls while you stay; avoidance brings it back"),
    "choose-a-way": _("Several ways, one chosen"),
    "effort-and-recovery": _("Scales: effort and recovery"),
    "exposure-ladder": _("Ladder, one rung at a time"),
    "lapse-and-recovery": _("A lapse, and the way on"),
    "leave-the-loop": _("Out of the loop, without the compulsion"),
    "obsession-loop": _("Loop: thought, anxiety, compulsion, relief"),
    "practice-again": _("Each practice a lower peak"),
    "shared-responsibility": _("Pie: a responsibility that many share"),
    "sleep-pressure": _("Sleep pressure and body clock over a day"),
    "sleep-window": _("From long broken nights to a shorter sleep window"),
    "slow-breathing": _("Slow breathing as a wave"),
    "small-steps": _("A hill, in small steps"),
    "test-a-thought": _("A thought, a test, what was found"),
    "thought-is-not-fact": _("A thought is not a fact"),
    "values-compass": _("Compass"),
    "vicious-circle": _("Circle: thought, feeling, body, action"),
    "worry-tree": _("Tree: a worry to act on, or to let go"),
}


@cache
def drawing(name: str) -> str:
    """The drawing as SVG, to be put into a version; KeyError for a name that isn't ours."""
    if name not in ILLUSTRATIONS:
        raise KeyError(name)
    return (FOLDER / f"{name}.svg").read_text(encoding="utf-8")
