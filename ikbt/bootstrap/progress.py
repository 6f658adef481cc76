"""Decides how set-up tells what it does: one line a phase, with a count and the seconds it took."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TextIO

# "Processing" is how pip names a package that lies on the machine's own disk.
_COUNTED = ("Collecting ", "Processing ", "Requirement already satisfied: ")
_EVERY = 10


def phase_line(label: str, *, done: int, total: int, seconds: float) -> str:
    """One line of progress: "  Fetching packages   20 of 61   12 s"."""
    count = f"{done} of {total}" if total else ""
    return f"  {label:<28}{count:>11}{seconds:>7.0f} s"


@dataclass
class PipProgress:
    """Follows pip's lines: first each package is collected, then all are unpacked at once."""

    total: int
    out: TextIO = field(default_factory=lambda: sys.stdout)
    clock: Callable[[], float] = time.monotonic
    done: int = 0

    def __post_init__(self) -> None:
        self.started = self.clock()

    def follow(self, line: str) -> None:
        if line.startswith(_COUNTED):
            self.done += 1
            if self.done % _EVERY == 0 and self.done < self.total:
                self._say("Fetching packages", self.done)
        elif line.startswith("Installing collected packages"):
            self._say("Fetched; unpacking", self.done)

    def finish(self) -> None:
        self._say("Installed", self.total)

    def _say(self, label: str, done: int) -> None:
        # A lock may list a package for several Pythons; pip then collects fewer than it names, never more.
        seconds = self.clock() - self.started
        line = phase_line(label, done=min(done, self.total), total=self.total, seconds=seconds)
        print(line, file=self.out, flush=True)
