"""What is kept in the process: asked for once, together, and never more than there is room for."""

from __future__ import annotations

from collections.abc import Collection

from ikbt.common.keeping import Kept


class Store:
    """Rows that remember which of them were asked for."""

    def __init__(self) -> None:
        self.asked: list[set[int]] = []

    def read(self, keys: Collection[int]) -> dict[int, str]:
        self.asked.append(set(keys))
        return {key: f"row {key}" for key in keys if key < 100}


def test_the_missing_ones_are_read_together_and_the_others_not_at_all() -> None:
    store, kept = Store(), Kept[int, str](10)

    assert kept.of([1, 2], store.read) == {1: "row 1", 2: "row 2"}
    assert kept.of([2, 3, 4], store.read) == {2: "row 2", 3: "row 3", 4: "row 4"}
    assert kept.of([1, 4], store.read) == {1: "row 1", 4: "row 4"}

    assert store.asked == [{1, 2}, {3, 4}]


def test_what_does_not_exist_is_asked_for_again_since_it_may_be_written_meanwhile() -> None:
    store, kept = Store(), Kept[int, str](10)

    assert kept.of([1, 100], store.read) == {1: "row 1"}
    kept.of([1, 100], store.read)

    assert store.asked == [{1, 100}, {100}]


def test_it_never_keeps_more_than_it_has_room_for_and_still_answers_all() -> None:
    store, kept = Store(), Kept[int, str](3)

    kept.of([1, 2], store.read)
    assert kept.of([1, 3, 4], store.read) == {1: "row 1", 3: "row 3", 4: "row 4"}
    assert len(kept.of(range(10, 20), store.read)) == 10

    # Two, then two new for which there was no room beside them, then the first three of ten.
    kept.of([12], store.read)
    kept.of([13], store.read)
    assert store.asked == [{1, 2}, {3, 4}, set(range(10, 20)), {13}]
