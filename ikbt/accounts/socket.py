"""What all sockets share: hints to one person, her session looked at again and again, limits on input."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from time import monotonic
from typing import Any, ClassVar

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.db import DatabaseError
from redis.exceptions import RedisError

from ikbt.accounts.models import Person
from ikbt.accounts.sessions import lasting_id, person_of
from ikbt.common.failing import Unavailable
from ikbt.common.live import person_group
from ikbt.common.scoping import serving

log = logging.getLogger(__name__)
SIGNED_OUT, FORBIDDEN, TOO_BIG, TOO_MANY, NOT_JSON, TRY_LATER = 4401, 4403, 1009, 4429, 1007, 1013
MESSAGE_BYTES = 64 * 1024
MESSAGES, WINDOW_SECONDS = 20, 10.0


class PersonConsumer(AsyncJsonWebsocketConsumer):
    """Forwards hints (kind and ids, never text) to one verified person; runs behind SocketGate.

    A subclass says in `groups_for` which groups she may listen to, or None to refuse; it is asked again
    with every look at the session, so that an ended care relation ends the socket. Messages from the browser
    that pass all limits reach `received`.
    """

    recheck_seconds: ClassVar[float] = 60.0

    async def groups_for(self, person: Person) -> list[str] | None:
        """Names of the groups this person may hear; None refuses the handshake."""
        raise NotImplementedError

    async def received(self, content: Any) -> None:
        """A message from the browser; most sockets only listen."""

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Each message and each hint holds its own rows: what one was let in to opens nothing for the next."""
        with serving():
            try:
                await super().dispatch(message)
            except (Unavailable, DatabaseError, RedisError):
                # Also a log that can't be written, or no way for hints: the page connects anew in a while.
                log.exception("Socket closed")
                await self.close(code=TRY_LATER)

    async def connect(self) -> None:
        """Refuse before accepting, or join and accept."""
        self.person: Person = self.scope["person"]
        self._key: str = self.scope["session_key"]
        self._session = await database_sync_to_async(lasting_id)(self._key)
        self._times: deque[float] = deque()
        self._watch: asyncio.Task[None] | None = None
        self._heard: list[str] | None = await self.groups_for(self.person)
        if self._heard is None:
            await self.close(code=FORBIDDEN)
            return
        # Channels leaves the groups in this list when the socket closes.
        self.groups = [person_group(self.person.pk), *self._heard]
        for group in self.groups:
            await self.channel_layer.group_add(group, self.channel_name)
        await self.accept()
        self._watch = asyncio.create_task(self._keep_watch())

    async def disconnect(self, code: int) -> None:
        """Stop watching."""
        if self._watch is not None and self._watch is not asyncio.current_task():
            self._watch.cancel()

    async def receive(
        self, text_data: str | None = None, bytes_data: bytes | None = None, **kwargs: Any
    ) -> None:
        """Size, rate and session are checked before the content is read."""
        if text_data is None or len(text_data.encode("utf-8", "surrogatepass")) > MESSAGE_BYTES:
            await self.close(code=TOO_BIG)
        elif self._too_many():
            await self.close(code=TOO_MANY)
        elif await self._still_welcome():
            await self._read(text_data)

    async def hint(self, event: dict[str, Any]) -> None:
        """Pass on that something is new; the page fetches it through its door."""
        await self.send_json({"kind": event["kind"], "ids": event["ids"]})

    async def end(self, event: dict[str, Any]) -> None:
        """A session of this person ended, or a role did: see whether it was this one."""
        await self._still_welcome()

    async def _read(self, text: str) -> None:
        try:
            content = await self.decode_json(text)
        except ValueError:
            await self.close(code=NOT_JSON)
            return
        await self.received(content)

    async def _still_welcome(self) -> bool:
        # A step-up gives the session a new key; a socket that knew only the old one would fall silent for no reason.
        person, self._key = await database_sync_to_async(person_of)(self._key, self._session)
        if person is None or person.pk != self.person.pk:
            await self.close(code=SIGNED_OUT)
            return False
        if await self.groups_for(person) != self._heard:
            await self.close(code=FORBIDDEN)
            return False
        return True

    async def _keep_watch(self) -> None:
        try:
            await asyncio.sleep(self.recheck_seconds)
            while await self._still_welcome():
                await asyncio.sleep(self.recheck_seconds)
        except DatabaseError:
            # Nobody can say that she is still welcome: the page connects anew when the database is back.
            await self.close(code=TRY_LATER)

    def _too_many(self) -> bool:
        now = monotonic()
        while self._times and now - self._times[0] > WINDOW_SECONDS:
            self._times.popleft()
        self._times.append(now)
        return len(self._times) > MESSAGES
