"""Removes rows past their time; decides that five years are kept and that the chain tells of the cut."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import connection, transaction

from ikbt.audit.anchoring import signed
from ikbt.audit.chaining import TABLE
from ikbt.audit.guards import install_guards, remove_guards
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record

# HSLF-FS 2016:40 4 kap. 9 §: logs are kept for at least five years.
KEEP_YEARS = 5


class TooYoung(ValueError):
    """Rows that the law wants kept would go."""


def prune(*, before: datetime, by: Actor, at: datetime, dry_run: bool = False) -> int:
    """Remove the rows written before a moment, from the log's beginning on, and return how many.

    Stops at the first row that is younger, so that what is left is one unbroken chain. The cut is itself a
    row: number and hash of the last row that went, signed. Raises TooYoung. On PostgreSQL only the table's
    owner may.
    """
    if before > years_before(at, KEEP_YEARS):
        raise TooYoung(f"The log is kept for at least {KEEP_YEARS} years.")
    last = _last_before(before)
    if last is None:
        return 0
    seq, hash = last
    going = Entry.objects.filter(seq__lte=seq).count()
    if dry_run:
        return going
    with transaction.atomic():
        cut = f"{hash} {signed('cut', seq, hash)}"
        record(Entry.Action.PRUNE, by=by, kind="access log", object_id=seq, reason=cut)
        _remove_up_to(seq)
    return going


def years_before(moment: datetime, years: int) -> datetime:
    """The same day and hour some years ago; 29 February becomes the 28th."""
    try:
        return moment.replace(year=moment.year - years)
    except ValueError:
        return moment.replace(year=moment.year - years, day=28)


def _last_before(before: datetime) -> tuple[int, str] | None:
    """Number and hash of the last row before the first that is younger; None when there is none."""
    placed = Entry.objects.exclude(seq=None)
    young = placed.filter(at__gte=before).order_by("seq").first()
    old = placed.filter(seq__lt=young.seq) if young else placed
    last = old.order_by("-seq").first()
    return None if last is None or last.seq is None else (last.seq, last.hash)


def _remove_up_to(seq: int) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # The cut's own row takes its place now: a table with events that wait can't change its triggers.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    if settings.AUDIT_GUARDS:
        remove_guards(connection)
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {TABLE} WHERE seq <= %s", [seq])  # noqa: S608 - a name of this module's own
    if settings.AUDIT_GUARDS:
        install_guards(connection)
