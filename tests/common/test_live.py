"""Live hints: one that can't be sent is a reload later, never an error for whoever handed something in."""

from __future__ import annotations

import asyncio
import logging

import pytest
from channels.exceptions import ChannelFull
from redis.exceptions import ConnectionError as RedisDown
from redis.exceptions import ResponseError

from ikbt.common import live


class Broken:
    """A layer that fails in one way."""

    def __init__(self, failure: Exception) -> None:
        self.failure = failure

    async def group_send(self, group: str, hint: dict[str, object]) -> None:
        raise self.failure


@pytest.mark.parametrize(
    "failure",
    [OSError("down"), RedisDown("refused"), ResponseError("loading"), ChannelFull(), TimeoutError()],
)
def test_a_layer_that_fails_breaks_nothing_and_is_told(
    failure: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(live, "get_channel_layer", lambda: Broken(failure))

    with caplog.at_level(logging.WARNING, logger="ikbt.common.live"):
        live.send("desk.x", {"type": "hint", "kind": "alert", "ids": {}})

    assert type(failure).__name__ in caplog.text


class Silent:
    """A layer that takes the call and never answers."""

    async def group_send(self, group: str, hint: dict[str, object]) -> None:
        await asyncio.Event().wait()


def test_a_layer_that_never_answers_holds_nobody_up(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(live, "get_channel_layer", Silent)
    monkeypatch.setattr(live, "LONGEST_SECONDS", 0.01)

    with caplog.at_level(logging.WARNING, logger="ikbt.common.live"):
        live.send("desk.x", {"type": "hint", "kind": "alert", "ids": {}})

    assert "TimeoutError" in caplog.text
