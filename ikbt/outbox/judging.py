"""Who is asked whether an automatic message is still wanted: apps above say here that they judge."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ikbt.outbox.models import Notice

# Why a notice is not wanted any more, as Notice.Dropped says it; "" when it is. The outbox lies below and can't call
# those who made the rules by name.
Judge = Callable[["Notice", datetime], str]
_judges: dict[str, Judge] = {}


def judge_through(name: str, judge: Judge) -> None:
    """Let `judge` be asked about every automatic message just before it is sent; each one has to want it."""
    _judges[name] = judge


def why_unwanted(notice: Notice, *, at: datetime) -> str:
    """The first reason that a judge gives, or "". Nobody to ask: it is not sent."""
    if not _judges:
        return "off"
    return next((why for judge in _judges.values() if (why := judge(notice, at))), "")
