"""Walks the chain from its first row to its last; decides which row is the first wrong one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any

from ikbt.audit.anchoring import Anchor, Forged, signed
from ikbt.audit.canonical import BEGINNING, FIELDS, digest, link
from ikbt.audit.models import Entry

BATCH = 2000
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Fault:
    """The first wrong row, by its number in the chain, and what is wrong with it."""

    seq: int
    what: str

    def __str__(self) -> str:
        return f"Row {self.seq}: {self.what}"


@dataclass(frozen=True)
class Verified:
    """How far the walk came; `fault` None means that all is as it was written."""

    rows: int
    anchors: int
    fault: Fault | None


@dataclass
class _Place:
    """Where the walk is: what the next row must have, the next anchor, and how much was right so far."""

    waiting: Iterator[Anchor]
    anchor: Anchor | None = None
    seq: int = 1
    previous: str = BEGINNING
    rows: int = 0
    anchors: int = 0

    def next_anchor(self) -> None:
        """Go on to the anchor after this one; raises Forged."""
        self.anchor = next(self.waiting, None)


def verify(anchored: Iterable[Anchor]) -> Verified:
    """Check every row by its own digest, the row before and the anchors; memory doesn't grow with the log."""
    place = _Place(iter(anchored))
    try:
        place.next_anchor()
        fault = _outside() or _walk(place)
    except Forged as forged:
        fault = Fault(place.seq, str(forged))
    return Verified(rows=place.rows, anchors=place.anchors, fault=fault)


def _outside() -> Fault | None:
    """A row that was put in past the trigger has no place in the chain."""
    stray = Entry.objects.filter(seq=None).order_by("id").values_list("id", flat=True).first()
    return None if stray is None else Fault(0, f"the row with id {stray} stands outside the chain")


def _walk(place: _Place) -> Fault | None:
    for row in _rows(place):
        fault = row if isinstance(row, Fault) else _step(place, row)
        if fault:
            return fault
    if place.anchor:
        told = f"is missing: the anchor of {place.anchor.at} saw rows up to {place.anchor.seq}"
        return Fault(place.seq, told)
    return None


def _step(place: _Place, row: Row) -> Fault | None:
    """One row; the place moves on when it is right."""
    fault = _begin_after_cut(place, row) if place.rows == 0 and row["seq"] > 1 else None
    fault = fault or _wrong(place, row) or _anchored(place, row)
    if fault is None:
        place.seq, place.previous, place.rows = row["seq"] + 1, row["hash"], place.rows + 1
    return fault


def _anchored(place: _Place, row: Row) -> Fault | None:
    """Compare with all anchors of this row."""
    while place.anchor and place.anchor.seq == row["seq"]:
        if not compare_digest(place.anchor.hash, row["hash"]):
            told = f"is not the one that the anchor of {place.anchor.at} saw: the chain was written anew"
            return Fault(place.anchor.seq, told)
        place.anchors += 1
        place.next_anchor()
    return None


def _rows(place: _Place) -> Iterator[Row | Fault]:
    """The rows in batches; a value that its column can't hold is a fault of the row that comes next."""
    rows = Entry.objects.exclude(seq=None).order_by("seq")
    named = rows.values("id", "seq", "previous_hash", "hash", "digest", *FIELDS).iterator(chunk_size=BATCH)
    while True:
        try:
            yield next(named)
        except StopIteration:
            return
        except (ValueError, TypeError):
            yield Fault(place.seq, "can't be read: a value was changed into one that its column never holds")
            return


def _begin_after_cut(place: _Place, row: Row) -> Fault | None:
    """A log that does not begin with row 1 begins after a cut, which the log tells of and we signed."""
    last = row["seq"] - 1
    told = Entry.objects.filter(action=Entry.Action.PRUNE, object_id=str(last)).order_by("-seq").first()
    head, _, mac = told.reason.partition(" ") if told else ("", "", "")
    if not compare_digest(mac, signed("cut", last, head)):
        return Fault(place.seq, f"is missing: rows {place.seq} to {last} are gone without a signed cut")
    place.seq, place.previous = row["seq"], head
    while place.anchor and place.anchor.seq < place.seq:
        place.next_anchor()
    return None


def _wrong(place: _Place, row: Row) -> Fault | None:
    if row["seq"] != place.seq:
        return Fault(place.seq, "is missing")
    if not compare_digest(row["digest"], digest(row)):
        return Fault(place.seq, "was changed: its content is not what was written")
    if not compare_digest(row["previous_hash"], place.previous):
        return Fault(place.seq, "does not follow the row before it")
    hash = link(seq=row["seq"], row_id=row["id"], previous=row["previous_hash"], digest=row["digest"])
    if not compare_digest(row["hash"], hash):
        return Fault(place.seq, "has a hash that is not its own")
    return None
