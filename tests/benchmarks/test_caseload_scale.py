"""The therapist's list and a patient's page cost the same among 100,000 treatments as among 1,000.

The suite goes to 20,000, which take less time to make; IKBT_SCALE_TREATMENTS=100000 goes all the way. What the demo's
generator tells of one therapist is copied with all that has happened; see tests/benchmarks/copying.py.
"""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from pathlib import Path
from random import Random
from statistics import median

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ikbt.accounts.models import Person, RoleAssignment
from ikbt.common import clock
from ikbt.demo.caseload import seed_caseload
from ikbt.demo.people import make_patients
from ikbt.treatments.models import CareRelation, Treatment
from tests.benchmarks.copying import Copies, database_name, database_of_its_own
from tests.benchmarks.test_cost_of_security import Ask, asker
from tests.cast import Cast, gather
from tests.conftest import signed_in_client
from tests.therapist import scenes
from therapist.caseload import own_patients

pytestmark = [
    pytest.mark.benchmark,
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="the promise is PostgreSQL's, which copies the rows"
    ),
]
# Looser figures need a note in docs/decisions, not an edit here.
LIST_QUERIES, LIST_SECONDS, PAGE_QUERIES, MAY_GROW = 12, 0.15, 20, 1.5
FEW, MANY = 1_000, int(os.environ.get("IKBT_SCALE_TREATMENTS", "20000"))
PATIENTS_OF_HERS, TOLD, TIMES = 100, 250, 25


@dataclass(frozen=True)
class Cost:
    """What one page costs: statements, and the middle of many seconds of the server.

    `worked`: what the processors worked for it, here and in the database. `seconds`: the same as if nothing else ran on
    the machine; how much slower it is just now than at its best is told by a piece of work that is always the same.
    """

    queries: int
    worked: float
    seconds: float


@dataclass
class Pace:
    """How long the same piece of work takes, again and again."""

    best: float = inf

    def now(self) -> float:
        """Once; a millisecond or so of plain Python."""
        began, rows = time.process_time(), []
        for number in range(4000):
            rows.append({"number": number, "text": str(number)})
        took = time.process_time() - began
        self.best = min(self.best, took)
        return took


PACE = Pace()


@pytest.fixture
def apart(transactional_db: None) -> Iterator[None]:
    """A database of this test's own: millions of rows leave nothing behind."""
    with database_of_its_own(database_name()):
        yield


def told_caseload(cast: Cast) -> list[Treatment]:
    """Treatments of Tove's over 24 weeks as the demo tells them, exactly a hundred of them in her list."""
    now = clock.now()
    patients = make_patients(TOLD - 1, chance=Random(1), today=clock.local_date(now), at=now)
    made = seed_caseload(
        patients,
        versions={cast.alfa.pk: [cast.version]},
        therapists=[(cast.tove, cast.alfa)],
        now=now,
        told=lambda done, everybody: None,
    )
    surplus = own_patients(cast.tove, now)[PATIENTS_OF_HERS:]
    Treatment.objects.held(surplus).update(therapist=cast.kim)
    CareRelation.objects.filter(treatment__in=surplus).update(staff=cast.kim)
    return [*made, cast.treatment]


def cost_of(ask: Ask) -> Cost:
    """Of a page that this process has drawn before, asked for as a WSGI server does."""
    for _ in range(2):
        assert ask().status_code == 200
    with CaptureQueriesContext(connection) as captured:
        ask()
    queries = sum(one not in {"BEGIN", "COMMIT"} for one in scenes.statements(captured))
    worked, paces = [], []
    gc.collect()
    # What the test has made stays out of each full collection: a server has none of it.
    gc.freeze()
    for _ in range(TIMES):
        # The first one after a page finds its memory cold, which says nothing of the machine.
        PACE.now()
        paces.append(PACE.now())
        worked.append(_seconds(ask))
    gc.unfreeze()
    return Cost(queries, median(worked), median(worked) * PACE.best / median(paces))


def _seconds(ask: Ask) -> float:
    before = time.process_time() + _database_seconds()
    ask()
    return time.process_time() + _database_seconds() - before


def _database_seconds() -> float:
    """What this connection's server process has worked so far."""
    return int(Path(f"/proc/{_server_process()}/schedstat").read_text().split()[0]) / 1e9


def _server_process() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def told(name: str, cost: Cost, treatments: int) -> None:
    print(
        f"{treatments:>7} treatments, {name}: {cost.queries} queries, "
        f"{cost.seconds * 1000:.0f} ms ({cost.worked * 1000:.0f} ms on this machine just now)"
    )


def test_the_list_and_a_patients_page_do_not_grow_with_the_number_of_treatments(apart: None) -> None:
    cast = gather()
    RoleAssignment.objects.update(starts_at=clock.now() - 800 * clock.UNITS["d"])
    began = time.perf_counter()
    copies = Copies([one.pk for one in told_caseload(cast)], cast.tove, cast.alfa)
    print(f"\n{len(copies.told)} treatments told in {time.perf_counter() - began:.0f} s")
    # At its best: short enough to be left alone now and then, and often enough.
    for _ in range(1000):
        PACE.now()
    cookies = signed_in_client(cast.tove).cookies
    paths = {"list": "/arbetslista/", "patient's page": _page_of_the_fullest(cast.tove)}
    pages = {name: asker(path, cookies) for name, path in paths.items()}

    found: list[dict[str, Cost]] = []
    for treatments in (FEW, MANY):
        began = time.perf_counter()
        copies.reach(treatments)
        print(f"{copies.treatments} treatments stand after {time.perf_counter() - began:.0f} s")
        found.append({name: cost_of(ask) for name, ask in pages.items()})
        for name, cost in found[-1].items():
            told(name, cost, copies.treatments)

    few, many = found
    assert Treatment.objects.everybodys().count() >= MANY
    assert len(own_patients(cast.tove, clock.now())) == PATIENTS_OF_HERS
    assert many["list"].queries <= LIST_QUERIES
    assert many["list"].seconds < LIST_SECONDS
    assert many["patient's page"].queries <= PAGE_QUERIES
    for name in pages:
        assert many[name].seconds <= MAY_GROW * few[name].seconds, name


def _page_of_the_fullest(staff: Person) -> str:
    """The page of whoever of hers has come furthest."""
    fullest = max(own_patients(staff, clock.now()), key=lambda one: one.events.count())
    return reverse("therapist:patient", args=[fullest.pk])
