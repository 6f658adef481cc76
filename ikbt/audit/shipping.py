"""Sends log rows on as JSON lines, to standard output or syslog; decides how a loss is counted and told.

Off unless settings.AUDIT_SHIP names a way: "stdout", "syslog:/dev/log" or "syslog:host:port" (UDP). The
database stays the log itself: what can't be sent is counted, never waited for.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Sequence
from functools import cache, partial
from logging.handlers import SysLogHandler
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from ikbt.audit.canonical import FIELDS

if TYPE_CHECKING:
    from ikbt.audit.models import Entry


class Losses:
    """How many lines this process sent and lost; each line tells it, so that gaps are seen."""

    def __init__(self) -> None:
        self.sent = 0
        self.lost = 0


LOSSES = Losses()


class Counting(logging.Handler):
    """Hands a line to another handler; a failure is counted and told in the next line."""

    def __init__(self, inner: logging.Handler) -> None:
        super().__init__()
        self.inner = inner
        self.failed = False
        # What logging calls inside an except block when a line could not be written.
        inner.handleError = self._note  # type: ignore[method-assign]

    def emit(self, record: logging.LogRecord) -> None:
        self.failed = False
        LOSSES.sent += 1
        self.inner.emit(record)
        LOSSES.lost += self.failed

    def _note(self, record: logging.LogRecord) -> None:
        self.failed = True


def handler_for(way: str) -> Counting:
    """The handler behind a setting; raises ValueError for a way that there is none of."""
    kind, _, place = way.partition(":")
    if kind == "stdout" and not place:
        return Counting(logging.StreamHandler(sys.stdout))
    if kind == "syslog" and place.startswith("/"):
        return Counting(SysLogHandler(address=place, facility=SysLogHandler.LOG_AUTH))
    host, _, port = place.rpartition(":")
    if kind == "syslog" and host and port.isdecimal():
        return Counting(SysLogHandler(address=(host, int(port)), facility=SysLogHandler.LOG_AUTH))
    raise ValueError(f"AUDIT_SHIP can't be {way!r}.")


def ship_on_commit(rows: Sequence[Entry]) -> None:
    """Send rows on once they stand; nothing at all when shipping is off."""
    if settings.AUDIT_SHIP:
        transaction.on_commit(partial(_ship, list(rows), settings.AUDIT_SHIP), robust=True)


def line_of(row: Entry) -> str:
    """One JSON line: the row's fields, its id and digest, and this process' counters."""
    told = {name: getattr(row, name) for name in FIELDS}
    extra = {"id": row.pk, "digest": row.digest, "line": LOSSES.sent + 1, "lost": LOSSES.lost}
    return json.dumps({"log": "ikbt.audit", **told, **extra}, default=str, ensure_ascii=True)


def _ship(rows: Sequence[Entry], way: str) -> None:
    try:
        handler = _handler(way)
    except OSError:
        # Nobody listens; the next row tries again.
        LOSSES.sent += len(rows)
        LOSSES.lost += len(rows)
        return
    for row in rows:
        handler.handle(logging.LogRecord("ikbt.audit", logging.INFO, __file__, 0, line_of(row), None, None))


@cache
def _handler(way: str) -> Counting:
    return handler_for(way)
