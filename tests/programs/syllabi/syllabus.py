"""What a shipped program promises by its syllabus, for `tests/programs/test_library.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Place = tuple[str, str]
EVERY_TIME = frozenset({"screening", "pre", "weekly", "mid", "post", "follow_up"})


@dataclass(frozen=True)
class Syllabus:
    """One program. A place is a module's key and an exercise's id.

    `exercises` says which exercises a module holds, and how many entries where the syllabus says. `optional`
    are offered, never demanded. `may_lack` belong to a branch that the therapist decides on. `continued`
    names the module whose work is taken up again. `measures` says when each instrument is asked.
    `words`, `lix` and `steps` bound a module, `practice` its minutes a week. `examples` are the kinds of patients
    for whom a module may have a step of their own, with the kind in its key. `translates` is the key of the program
    that it is a translation of, and `says` what its first module says of who reads, and of where help is. `offered`
    are modules that stand in nobody's path until an offer brings them.
    """

    key: str
    weeks: int
    therapist_minutes: tuple[int, int]
    persons: frozenset[str]
    stems: tuple[str, ...]
    exercises: Mapping[str, Mapping[str, int | None]]
    measures: Mapping[str, frozenset[str]]
    mid_week: int
    optional: frozenset[Place] = frozenset()
    may_lack: frozenset[str] = frozenset()
    continued: Mapping[Place, str] = field(default_factory=dict)
    words: tuple[int, int] = (600, 1200)
    practice: tuple[int, int] = (60, 240)
    steps: tuple[int, int] = (6, 9)
    lix: int = 38
    examples: tuple[str, ...] = ()
    language: str = "sv"
    translates: str = ""
    offered: frozenset[str] = frozenset()
    says: tuple[str, str] = ("Ingen läser i realtid", "numren på sidan Hjälp")
