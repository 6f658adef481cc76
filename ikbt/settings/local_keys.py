"""Keys for a machine that holds no real patients: made once, kept in the state folder, never in the repository."""

from __future__ import annotations

import base64
import json
import os
import secrets
from pathlib import Path


def local_keys(folder: Path) -> dict[str, str]:
    """Read or make {"secret", "field", "index"}; the file is readable by its owner only."""
    file = folder / "keys.json"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        made = {
            "secret": secrets.token_urlsafe(64),
            "field": "local:" + base64.b64encode(secrets.token_bytes(32)).decode(),
            "index": secrets.token_urlsafe(32),
        }
        # O_EXCL: of two processes that start together one makes the file and the other reads it.
        try:
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return local_keys(folder)
        with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
            json.dump(made, opened)
    keys: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return keys
