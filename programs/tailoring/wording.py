"""Says in plain words what is wrong with a program's tailoring."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from programs.tailoring.faults import Fault, Finding

WORDS = {
    Fault.AFTER_UNKNOWN: _("It opens after %(name)s, which is no module of the program."),
    Fault.AFTER_FIRST: _("The first module is open from the start: it can't open after another."),
    Fault.CIRCLE: _(
        "It can never open: it waits for %(name)s, which in the end waits for it or for nothing."
    ),
    Fault.UNREACHABLE: _("Nobody can reach it: it opens only when it is offered, and no offer brings it."),
    Fault.FIRST_OFFERED: _("The first module is open from the start: it can't be one that is only offered."),
    Fault.INSTEAD_UNKNOWN: _("An offer puts %(name)s in its place, which is no module of the program."),
    Fault.INSTEAD_ORDINARY: _(
        "An offer puts %(name)s in its place, but that module stands in everybody's path. "
        "Let it open only when it is offered."
    ),
    Fault.OFFER_NEVER: _(
        "The offer %(name)s can never be made: it waits for the very module that it is about."
    ),
    Fault.OFFER_TWICE: _("Two of its offers have the key %(name)s."),
    Fault.INSTRUMENT_UNKNOWN: _("A condition names the instrument %(name)s, which there is none of."),
    Fault.INSTRUMENT_UNPLANNED: _("A condition looks at %(name)s, which the program never asks."),
    Fault.LIMIT_BEYOND: _("A condition on %(name)s can never hold: its limits are out of reach."),
    Fault.STEP_UNKNOWN: _("A condition looks at the step %(name)s, which the program does not have."),
    Fault.STEP_LATER: _(
        "A condition looks at the step %(name)s, which comes later: nothing is answered there yet."
    ),
    Fault.NO_EXERCISE: _("A condition looks at the step %(name)s, which has no exercise."),
    Fault.FIELD_UNKNOWN: _("A condition looks at the field %(name)s, which the exercise does not ask."),
    Fault.ANSWER_UNKNOWN: _("A condition waits for the answer %(name)s, which can't be given."),
    Fault.NO_LIMIT: _("A condition is unfinished: say from which value it holds."),
    Fault.SUBTYPE_UNKNOWN: _("It is only for the subtype %(name)s, which the program does not have."),
    Fault.SUBTYPE_UNUSED: _("No step is for the subtype %(name)s."),
    Fault.KEY_TWICE: _("The key %(name)s is given to two subtypes, choices or options."),
    Fault.TOO_FEW_OPTIONS: _("The choice “%(name)s” has fewer options than must be chosen."),
    Fault.LEAST_OVER_MOST: _("The choice “%(name)s” asks for more than may be chosen."),
    Fault.OPTION_UNKNOWN: _("A choice names %(name)s, which does not stand here."),
    Fault.OPTION_TWICE: _("%(name)s stands in two options: one choice would undo the other."),
    Fault.NOBODYS_MODULE: _("Every step is for some patients only: others would meet an empty module."),
}


def in_words(finding: Finding) -> str | Promise:
    """One sentence; the place is said beside it."""
    return WORDS[finding.fault] % {"name": finding.name}
