"""Pure: decides which rows of the list are shown, by view, reason and program. Names are searched in the page alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeVar
from urllib.parse import urlencode

from therapist.reasons import Urgency


class Shown(StrEnum):
    """Which patients the list shows."""

    ALL = "alla"
    NEEDS_ME = "behover-mig"
    HIGH = "hog-risk"
    OWN = "egna"
    COVERED = "vikarie"
    # The open high alerts of the whole unit; colleagues' patients without a name.
    UNIT = "enheten"


class Listed(Protocol):
    """What of a row decides whether it is shown."""

    @property
    def is_high(self) -> bool: ...
    @property
    def covers_for(self) -> str: ...
    @property
    def urgencies(self) -> frozenset[Urgency]: ...
    @property
    def program(self) -> str: ...


R = TypeVar("R", bound=Listed)


@dataclass(frozen=True)
class Choice:
    """A view, narrowed by a reason and a program when they are named."""

    shown: Shown = Shown.ALL
    urgency: Urgency | None = None
    program: str = ""

    @property
    def is_narrowed(self) -> bool:
        """Whether more than the view decides."""
        return self.urgency is not None or bool(self.program)

    @property
    def query(self) -> str:
        """The choice as an address carries it; nothing in it is about a person."""
        more = {"orsak": self.urgency.name.lower()} if self.urgency else {}
        return urlencode({"visa": self.shown, **more, **({"program": self.program} if self.program else {})})


def choice_of(asked: Mapping[str, str]) -> Choice:
    """What an address asks for; words it does not know are left out."""
    shown, reason = asked.get("visa", ""), asked.get("orsak", "").upper()
    return Choice(
        shown=Shown(shown) if shown in list(Shown) else Shown.ALL,
        urgency=Urgency[reason] if reason in Urgency.__members__ else None,
        program=asked.get("program", ""),
    )


def in_view(rows: Sequence[R], shown: Shown) -> list[R]:
    """The rows of a view, in their order."""
    return [row for row in rows if _IN_VIEW[shown](row)]


def chosen(rows: Sequence[R], choice: Choice) -> list[R]:
    """The rows of a view that have the reason, first or not, and the program."""
    return [
        row
        for row in in_view(rows, choice.shown)
        if (choice.urgency is None or choice.urgency in row.urgencies)
        and (not choice.program or choice.program == row.program)
    ]


_IN_VIEW: Mapping[Shown, Callable[[Listed], bool]] = {
    Shown.ALL: lambda row: True,
    Shown.NEEDS_ME: lambda row: bool(row.urgencies),
    Shown.HIGH: lambda row: row.is_high,
    Shown.OWN: lambda row: not row.covers_for,
    Shown.COVERED: lambda row: bool(row.covers_for),
    Shown.UNIT: lambda row: row.is_high,
}
