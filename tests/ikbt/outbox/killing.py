"""Named points at which a worker of the clock and the outbox may die, and what one run of it does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import Any
from unittest.mock import patch

from ikbt.outbox import sending
from ikbt.outbox.sending import due_notices, send
from ikbt.treatments import acting_by_rule, timekeeping
from ikbt.treatments.timekeeping import keep_time

# In the order in which a worker passes them; each dies just after what it names.
POINTS: dict[str, tuple[Any, str]] = {
    "act logged": (acting_by_rule, "log_act"),
    "notice stored": (acting_by_rule, "notify_by_rule"),
    "task stored": (acting_by_rule, "raise_alert"),
    "act committed": (timekeeping, "act"),
    "notice claimed": (sending, "_claim"),
    "message wanted": (sending, "verdict_on"),
    "turn taken": (sending, "take_turn"),
    "begun": (sending, "_may_go"),
    "handed over": (sending, "_hand_over"),
}
BEFORE_IT_IS_HANDED_OVER = [*POINTS][: [*POINTS].index("begun")]


@contextmanager
def dying_at(point: str, die: Callable[[], object]) -> Iterator[None]:
    """Whoever passes the point dies there; `point` "" lets everybody live."""
    with ExitStack() as stack:
        if point:
            place, name = POINTS[point]
            stack.enter_context(patch.object(place, name, _then(getattr(place, name), die)))
        yield


def work(at: datetime) -> None:
    """One run of the clock and of the outbox, as cron runs them."""
    keep_time(at=at)
    for notice in due_notices(at=at):
        send(notice, at=at)


def _then(real: Callable[..., Any], die: Callable[[], object]) -> Callable[..., Any]:
    def passes(*args: Any, **kwargs: Any) -> Any:
        given = real(*args, **kwargs)
        die()
        return given

    return passes
