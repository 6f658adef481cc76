"""Whose turn it is: what is measured runs alone on the machine, all other tests beside each other.

A plugin that tests/conftest.py names in `pytest_plugins`. Without workers there is nobody to wait for.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest


class Turns:
    """Two locks in one folder, the same for all workers of a run; they go when the process that holds them does."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._door = os.open(folder / "door", os.O_CREAT | os.O_RDWR)
        self._room = os.open(folder / "room", os.O_CREAT | os.O_RDWR)

    @contextmanager
    def beside(self) -> Iterator[None]:
        """With others, but not while somebody is alone or waits to be."""
        with _held(self._door, fcntl.LOCK_EX):
            fcntl.flock(self._room, fcntl.LOCK_SH)
        try:
            yield
        finally:
            fcntl.flock(self._room, fcntl.LOCK_UN)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """When the others have ended what they are at; the closed door keeps them from beginning anew."""
        with _held(self._door, fcntl.LOCK_EX), _held(self._room, fcntl.LOCK_EX):
            yield


@contextmanager
def _held(lock: int, kind: int) -> Iterator[None]:
    fcntl.flock(lock, kind)
    try:
        yield
    finally:
        fcntl.flock(lock, fcntl.LOCK_UN)


TURNS = pytest.StashKey[Turns]()


def pytest_configure(config: pytest.Config) -> None:
    if run := os.environ.get("PYTEST_XDIST_TESTRUNUID"):
        config.stash[TURNS] = Turns(Path(tempfile.gettempdir()) / f"ikbt-turns-{run}")


def pytest_unconfigure(config: pytest.Config) -> None:
    if turns := config.stash.get(TURNS, None):
        # Who still runs has both locks open; the first to end takes the folder away.
        shutil.rmtree(turns.folder, ignore_errors=True)


def turn_of(item: pytest.Item) -> AbstractContextManager[None]:
    """The turn that a test takes, its fixtures with it."""
    turns = item.config.stash.get(TURNS, None)
    if turns is None:
        return nullcontext()
    return turns.alone() if item.get_closest_marker("benchmark") else turns.beside()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[Any]:
    with turn_of(item):
        return (yield)
