"""Writes text messages to the console: for developers."""

from __future__ import annotations

import sys

from ikbt.outbox.sms.base import SmsBackend, Text


class ConsoleBackend(SmsBackend):
    """Shows it and sends nothing."""

    def send(self, text: Text) -> None:
        """One line."""
        sys.stdout.write(f"SMS to {text.to}: {text.body}\n")
