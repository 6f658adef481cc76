"""Which bytes a browser gets that asks for a part; the examples of RFC 9110, section 14, among them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.part_of_file import MOST_BYTES, NoSuchPart, asked_part


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-499", (0, 499)),
        ("bytes=500-999", (500, 999)),
        ("bytes=-500", (9500, 9999)),
        ("bytes=9500-", (9500, 9999)),
        ("bytes=0-0", (0, 0)),
        ("bytes=9999-20000", (9999, 9999)),
        ("bytes=-20000", (0, 9999)),
    ],
)
def test_one_part_of_ten_thousand_bytes(header: str, part: tuple[int, int]) -> None:
    assert asked_part(header, 10_000) == part


@pytest.mark.parametrize(
    "header", ["", "bytes", "bytes=", "bytes=-", "bytes=a-b", "lines=0-5", "bytes=0-0,-1", "bytes=9-5"]
)
def test_several_parts_and_what_nobody_can_read_are_the_whole_file(header: str) -> None:
    assert asked_part(header, 10_000) is None


@pytest.mark.parametrize("header", ["bytes=10000-", "bytes=20000-20001"])
def test_a_part_after_the_end_is_none(header: str) -> None:
    with pytest.raises(NoSuchPart):
        asked_part(header, 10_000)


def test_without_an_end_a_long_file_comes_in_parts_that_the_memory_holds() -> None:
    size = 3 * MOST_BYTES

    assert asked_part("bytes=0-", size) == (0, MOST_BYTES - 1)
    assert asked_part(f"bytes={2 * MOST_BYTES + 5}-", size) == (2 * MOST_BYTES + 5, size - 1)
    assert asked_part(f"bytes=0-{size}", size) == (0, size - 1)


@given(st.text(max_size=30) | st.from_regex(r"bytes=\d{0,6}-\d{0,6}", fullmatch=True), st.integers(1, 10**6))
def test_a_part_is_always_within_the_file(header: str, size: int) -> None:
    try:
        part = asked_part(header, size)
    except NoSuchPart:
        return
    assert part is None or 0 <= part[0] <= part[1] < size
