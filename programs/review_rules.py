"""Pure: decides who may sign or release a draft. Nobody passes her own text, and two others look before it goes out."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Refusal(StrEnum):
    """Why somebody may not take a step; the words are in programs.review_words."""

    NO_ROLE = "no_role"
    WROTE_IT = "wrote_it"
    SIGNED_ALREADY = "signed_already"
    NOT_UNDER_REVIEW = "not_under_review"
    DRAFT_CHANGED = "draft_changed"
    UNSIGNED = "unsigned"
    REVIEWED_IT = "reviewed_it"


@dataclass(frozen=True)
class Standing:
    """A draft under review as the rule sees it. `signed`: who has signed which stage."""

    is_under_review: bool
    is_as_reviewed: bool
    authors: AbstractSet[UUID]
    signed: Mapping[str, UUID]


CLINICAL, LANGUAGE = "clinical", "language"
STAGES = (CLINICAL, LANGUAGE)


def why_not_sign(stage: str, person: UUID, standing: Standing, *, has_role: bool) -> Refusal | None:
    """None when she may sign the stage."""
    if not has_role:
        return Refusal.NO_ROLE
    if found := _why_not_review(standing):
        return found
    if stage in standing.signed:
        return Refusal.SIGNED_ALREADY
    return Refusal.WROTE_IT if person in standing.authors else None


def why_not_release(person: UUID, standing: Standing, *, has_role: bool) -> Refusal | None:
    """None when she may release.

    She has neither written in it nor reviewed it clinically: also where nobody here wrote it (an import, a copy), two
    people have looked.
    """
    if not has_role:
        return Refusal.NO_ROLE
    if found := _why_not_review(standing):
        return found
    if any(stage not in standing.signed for stage in STAGES):
        return Refusal.UNSIGNED
    if person in standing.authors:
        return Refusal.WROTE_IT
    return Refusal.REVIEWED_IT if standing.signed[CLINICAL] == person else None


def _why_not_review(standing: Standing) -> Refusal | None:
    if not standing.is_under_review:
        return Refusal.NOT_UNDER_REVIEW
    return None if standing.is_as_reviewed else Refusal.DRAFT_CHANGED
