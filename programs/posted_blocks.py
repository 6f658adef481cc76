"""Which blocks a sent form holds that there are none of: Wagtail leaves them out without a word. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from wagtail import blocks

# More than any page of ours holds; a form that claims more is cut off by the limit on its fields.
MOST = 2000


def unknown_blocks(block: Any, prefix: str, data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(place, type) of each; the place is the numbers on the way to it: "2.1" is in the second step the first block."""
    for numbers, kind in _unknown(block, prefix, data, ()):
        yield ".".join(str(number + 1) for number in numbers), kind


def _unknown(
    block: Any, prefix: str, data: Mapping[str, Any], way: tuple[int, ...]
) -> Iterator[tuple[tuple[int, ...], str]]:
    if isinstance(block, blocks.BaseStructBlock):
        for name, child in block.child_blocks.items():
            yield from _unknown(child, f"{prefix}-{name}", data, way)
    elif isinstance(block, blocks.ListBlock):
        for number in _numbers(prefix, data):
            yield from _unknown(block.child_block, f"{prefix}-{number}-value", data, (*way, number))
    elif isinstance(block, blocks.BaseStreamBlock):
        for number in _numbers(prefix, data):
            kind = str(data.get(f"{prefix}-{number}-type", ""))
            child = block.child_blocks.get(kind)
            if child is None:
                yield (*way, number), kind
            else:
                yield from _unknown(child, f"{prefix}-{number}-value", data, (*way, number))


def _numbers(prefix: str, data: Mapping[str, Any]) -> list[int]:
    said = str(data.get(f"{prefix}-count", "0"))
    count = min(int(said), MOST) if said.isdecimal() and len(said) < 9 else 0
    return [number for number in range(count) if not data.get(f"{prefix}-{number}-deleted")]
