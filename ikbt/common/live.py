"""Live pushes: decides group names, and that a push leaves only after the commit and never carries content."""

from __future__ import annotations

import asyncio
import logging
from typing import Any
from uuid import UUID

from asgiref.sync import async_to_sync
from channels.exceptions import ChannelFull
from channels.layers import get_channel_layer
from django.db import transaction
from redis.exceptions import RedisError

log = logging.getLogger(__name__)
# A layer that takes calls and answers none would hold up the patient who has just handed in.
LONGEST_SECONDS = 2.0


def treatment_group(treatment_id: UUID) -> str:
    """Those who have this treatment open: the patient and her therapist."""
    return f"treatment.{treatment_id.hex}"


def desk_group(unit_id: UUID) -> str:
    """The desks of one care unit."""
    return f"desk.{unit_id.hex}"


def person_group(person_id: UUID) -> str:
    """All open sockets of one person, for ending them at sign-out."""
    return f"person.{person_id.hex}"


def push_on_commit(group: str, kind: str, **ids: str) -> None:
    """Send a hint (kind and ids, no text) after commit; a dead layer slows nobody down: the page fetches on reload."""
    transaction.on_commit(lambda: send(group, {"type": "hint", "kind": kind, "ids": ids}))


def send(group: str, event: dict[str, object]) -> None:
    """Give an event to the sockets of a group now; a dead layer is logged and breaks nothing."""
    layer = get_channel_layer()
    if layer is None:
        return
    try:
        async_to_sync(_within_time)(layer, group, event)
    except (OSError, RedisError, ChannelFull) as down:
        # Redis' errors are no OSErrors. The row is stored: a hint lost is a reload later, never a loss.
        log.warning("live push failed: %s", type(down).__name__)


async def _within_time(layer: Any, group: str, event: dict[str, object]) -> None:
    # TimeoutError is an OSError.
    await asyncio.wait_for(layer.group_send(group, event), LONGEST_SECONDS)
