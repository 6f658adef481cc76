"""Who takes an alert: of several at the same moment one, and the others are told who."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest
from django.db import connections, transaction

from ikbt.accounts.models import Person
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor
from ikbt.common import clock
from ikbt.treatments.alerting import raise_alert, take_alert
from ikbt.treatments.models import Alert
from tests.cast import gather


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_an_alert_at_the_same_moment_one_has_it_and_both_know_who() -> None:
    cast = gather()
    at = clock.now()
    by = Actor(id=cast.anna.pk, role="patient", unit=cast.alfa.pk)
    with transaction.atomic():
        alert = raise_alert(
            cast.treatment, kind=Alert.Kind.RISK, level=Alert.Level.HIGH, occasion=None, by=by, at=at
        )
    start = Barrier(2)

    def take(someone: Person) -> UUID:
        try:
            start.wait(timeout=60)
            actor = Actor(id=someone.pk, role="therapist", unit=cast.alfa.pk)
            taken = take_alert(alert, staff=someone, by=actor, at=at)
            assert taken.taken_by_id is not None
            return taken.taken_by_id
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        told = set(pool.map(take, [cast.tove, cast.kim]))

    alert.refresh_from_db()
    assert told == {alert.taken_by_id}
    assert alert.escalates_at is None
    assert Entry.objects.filter(object_kind="alert", reason="taken").count() == 1
