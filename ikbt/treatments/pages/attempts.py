"""What has been tried of each step of a ladder: how many times, and how strong it was the last time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ikbt.treatments.models import Treatment, WorksheetEntry

LADDER = "exposure_hierarchy"
# The logs whose entries name a step of the ladder.
LOGS = ("exposure_log", "erp_log")


@dataclass(frozen=True)
class StepTried:
    """A step with its own estimate; `peak` and `before_that` are the highest distress of the last two times."""

    situation: str
    suds: str
    times: int
    peak: str
    before_that: str


def attempts_of(
    treatment: Treatment, exercise: str, entries: Sequence[WorksheetEntry]
) -> tuple[StepTried, ...]:
    """The steps of the newest ladder with what her logs say of each; nothing at other exercises. One query."""
    ladder = newest_steps(entries) if exercise == LADDER else []
    if not ladder:
        return ()
    rows = WorksheetEntry.objects.filter(
        treatment=treatment, exercise__in=LOGS, state=WorksheetEntry.State.HANDED_IN
    )
    tried = by_step(rows.order_by("created_at", "id"))
    return tuple(step_tried(step, tried.get(str(step.get("situation")), [])) for step in ladder)


def newest_steps(entries: Sequence[WorksheetEntry]) -> list[Mapping[str, object]]:
    """The rows of the newest ladder that was handed in; entries come with the newest first."""
    handed_in = (entry for entry in entries if entry.state == WorksheetEntry.State.HANDED_IN)
    newest = next(handed_in, None)
    rows = newest.values.get("steps") if newest is not None and isinstance(newest.values, Mapping) else None
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def by_step(rows: Iterable[WorksheetEntry]) -> dict[str, list[object]]:
    """The highest distress of each time, by the step's name, oldest first."""
    found: dict[str, list[object]] = {}
    for entry in rows:
        if isinstance(entry.values, Mapping) and isinstance(entry.values.get("step"), str):
            found.setdefault(entry.values["step"], []).append(entry.values.get("suds_peak"))
    return found


def step_tried(step: Mapping[str, object], peaks: Sequence[object]) -> StepTried:
    last = [written(peak) for peak in peaks[-2:]]
    return StepTried(
        situation=str(step.get("situation") or "–"),
        suds=written(step.get("suds")),
        times=len(peaks),
        peak=last[-1] if last else "–",
        before_that=last[0] if len(last) > 1 else "",
    )


def written(value: object) -> str:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else "–"
