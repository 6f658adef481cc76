"""Three real workers race on PostgreSQL and are killed with -9 at each step, on the nights of clock change 2027.

Each message at most once, none after the end, late ones by the rule in docs/flows/automations.md. What left is counted
in the files of Django's file backend, not in the database that the killed ones wrote.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection

from ikbt.outbox.limits import LATEST, LEAST_BETWEEN
from ikbt.outbox.models import Notice
from ikbt.treatments.automatic_rules import at_day
from ikbt.treatments.ending import discontinue_treatment
from ikbt.treatments.models import Alert, AutomaticAct, Treatment
from tests.cast import Cast, gather
from tests.ikbt.outbox.killing import POINTS
from tests.ikbt.treatments.courses import WHY, begun, tove

ROOT = Path(__file__).resolve().parents[3]
SPRING, AUTUMN = date(2027, 3, 28), date(2027, 10, 31)
WEEKLY: list[dict[str, object]] = [{"instrument": "phq-9", "when": "weekly"}]
WORKERS = 3
PATIENTS = 6
# Longer than a claim lasts, so that what a killed one left lying is taken up again.
BETWEEN = timedelta(minutes=21)
KILLED = -signal.SIGKILL

pytestmark = [
    pytest.mark.skipif(
        "connection.vendor != 'postgresql'",
        reason="On SQLite one writes at a time and no row is locked: nobody races.",
    ),
    pytest.mark.django_db(transaction=True),
    pytest.mark.parametrize("night", [SPRING, AUTUMN], ids=["spring", "autumn"]),
]


class Workers:
    """The process that forks them, and what they have sent."""

    def __init__(self, process: subprocess.Popen[str], folder: Path) -> None:
        self.process, self.folder = process, folder

    def race(self, at: datetime, *, dying_at: str = "", workers: int = WORKERS) -> list[int]:
        """How they ended."""
        assert self.process.stdin is not None
        order = {"point": dying_at, "clock": at.isoformat(), "workers": workers}
        print(json.dumps(order), file=self.process.stdin, flush=True)
        ended: list[int] = json.loads(self._line())
        return ended

    def sent(self) -> Counter[str]:
        """How often each notice left, by its id."""
        files = self.folder.glob("*/*.log")
        return Counter(
            pk for one in files for pk in re.findall(r"^Message-ID: <([0-9a-f-]{36})@", one.read_text(), re.M)
        )

    def _line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()


@pytest.fixture
def workers(transactional_db: None, tmp_path: Path) -> Iterator[Workers]:
    """Another process on the very database of this test."""
    told = connection.settings_dict
    who = f"{quote(told['USER'])}:{quote(told['PASSWORD'])}"
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "ikbt.settings.test",
        "IKBT_TEST_DATABASE_URL": f"postgres://{who}@{told['HOST']}:{told['PORT']}/{told['NAME']}",
        "PYTHONPATH": str(ROOT),
    }
    script = [sys.executable, str(Path(__file__).with_name("worker_process.py")), str(tmp_path)]
    with subprocess.Popen(
        script, cwd=ROOT, env=env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "ready"
        yield Workers(process, tmp_path)
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(timeout=20) == 0


def silent_week(cast: Cast, night: date) -> list[Treatment]:
    """Patients silent for a week on the very morning after the clock was changed."""
    return [begun(cast, night - timedelta(days=7), WEEKLY) for _number in range(PATIENTS)]


def test_killed_at_each_step_they_neither_repeat_nor_lose_what_has_not_left(
    workers: Workers, night: date
) -> None:
    cast = gather()
    courses = silent_week(cast, night)
    at = at_day(night) + timedelta(minutes=5)
    unsure = 0
    for point in POINTS:
        before = _begun()
        ended = workers.race(at, dying_at=point)
        assert KILLED in ended, f"nobody was killed at: {point}"
        assert set(ended) <= {KILLED, 0}, f"at {point} a worker failed"
        unsure += _begun() - before
        at += BETWEEN

    ended_ones, going = courses[:2], courses[2:]
    for one in ended_ones:
        discontinue_treatment(one, code="time", reason=WHY, by=tove(cast), at=at)
    before_end = {pk for pk in workers.sent() if _is_to(pk, ended_ones)}
    for hours in (1, 24, 49, 98):
        assert workers.race(at + timedelta(hours=hours)) == [0, 0, 0]

    sent = workers.sent()
    assert sent
    assert sent == Counter(set(sent)), "a message left twice"
    assert {pk for pk in sent if _is_to(pk, ended_ones) and _is_automatic(pk)} <= before_end
    # Only who was killed while it was being handed over leaves a message of which nobody knows whether it went.
    assert 0 < unsure <= 2 * WORKERS
    _check_each_once(going, sent, unsure=unsure)


def test_what_nobody_took_up_for_three_days_never_leaves_and_only_the_last_step_is_done(
    workers: Workers, night: date
) -> None:
    courses = silent_week(gather(), night)
    at = at_day(night) + timedelta(minutes=5)
    assert workers.race(at, dying_at="message wanted") == [KILLED] * WORKERS
    waiting = set(Notice.objects.filter(rule="silent_message").values_list("pk", flat=True))
    assert len(waiting) == WORKERS
    assert not workers.sent()
    untouched = [one for one in courses if not AutomaticAct.objects.filter(treatment=one).exists()]

    for hours in (0, 1):
        assert workers.race(at + LATEST + timedelta(hours=hours)) == [0, 0, 0]

    sent = workers.sent()
    assert sent == Counter(set(sent))
    # Told by what left that day, or too late where that had not left yet: never sent either way.
    dropped = set(Notice.objects.filter(pk__in=waiting).values_list("dropped", flat=True))
    assert dropped <= {Notice.Dropped.LATE, Notice.Dropped.COVERED}
    assert not waiting & {row.pk for row in Notice.objects.all() if str(row.pk) in sent}
    # Ten days of silence by now: of the messages and of the tasks only the last that has passed is done.
    assert len(untouched) >= PATIENTS - WORKERS
    for one in untouched:
        acts = Counter(AutomaticAct.objects.filter(treatment=one).values_list("rule", flat=True))
        silence = {rule: count for rule, count in acts.items() if rule.startswith("silent_")}
        assert silence == {"silent_message": 1, "silent_write": 1}


def _check_each_once(going: list[Treatment], sent: Counter[str], *, unsure: int) -> None:
    lost = 0
    for one in going:
        for rule in ("silent_message", "silent_task"):
            assert AutomaticAct.objects.filter(treatment=one, rule=rule).count() == 1
        assert Alert.objects.filter(treatment=one, kind=Alert.Kind.SILENT).count() == 1
        first = Notice.objects.get(person=one.patient, rule="silent_message")
        assert (first.begun_at is not None) or first.dropped
        lost += str(first.pk) not in sent
        rows = Notice.objects.filter(person=one.patient, begun_at__isnull=False).exclude(rule="")
        left = sorted(at for at in rows.values_list("begun_at", flat=True) if at is not None)
        assert all(later - earlier >= LEAST_BETWEEN for earlier, later in pairwise(left))
    assert lost <= unsure, "one was lost that had not left"


def _begun() -> int:
    """Handed over as far as anybody can tell, and not known to have left."""
    return Notice.objects.filter(begun_at__isnull=False, sent_at=None).count()


def _is_automatic(pk: str) -> bool:
    return Notice.objects.filter(pk=pk).exclude(rule="").exists()


def _is_to(pk: str, courses: list[Treatment]) -> bool:
    return Notice.objects.filter(pk=pk, person__in=[one.patient_id for one in courses]).exists()
