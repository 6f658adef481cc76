"""Heads of the chain kept outside the database, signed; decides what counts as a true anchor."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from ikbt.audit.models import Entry

# Room for a line of an anchor file, newline and all.
_TAIL_BYTES = 4096


class Forged(ValueError):
    """A line of the anchor file is not one that we signed, or does not follow the line before."""


@dataclass(frozen=True)
class Anchor:
    """The head of the chain at a moment. `mac` covers the rest and the mac of the anchor before."""

    seq: int
    hash: str
    at: str
    mac: str


def signed(*parts: object) -> str:
    """HMAC-SHA256 of the parts under settings.AUDIT_ANCHOR_KEY; refuses to sign without a key."""
    if not settings.AUDIT_ANCHOR_KEY:
        raise ImproperlyConfigured(
            "Set IKBT_AUDIT_ANCHOR_KEY: without it nothing proves who wrote an anchor."
        )
    text = ":".join(str(part) for part in parts)
    return hmac.new(settings.AUDIT_ANCHOR_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


def anchor_file() -> Path:
    """Where anchors are kept."""
    return Path(settings.AUDIT_ANCHOR_FILE or Path(settings.STATE_DIR) / "audit-anchors.jsonl")


def drop_anchor(file: Path, *, at: datetime) -> Anchor | None:
    """Append the present head to the file; None when the log is empty.

    Raises Forged when the last line is no anchor.
    """
    head = Entry.objects.exclude(seq=None).order_by("-seq").first()
    if head is None or head.seq is None:
        return None
    told, before = at.isoformat(timespec="seconds"), _last_mac(file)
    anchor = Anchor(seq=head.seq, hash=head.hash, at=told, mac=_mac(head.seq, head.hash, told, before))
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as opened:
        opened.write(json.dumps(asdict(anchor)) + "\n")
    return anchor


def anchors(file: Path) -> Iterator[Anchor]:
    """The anchors of a file in their order, each checked; raises Forged at the first that is not true."""
    if not file.exists():
        return
    before, seq = "", 0
    with file.open(encoding="utf-8") as opened:
        for number, line in enumerate(opened, start=1):
            anchor = _parsed(line)
            true = anchor and hmac.compare_digest(
                anchor.mac, _mac(anchor.seq, anchor.hash, anchor.at, before)
            )
            if anchor is None or not true or anchor.seq < seq:
                raise Forged(f"Line {number} of {file} is not an anchor that follows the one before.")
            before, seq = anchor.mac, anchor.seq
            yield anchor


def _mac(seq: object, head: object, at: object, before: str) -> str:
    return signed("anchor", seq, head, at, before)


def _parsed(line: str) -> Anchor | None:
    try:
        told = json.loads(line)
        return Anchor(seq=int(told["seq"]), hash=str(told["hash"]), at=str(told["at"]), mac=str(told["mac"]))
    except (ValueError, KeyError, TypeError):
        return None


def _last_mac(file: Path) -> str:
    """The mac of the last line; empty for a file that is not there yet."""
    if not file.exists():
        return ""
    with file.open("rb") as opened:
        opened.seek(max(0, file.stat().st_size - _TAIL_BYTES))
        lines = opened.read().decode("utf-8", "replace").splitlines()
    last = _parsed(lines[-1]) if lines else None
    if lines and last is None:
        raise Forged(f"The last line of {file} is not an anchor.")
    return last.mac if last else ""
