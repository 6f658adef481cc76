"""Decides which bytes of a file a browser gets that asks for a part: one range, as RFC 9110 section 14 says."""

from __future__ import annotations

from whitenoise.responders import StaticFile


class NoSuchPart(ValueError):
    """The part begins after the file's end."""


def asked_part(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte, counted from 0, both included, of a file of `size` bytes; raises NoSuchPart.

    None: the whole file, also for several parts at once and for what nobody can read, as the RFC allows.
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
    return first, size - 1 if last is None else min(last, size - 1)
