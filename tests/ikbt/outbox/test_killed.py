"""Workers die at each step, on nights of clock change: each message at most once, none after the end.

They die inside this process, one after the other, by what nothing catches; test_killed_processes.py kills real ones.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from django.core import mail

from ikbt.outbox.limits import LEAST_BETWEEN
from ikbt.outbox.models import Notice
from ikbt.treatments.automatic_rules import at_day
from ikbt.treatments.ending import discontinue_treatment
from ikbt.treatments.models import Alert, AutomaticAct, Treatment
from tests.cast import Cast, gather
from tests.ikbt.outbox.killing import BEFORE_IT_IS_HANDED_OVER, POINTS, dying_at, work
from tests.ikbt.treatments.courses import WHY, begun, tove

SPRING, AUTUMN = date(2027, 3, 28), date(2027, 10, 31)
WEEKLY: list[dict[str, object]] = [{"instrument": "phq-9", "when": "weekly"}]
WORKERS = 3


class Killed(BaseException):
    """Nothing catches it, as nothing catches a signal."""


def morning(night: date, *, minutes: int = 5) -> datetime:
    return at_day(night) + timedelta(minutes=minutes)


def silent_week(cast: Cast, night: date) -> list[Treatment]:
    """Two patients, silent for a week on the very morning after the clock was changed."""
    return [begun(cast, night - timedelta(days=7), WEEKLY) for _number in range(2)]


def later_runs(night: date) -> list[datetime]:
    """Every six hours for four days: what was left lying comes due again."""
    return [morning(night, minutes=15) + timedelta(hours=6 * number) for number in range(16)]


def check(courses: list[Treatment], sent: Counter[str], *, point: str, ended: Treatment) -> None:
    """Whatever died where: at most once, 48 hours apart, each act once, one task, and nothing after the end."""
    assert sent == Counter(set(sent)), "a message left twice"
    for one in courses:
        rows = Notice.objects.filter(person=one.patient).exclude(rule="")
        # Killed after it left, a message has no moment of leaving: then that of its beginning counts.
        moment = "sent_at" if point in BEFORE_IT_IS_HANDED_OVER else "begun_at"
        left = sorted(at for at in rows.values_list(moment, flat=True) if at is not None)
        assert all(later - earlier >= LEAST_BETWEEN for earlier, later in pairwise(left))
        # Of the one that ended it may be that all died before anything was done.
        once = {0, 1} if one.pk == ended.pk else {1}
        assert Alert.objects.filter(treatment=one, kind=Alert.Kind.SILENT).count() in once
        for rule in ("silent_message", "silent_task"):
            assert AutomaticAct.objects.filter(treatment=one, rule=rule).count() in once
    going = next(one for one in courses if one.pk != ended.pk)
    first = Notice.objects.get(person=going.patient, rule="silent_message")
    if point in BEFORE_IT_IS_HANDED_OVER:
        assert first.sent_at is not None, "what had not left comes again by itself"
    assert (
        not Notice.objects.filter(person=ended.patient, rule="answer_reminder").exclude(sent_at=None).exists()
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("night", [SPRING, AUTUMN], ids=["spring", "autumn"])
@pytest.mark.parametrize("point", POINTS)
def test_a_worker_that_dies_at_any_step_neither_repeats_nor_loses_what_has_not_left(
    point: str, night: date
) -> None:
    cast = gather()
    courses = silent_week(cast, night)
    assert sum(_dies(point, morning(night)) for _worker in range(WORKERS))

    _end_and_go_on(cast, courses, night)

    sent = Counter(
        str(one.extra_headers["Message-ID"]) for one in mail.outbox if _is_automatic(one.extra_headers)
    )
    check(courses, sent, point=point, ended=courses[0])


def _end_and_go_on(cast: Cast, courses: list[Treatment], night: date) -> None:
    """One treatment ends; the others' workers live on for some days."""
    discontinue_treatment(courses[0], code="time", reason=WHY, by=tove(cast), at=morning(night, minutes=40))
    for at in later_runs(night)[1:]:
        work(at)


def _is_automatic(headers: dict[str, str]) -> bool:
    pk = headers["Message-ID"][1:].partition("@")[0]
    return Notice.objects.filter(pk=pk).exclude(rule="").exists()


def _dies(point: str, at: datetime) -> bool:
    """False for a worker that found nothing left to die of."""
    try:
        with dying_at(point, _die):
            work(at)
    except Killed:
        return True
    return False


def _die() -> None:
    raise Killed
