"""Pure: decides who covers for an absent colleague from when until when, where others may be away too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from uuid import UUID


@dataclass(frozen=True)
class Away:
    """Somebody who is not there from one moment until another."""

    person: UUID
    since: datetime
    until: datetime


@dataclass(frozen=True)
class Cover:
    """Who covers for a part of an absence; as the stand-in that was named, or as the coordinator."""

    staff: UUID
    since: datetime
    until: datetime
    is_stand_in: bool


def cover_of(
    absence: Away, *, stand_in: UUID | None, coordinators: Sequence[UUID], away: Sequence[Away]
) -> list[Cover]:
    """The parts of an absence in order: the stand-in's where she is there, else the first coordinator's who is.

    A part with nobody is left out; neighbouring parts of one person are one.
    """
    found: list[Cover] = []
    for since, until in pairwise(_cuts(absence, away)):
        gone = {one.person for one in away if one.since <= since < one.until} | {absence.person}
        there = next((one for one in (stand_in, *coordinators) if one is not None and one not in gone), None)
        if there is not None:
            _join(found, Cover(there, since, until, is_stand_in=there == stand_in))
    return found


def _cuts(absence: Away, away: Sequence[Away]) -> list[datetime]:
    """The moments at which somebody may take over from another, from the first to the last."""
    moments = {moment for one in away for moment in (one.since, one.until)}
    inside = {moment for moment in moments if absence.since < moment < absence.until}
    return sorted({absence.since, absence.until} | inside)


def _join(found: list[Cover], part: Cover) -> None:
    if found and (found[-1].staff, found[-1].until) == (part.staff, part.since):
        part = Cover(part.staff, found.pop().since, part.until, part.is_stand_in)
    found.append(part)
