"""Writes text messages into a file, a line each: for the demo."""

from __future__ import annotations

import json
import os
from pathlib import Path

from django.conf import settings

from ikbt.common import clock
from ikbt.outbox.sms.base import NotSent, SmsBackend, Text


class FileBackend(SmsBackend):
    """One JSON object a line, at the end of `SMS_FILE`; sends nothing."""

    def send(self, text: Text) -> None:
        """One write at the end of the file: several processes may write to it."""
        told = {"at": clock.now().isoformat(), "to": text.to, "body": text.body, "reference": text.reference}
        line = json.dumps(told, ensure_ascii=False) + "\n"
        path = Path(settings.SMS_FILE)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        except OSError as failed:
            raise NotSent from failed
        with os.fdopen(handle, "ab", buffering=0) as file:
            file.write(line.encode())
