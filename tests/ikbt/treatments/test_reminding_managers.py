"""Late reviews of emergency access and roles: whoever may decide is told by a neutral mail, once, and nobody else."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from django.core import mail
from django.db import connections
from django.utils import translation

from ikbt.accounts.confirming import confirm_role
from ikbt.accounts.models import RoleAssignment
from ikbt.accounts.roles import Role
from ikbt.audit.recording import Actor
from ikbt.common.clock import STOCKHOLM
from ikbt.outbox.models import Notice
from ikbt.outbox.sending import due_notices, send
from ikbt.treatments.emergency import open_in_emergency
from ikbt.treatments.models import EmergencyAccess, Treatment
from ikbt.treatments.reviewing_emergency import decide_emergency
from ikbt.treatments.timekeeping import keep_time
from tests.cast import Cast, gather, give, person
from tests.therapist.unit.scene import WHY

# A Thursday: five working days later is the Thursday after.
THURSDAY = datetime(2026, 11, 19, 10, 0, tzinfo=STOCKHOLM)
LATE = datetime(2026, 11, 26, 10, 0, tzinfo=STOCKHOLM)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def opened(cast: Cast, at: datetime = THURSDAY) -> EmergencyAccess:
    """Kim has opened Anna in an emergency; all have worked there for half a year."""
    RoleAssignment.objects.update(starts_at=at - 180 * DAY)
    Treatment.objects.filter(pk=cast.treatment.pk).update(last_active_at=at)
    by = Actor(cast.kim.pk, "therapist")
    return open_in_emergency(cast.treatment, staff=cast.kim, why=WHY, confirmed=True, by=by, at=at)


def told(what: str) -> list[str]:
    """Who was reminded of it."""
    rows = Notice.objects.filter(key__startswith=f"{what}:", kind=Notice.Kind.TO_ACT).select_related("person")
    return sorted(row.person.first_name for row in rows)


def overdue(cast: Cast, *roles: Role) -> None:
    """Their holders got them more than a year and a month ago, all others lately."""
    RoleAssignment.objects.update(starts_at=LATE - 30 * DAY)
    RoleAssignment.objects.filter(role__in=roles).update(starts_at=LATE - 396 * DAY)


def test_an_emergency_access_that_nobody_has_looked_at_in_five_working_days_is_told_once(cast: Cast) -> None:
    opened(cast)
    keep_time(at=LATE - MINUTE)
    assert told("reviews") == []

    assert keep_time(at=LATE).reminded == 1

    assert told("reviews") == ["Maja"]
    assert keep_time(at=LATE + MINUTE).reminded == keep_time(at=LATE + 9 * DAY).reminded == 0


def test_one_that_is_decided_reminds_nobody(cast: Cast) -> None:
    by = Actor(cast.manager.pk, "unit_manager")
    decide_emergency(opened(cast), "justified", "Tove var sjuk.", reviewer=cast.manager, by=by, at=LATE - DAY)

    assert keep_time(at=LATE).reminded == 0


def test_of_several_that_come_late_on_one_day_one_mail_tells_and_the_next_day_another(cast: Cast) -> None:
    opened(cast)
    by = Actor(cast.olle.pk, "therapist")
    give(cast.olle, Role.THERAPIST, cast.alfa)
    RoleAssignment.objects.update(starts_at=THURSDAY - 180 * DAY)
    for at in (THURSDAY + 60 * MINUTE, THURSDAY + DAY):
        open_in_emergency(cast.treatment, staff=cast.olle, why=WHY, confirmed=True, by=by, at=at)
    assert EmergencyAccess.objects.of_units([cast.alfa.pk]).count() == 3

    assert keep_time(at=LATE).reminded == 1
    assert keep_time(at=LATE + 61 * MINUTE).reminded == 0
    assert keep_time(at=LATE + DAY).reminded == 1


def test_after_a_long_standstill_all_that_is_late_is_one_mail(cast: Cast) -> None:
    opened(cast)
    by = Actor(cast.kim.pk, "therapist")
    for days in (1, 4, 5):
        at = THURSDAY + days * DAY
        open_in_emergency(cast.treatment, staff=cast.kim, why=WHY, confirmed=True, by=by, at=at)

    assert keep_time(at=LATE + 30 * DAY).reminded == 1
    assert keep_time(at=LATE + 31 * DAY).reminded == 0


def test_whoever_did_it_herself_is_not_reminded_but_who_may_decide(cast: Cast) -> None:
    give(cast.kim, Role.UNIT_MANAGER, cast.alfa)
    opened(cast)
    keep_time(at=LATE)
    assert told("reviews") == ["Maja"]

    RoleAssignment.objects.filter(person=cast.manager).update(ends_at=LATE)
    Notice.objects.all().delete()
    keep_time(at=LATE + MINUTE)
    # Nobody at the unit may decide: who can name another manager is told.
    assert told("reviews") == ["Sys"]


def test_roles_that_are_overdue_are_told_once_to_who_may_confirm_them(cast: Cast) -> None:
    overdue(cast, Role.THERAPIST)
    at_alfa = RoleAssignment.objects.filter(role=Role.THERAPIST, unit=cast.alfa)
    RoleAssignment.objects.filter(role=Role.THERAPIST).exclude(unit=cast.alfa).update(ends_at=LATE - DAY)
    assert at_alfa.count() > 1

    assert keep_time(at=LATE).reminded == 1

    assert told("roles") == ["Maja"]
    assert keep_time(at=LATE + DAY).reminded == 0
    for role in at_alfa:
        confirm_role(role, by=Actor(cast.manager.pk, "unit_manager"), at=LATE + DAY)
    assert keep_time(at=LATE + 2 * DAY).reminded == 0


def test_nobody_is_reminded_before_a_role_is_overdue(cast: Cast) -> None:
    RoleAssignment.objects.update(starts_at=LATE - 394 * DAY)

    assert keep_time(at=LATE).reminded == 0


def test_what_no_manager_may_confirm_is_told_to_administrators_and_nobody_is_told_of_her_own(
    cast: Cast,
) -> None:
    overdue(cast, Role.UNIT_MANAGER)
    keep_time(at=LATE)
    assert told("roles") == ["Sys"]

    Notice.objects.all().delete()
    overdue(cast, Role.ADMINISTRATOR)
    keep_time(at=LATE)
    assert told("roles") == []
    other = give(person("Ada", "Min"), Role.ADMINISTRATOR)
    RoleAssignment.objects.filter(person=other).update(starts_at=LATE - DAY)
    keep_time(at=LATE)
    assert told("roles") == ["Ada"]


def test_the_mail_names_no_patient_and_says_nothing_of_care(cast: Cast) -> None:
    opened(cast)
    keep_time(at=LATE)
    mail.outbox.clear()
    with translation.override("sv"):
        for notice in due_notices(at=LATE):
            send(notice, at=LATE)

    sent = [one for one in mail.outbox if cast.manager.email in one.to]
    assert sent
    for words in ("Anna", "Kim", "vård", "nöd", "patient"):
        assert all(words not in f"{one.subject} {one.body}" for one in sent)


@pytest.mark.django_db(transaction=True)
def test_three_workers_at_once_send_one() -> None:
    cast = gather()
    opened(cast)
    start = Barrier(3)

    def work(_number: int) -> int:
        try:
            start.wait(timeout=20)
            return keep_time(at=LATE).failed
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(work, range(3))) == [0, 0, 0]
    assert told("reviews") == ["Maja"]
