"""What a log row's hash is made of: canonical JSON of its fields, tied to the row before; pure."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime

# The hash that the very first row follows.
BEGINNING = "0" * 64
# In the order of the C1 list: when, who, whose, what, why, how it ended, from where.
FIELDS = (
    "at",
    "actor",
    "role",
    "unit",
    "patient",
    "action",
    "object_kind",
    "object_id",
    "relation",
    "reason",
    "granted",
    "address",
    "request_id",
)
# C0 and C1 controls, line and paragraph separators, and the marks that turn the direction of reading;
# lone surrogates can't be stored at all.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def escaped(text: str) -> str:
    r"""The text on one line ("a\nb" becomes "a\\u000ab"): no value can look like two rows (ASVS 16.4.1)."""
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def digest(row: Mapping[str, object]) -> str:
    """SHA-256, in hexadecimal, of a row's own fields.

    Empty values are left out, so that a field added later leaves the digests of older rows as they are.
    """
    told = {name: _plain(row[name]) for name in FIELDS if row[name] is not None and row[name] != ""}
    text = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def link(*, seq: int, row_id: int, previous: str, digest: str) -> str:
    """The hash of a row in the chain; the database computes the same in its trigger."""
    return hashlib.sha256(f"{seq}:{row_id}:{previous}:{digest}".encode()).hexdigest()


def _plain(value: object) -> str | bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return str(value)
