"""Lives a simulated month: all that is planned and all that comes of it, in the order of time, with the clock moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from heapq import heappop, heappush
from itertools import count
from random import Random
from uuid import UUID

from django.core.exceptions import ValidationError

from ikbt.accounts.models import Person
from ikbt.accounts.roles import Role
from ikbt.audit.recording import Actor
from ikbt.common import clock
from ikbt.common.clock import STOCKHOLM, midnight
from ikbt.demo.month.planning import Plan
from ikbt.demo.month.posting import Posted
from ikbt.demo.month.unit import Unit
from ikbt.treatments.models import Treatment

# A Monday; with 30 days the clock is changed once, on the 28th.
BEGINS = date(2027, 3, 1)
Do = Callable[[datetime], None]


@dataclass
class Month:
    """What is to come, and what has come of it. `broken` holds sentences that no invariant allows."""

    unit: Unit
    plans: list[Plan]
    days: int
    seed: int
    treatments: dict[int, UUID] = field(default_factory=dict)
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    posted: Posted = field(default_factory=Posted)
    _queue: list[tuple[datetime, int, str, Do]] = field(default_factory=list)
    _number: count[int] = field(default_factory=count)

    @property
    def ends(self) -> datetime:
        """The first moment after it."""
        return midnight(BEGINS + timedelta(days=self.days))

    def moment(self, after: timedelta) -> datetime:
        """On the wall clock, so that nine o'clock is nine o'clock also after it has been changed."""
        return (datetime.combine(BEGINS, time.min) + after).replace(tzinfo=STOCKHOLM)

    def later(self, at: datetime, name: str, do: Do) -> None:
        """Put something off until its time; of two at once the one that was put in first comes first."""
        heappush(self._queue, (at, next(self._number), name, do))

    def live(self) -> None:
        """Until its end; what a rule refuses is counted, everything else that goes wrong ends the run."""
        while self._queue and self._queue[0][0] < self.ends:
            at, _number, name, do = heappop(self._queue)
            clock.move_to(at)
            try:
                do(at)
            except ValidationError as refused:
                self.refused[f"{name}: {refused.messages[0]}"] += 1
            else:
                self.done[name] += 1
        clock.move_to(self.ends)

    def chance(self, *words: object) -> Random:
        """A source of chance of its own for each occasion, so that nothing depends on what was drawn before."""
        return Random(" ".join(str(word) for word in (self.seed, *words)))

    def treatment(self, number: int) -> Treatment:
        """The treatment of a patient by her number, as it stands."""
        rows = Treatment.objects.select_related("patient", "therapist", "unit", "version", "series")
        return rows.get(pk=self.treatments[number])

    def staff(self, person: Person) -> Actor:
        """A member of staff as the log names her."""
        role = {self.unit.coordinator.pk: Role.COORDINATOR, self.unit.manager.pk: Role.UNIT_MANAGER}
        return Actor(id=person.pk, role=role.get(person.pk, Role.THERAPIST), unit=self.unit.unit.pk)

    def own(self, patient: Person) -> Actor:
        """A patient as the log names her."""
        return Actor(id=patient.pk, role=Role.PATIENT, unit=self.unit.unit.pk)
