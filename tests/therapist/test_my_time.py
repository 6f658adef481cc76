"""Active time at the desk: told openly, her own week, the unit's median only where five or more made it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ikbt.accounts.models import Person
from ikbt.accounts.roles import Role
from ikbt.common import clock
from ikbt.treatments.models import ActiveTime
from tests.cast import Cast, give, person
from tests.conftest import SignIn
from tests.ikbt.treatments.patient import text_of

pytestmark = pytest.mark.django_db


def worked(cast: Cast, staff: Person, minutes: int, *, weeks_ago: int = 1) -> None:
    """So many minutes with Anna on the Monday of a week."""
    monday = clock.today() - timedelta(days=clock.today().weekday())
    ActiveTime.objects.create(
        treatment=cast.treatment,
        staff=staff,
        day=monday - timedelta(weeks=weeks_ago),
        seconds=minutes * 60,
        counted_at=clock.now(),
    )


def page(client: Client) -> str:
    return text_of(client.get(reverse("therapist:my_time")))


def beat(client: Client, cast: Cast, seconds: str) -> int:
    where = reverse("therapist:active_time", args=[cast.treatment.pk])
    return client.post(where, {"seconds": seconds}, headers={"x-requested-with": "fetch"}).status_code


def test_a_page_about_a_patient_says_that_time_is_counted(cast: Cast, tove_client: Client) -> None:
    text = text_of(tove_client.get(reverse("therapist:patient", args=[cast.treatment.pk])))

    assert "Din aktiva tid på sidan räknas." in text
    assert reverse("therapist:my_time") in text


def test_a_beat_is_counted(cast: Cast, tove_client: Client) -> None:
    assert beat(tove_client, cast, "25") == 204

    row = ActiveTime.objects.get(treatment=cast.treatment)
    assert (row.staff, row.day, row.seconds) == (cast.tove, clock.today(), 25)


@pytest.mark.parametrize("said", ["", "-5", "x", "12345", "１２"])
def test_what_is_no_number_of_seconds_counts_nothing(cast: Cast, tove_client: Client, said: str) -> None:
    assert beat(tove_client, cast, said) == 404

    assert not ActiveTime.objects.filter(staff=cast.tove.pk).exists()


def test_her_weeks_are_hers_alone(cast: Cast, tove_client: Client, signed_in: SignIn) -> None:
    worked(cast, cast.tove, 47)
    colleague = give(person("Kaj", "Kollega"), Role.THERAPIST, cast.alfa)

    assert '<td data-label="Minuter">47</td>' in page(tove_client)
    assert ">47<" not in page(signed_in(colleague))


def test_the_units_median_is_told_from_five_therapists_on_and_nobody_is_named(
    cast: Cast, tove_client: Client
) -> None:
    for number in range(4):
        worked(cast, give(person(f"Kollega{number}", "Alfa"), Role.THERAPIST, cast.alfa), 3)
    assert "visas inte: färre än 5 behandlare" in page(tove_client)

    worked(cast, cast.tove, 4, weeks_ago=1)
    text = page(tove_client)

    # All of it was spent on one patient in one week.
    assert f"{cast.alfa.name}: <strong>16</strong>" in text
    assert "Kollega0" not in text


def test_somebody_without_a_relation_beats_for_nobody(cast: Cast, signed_in: SignIn) -> None:
    for someone in cast.outsiders:
        assert beat(signed_in(someone), cast, "25") in {403, 404}

    assert not ActiveTime._base_manager.exists()


def test_nothing_but_her_own_page_reads_whose_time_it_was() -> None:
    """T8: no list, board or export can rank by what it never reads."""
    readers = {
        path.relative_to(settings.BASE_DIR).as_posix()
        for app in ("ikbt", "therapist", "measurements", "programs")
        for path in (settings.BASE_DIR / app).rglob("*.py")
        if "migrations" not in path.parts and re.search(r"\bActiveTime\b", path.read_text())
    }

    kept = {"ikbt/treatments/models/__init__.py", "ikbt/treatments/models/active_time.py"}
    counted = {"ikbt/treatments/active_time_querysets.py", "ikbt/treatments/counting_time.py"}
    # The patient's own export and the end of its keeping name the rows, not whose they are.
    privacy = {"ikbt/privacy/keeping.py", "ikbt/privacy/wording.py"}
    assert readers == kept | counted | privacy | {"therapist/active_minutes.py"}


def test_queries_do_not_grow_with_weeks_and_colleagues(cast: Cast, tove_client: Client) -> None:
    page(tove_client)
    with CaptureQueriesContext(connection) as few:
        page(tove_client)
    for weeks_ago in range(5):
        worked(cast, cast.tove, 10, weeks_ago=weeks_ago)
    with CaptureQueriesContext(connection) as many:
        page(tove_client)

    assert len(many) == len(few)
