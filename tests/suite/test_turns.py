"""Guards that nothing runs beside what is measured."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from tests.turns import TURNS, Turns, turn_of


@pytest.fixture
def mine(tmp_path: Path) -> Turns:
    return Turns(tmp_path)


@pytest.fixture
def free(tmp_path: Path) -> Iterator[dict[str, int]]:
    """Another worker's own look at the two locks."""
    looks = {name: os.open(tmp_path / name, os.O_CREAT | os.O_RDWR) for name in ("door", "room")}
    yield looks
    for one in looks.values():
        os.close(one)


def may(look: int, kind: int) -> bool:
    try:
        fcntl.flock(look, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    fcntl.flock(look, fcntl.LOCK_UN)
    return True


def test_tests_run_beside_each_other(mine: Turns, free: dict[str, int]) -> None:
    with mine.beside():
        assert may(free["door"], fcntl.LOCK_EX)
        assert may(free["room"], fcntl.LOCK_SH)
        assert not may(free["room"], fcntl.LOCK_EX)


def test_nobody_begins_while_one_is_alone(mine: Turns, free: dict[str, int]) -> None:
    with mine.alone():
        assert not may(free["door"], fcntl.LOCK_EX)
        assert not may(free["room"], fcntl.LOCK_SH)
    assert may(free["door"], fcntl.LOCK_EX)
    assert may(free["room"], fcntl.LOCK_EX)


def test_who_is_to_be_alone_waits_for_the_others_to_end(tmp_path: Path, mine: Turns) -> None:
    told: list[str] = []

    def measure() -> None:
        with Turns(tmp_path).alone():
            told.append("alone")

    waiting = Thread(target=measure)
    with mine.beside():
        waiting.start()
        told.append("beside")
    waiting.join(timeout=30)
    assert told == ["beside", "alone"]


@pytest.mark.benchmark
def test_a_test_that_measures_is_alone(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    kept = request.config.stash.get(TURNS, None)
    request.config.stash[TURNS] = Turns(tmp_path)
    try:
        turn = turn_of(request.node)
        with turn:
            look = os.open(tmp_path / "door", os.O_RDWR)
            assert not may(look, fcntl.LOCK_EX)
            os.close(look)
    finally:
        if kept is None:
            del request.config.stash[TURNS]
        else:
            request.config.stash[TURNS] = kept
