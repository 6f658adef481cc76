"""Keeps text messages in this process: for tests."""

from __future__ import annotations

from ikbt.outbox.sms.base import SmsBackend, Text

outbox: list[Text] = []


class MemoryBackend(SmsBackend):
    """Sends nothing; `outbox` has them in the order they left."""

    def send(self, text: Text) -> None:
        """Keep it."""
        outbox.append(text)
