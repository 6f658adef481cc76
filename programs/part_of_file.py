"""Decides which bytes of a file a browser gets that asks for a part: one range, as RFC 9110 section 14 says."""

from __future__ import annotations

from whitenoise.responders import StaticFile

# What one answer holds where the browser names no end. Under ASGI Django reads an answer whole before it sends it, and
# a film would fill the memory; the browser asks for the next part when it needs it (RFC 9110, section 15.3.7).
MOST_BYTES = 4 * 1024 * 1024


class NoSuchPart(ValueError):
    """The part begins after the file's end."""


def asked_part(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte, counted from 0, both included, of a file of `size` bytes; raises NoSuchPart.

    Without an end it is at most MOST_BYTES long. None: the whole file, also for several parts at once and for what
    nobody can read, as the RFC allows.
    """
    try:
        first, last = StaticFile.parse_byte_range(header)
    except ValueError:
        return None
    if first < 0:
        first = max(first + size, 0)
    if last is not None and last < first:
        return None
    if first >= size:
        raise NoSuchPart(header)
    return first, min(first + MOST_BYTES - 1 if last is None else last, size - 1)
