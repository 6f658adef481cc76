"""What a person is told when a step of a review is not hers to take."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from programs.review_rules import Refusal

WORDS: dict[Refusal, Promise] = {
    Refusal.NO_ROLE: _("Your roles at the unit don't include this step."),
    Refusal.WROTE_IT: _(
        "You have written in this draft since the last version, so somebody else has to do it."
    ),
    Refusal.SIGNED_ALREADY: _("The step is signed already."),
    Refusal.NOT_UNDER_REVIEW: _("The draft is not under review."),
    Refusal.DRAFT_CHANGED: _("The draft was changed after it was sent for review. It has to be sent again."),
    Refusal.UNSIGNED: _("Both reviews must be signed first."),
    Refusal.REVIEWED_IT: _("You reviewed it clinically, so somebody else has to release it."),
}
