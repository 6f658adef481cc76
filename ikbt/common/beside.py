"""Decides what may fail beside a person's own act without taking it along: undone alone, and told in the log."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

log = logging.getLogger(__name__)


@contextmanager
def beside(what: str) -> Iterator[None]:
    """Inside an act's transaction: a failure undoes only what is within, and the act stands.

    For what the act leads to, never for the act or its log entry. A database that has gone away still fails the whole.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("Something beside an act is done in the act's transaction.")
    try:
        with transaction.atomic():
            yield
    except Exception as error:
        # Only its kind: a database's own words may quote the row, and the row may be a patient's.
        words = "%s failed beside what a person did: %s at %s"
        log.exception(words, what, type(error).__name__, _place(error), exc_info=False)


def _place(error: BaseException) -> str:
    """File and line of the innermost call: where to look, without what it worked on."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace is not None else "?"
