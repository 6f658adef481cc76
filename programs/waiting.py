"""What waits for a person among drafts under review: what she may sign or release now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ikbt.accounts.models import Person, RoleAssignment
from ikbt.accounts.roles import MAY, Act, Role
from programs.freezing import freeze
from programs.models import ProgramPage, ProgramReview, Stage
from programs.review_rules import why_not_release, why_not_sign
from programs.reviewing import MAY_SIGN, standing_of


@dataclass(frozen=True)
class Waiting:
    """A draft and what its reader may do with it: a stage to sign, or None for the release."""

    page: ProgramPage
    review: ProgramReview
    stage: Stage | None


def waiting_for(person: Person, *, at: datetime) -> list[Waiting]:
    """Oldest first. Drafts under review at a time are few; each is frozen anew to see whether it still is the same."""
    acts: dict[UUID, set[Act]] = {}
    for unit, role in (
        RoleAssignment.objects.running(at).of(person).exclude(unit=None).values_list("unit", "role")
    ):
        acts.setdefault(unit, set()).update(MAY[Role(role)])
    wanted = {unit for unit, held in acts.items() if held & {*MAY_SIGN.values(), Act.PUBLISH_PROGRAMS}}
    rows = ProgramReview.objects.filter(state=ProgramReview.State.OPEN, unit__in=wanted).exclude(page=None)
    reviews = (
        rows.select_related("page", "unit", "asked_by").prefetch_related("sign_offs").order_by("asked_at")
    )
    return [one for review in reviews for one in _of(review, person, acts[review.unit_id])]


def _of(review: ProgramReview, person: Person, acts: set[Act]) -> Iterator[Waiting]:
    page = review.page
    if page is None:
        return
    standing = standing_of(review, page, freeze(page))
    for stage, act in MAY_SIGN.items():
        if why_not_sign(stage, person.pk, standing, has_role=act in acts) is None:
            yield Waiting(page, review, stage)
    if why_not_release(person.pk, standing, has_role=Act.PUBLISH_PROGRAMS in acts) is None:
        yield Waiting(page, review, None)
