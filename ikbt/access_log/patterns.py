"""What in a log is worth a question; pure. HSLF-FS 2016:40 4 kap. 9 § wants systematic and recurring checks.

A hit is no accusation: it says why an auditor should look.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

HOUR = timedelta(hours=1)
# Different patients opened by one person within an hour; a full working day at the desk is 10 to 20 patients.
MOST_PER_HOUR = 20


class Pattern(StrEnum):
    """Why a read was picked out."""

    OWN_RECORD = "own_record"
    SAME_NAME = "same_name"
    SAME_SURNAME = "same_surname"
    SAME_ADDRESS = "same_address"
    COLLEAGUE = "colleague"
    NO_RELATION = "no_relation"
    VOLUME = "volume"


@dataclass(frozen=True)
class Someone:
    """What is compared of a person. `address`: a phone number or a home, if known; "" matches nobody."""

    id: UUID
    first_name: str = ""
    last_name: str = ""
    address: str = ""
    # Units where she works now.
    units: frozenset[UUID] = frozenset()


@dataclass(frozen=True)
class Read:
    """One row: who opened whose data. `opened` False for a line in a list, which counts for no volume."""

    id: int
    at: datetime
    actor: Someone
    patient: Someone
    relation: str = ""
    as_patient: bool = False
    opened: bool = True


def hits(reads: Iterable[Read], *, per_hour: int = MOST_PER_HOUR) -> dict[int, list[Pattern]]:
    """Row id to its patterns, in the order of Pattern; rows without any are left out."""
    judged = [read for read in reads if not read.as_patient]
    crowded = _crowded(judged, per_hour)
    found = {read.id: [pattern for pattern, fits in _TESTS.items() if fits(read)] for read in judged}
    for id in crowded:
        found[id].append(Pattern.VOLUME)
    return {id: patterns for id, patterns in found.items() if patterns}


def _own_record(read: Read) -> bool:
    return read.actor.id == read.patient.id


def _another(read: Read) -> bool:
    return read.actor.id != read.patient.id


def _same(one: str, other: str) -> bool:
    """Alike whatever the case; unknown is like nothing."""
    return bool(one.strip()) and one.strip().casefold() == other.strip().casefold()


def _same_name(read: Read) -> bool:
    return (
        _another(read)
        and _same(read.actor.last_name, read.patient.last_name)
        and _same(read.actor.first_name, read.patient.first_name)
    )


def _same_surname(read: Read) -> bool:
    return _another(read) and _same(read.actor.last_name, read.patient.last_name) and not _same_name(read)


def _same_address(read: Read) -> bool:
    return _another(read) and _same(_plain(read.actor.address), _plain(read.patient.address))


def _plain(address: str) -> str:
    return "".join(sign for sign in address if sign.isalnum())


def _colleague(read: Read) -> bool:
    return _another(read) and bool(read.actor.units & read.patient.units)


def _no_relation(read: Read) -> bool:
    return not read.relation


_TESTS: dict[Pattern, Callable[[Read], bool]] = {
    Pattern.OWN_RECORD: _own_record,
    Pattern.SAME_NAME: _same_name,
    Pattern.SAME_SURNAME: _same_surname,
    Pattern.SAME_ADDRESS: _same_address,
    Pattern.COLLEAGUE: _colleague,
    Pattern.NO_RELATION: _no_relation,
}


def _crowded(reads: Sequence[Read], per_hour: int) -> set[int]:
    """Rows of somebody who opened more than `per_hour` different patients within sixty minutes."""
    by_actor: dict[UUID, list[Read]] = defaultdict(list)
    for read in sorted((read for read in reads if read.opened), key=lambda read: read.at):
        by_actor[read.actor.id].append(read)
    return {id for own in by_actor.values() for id in _crowded_of_one(own, per_hour)}


def _crowded_of_one(reads: list[Read], per_hour: int) -> set[int]:
    found: set[int] = set()
    start = 0
    for end, read in enumerate(reads):
        while read.at - reads[start].at >= HOUR:
            start += 1
        window = reads[start : end + 1]
        if len({one.patient.id for one in window}) > per_hour:
            found |= {one.id for one in window}
    return found
