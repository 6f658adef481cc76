"""The whole timeline: narrowed by kind and period with a plain address, every kind in one group."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ikbt.common import clock
from ikbt.treatments.models import TreatmentEvent
from tests.cast import Cast
from tests.conftest import SignIn
from tests.ikbt.treatments.patient import text_of
from therapist.timeline import events_of
from therapist.timeline_page import GROUPS

pytestmark = pytest.mark.django_db
Kind = TreatmentEvent.Kind


def event(cast: Cast, kind: str, *, days_ago: int = 0, reason: str = "") -> None:
    TreatmentEvent.objects.create(
        treatment=cast.treatment,
        kind=kind,
        at=clock.now() - timedelta(days=days_ago),
        actor=cast.tove,
        module_key="m01",
        reason=reason,
    )


def page(client: Client, cast: Cast, query: str = "") -> str:
    return text_of(client.get(reverse("therapist:timeline", args=[cast.treatment.pk]) + query))


def test_every_kind_of_event_stands_in_one_group() -> None:
    counted = Counter(kind for _words, kinds in GROUPS.values() for kind in kinds)

    assert counted == Counter(Kind.values)


def test_it_is_narrowed_by_kind_and_by_period(cast: Cast, tove_client: Client) -> None:
    event(cast, Kind.MODULE_HELD, reason="Färskt beslut")
    event(cast, Kind.MODULE_HELD, days_ago=20, reason="Gammalt beslut")
    event(cast, Kind.PAUSED, reason="En paus")

    decided, lately = page(tove_client, cast, "?typ=beslut"), page(tove_client, cast, "?typ=beslut&period=14")

    assert "Färskt beslut" in decided
    assert "Gammalt beslut" in decided
    assert "En paus" not in decided
    assert "Gammalt beslut" not in lately
    assert '<option value="beslut" selected>' in lately


def test_what_happened_in_one_moment_stands_in_one_order(cast: Cast, tove_client: Client) -> None:
    at = clock.now() + timedelta(days=1)
    for _again in range(4):
        for kind in (Kind.MODULE_OPENED, Kind.FEEDBACK_GIVEN):
            TreatmentEvent.objects.create(treatment=cast.treatment, kind=kind, at=at, module_key="m02")
    TreatmentEvent.objects.filter(course_step__isnull=False).update(at=at - timedelta(hours=1))

    told = [one.kind for one in events_of(cast.treatment)][:10]

    assert told == [Kind.MODULE_OPENED] * 4 + [Kind.FEEDBACK_GIVEN] * 4 + [Kind.STARTED, Kind.PREPARED]


@pytest.mark.parametrize("query", ["", "?typ=x&period=y", "?period=alla", "?typ=%00"])
def test_what_is_no_filter_of_ours_shows_everything(cast: Cast, tove_client: Client, query: str) -> None:
    event(cast, Kind.PAUSED, days_ago=400, reason="En paus")

    assert "En paus" in page(tove_client, cast, query)


def test_it_says_so_when_there_is_nothing(cast: Cast, tove_client: Client) -> None:
    assert "Inget sådant har hänt under den tiden." in page(tove_client, cast, "?typ=larm&period=14")


def test_the_patient_page_leads_there(cast: Cast, tove_client: Client) -> None:
    text = text_of(tove_client.get(reverse("therapist:patient", args=[cast.treatment.pk])))

    assert reverse("therapist:timeline", args=[cast.treatment.pk]) in text


def test_somebody_without_a_relation_sees_nothing(cast: Cast, signed_in: SignIn) -> None:
    for someone in cast.outsiders:
        where = reverse("therapist:timeline", args=[cast.treatment.pk])
        assert signed_in(someone).get(where).status_code in {403, 404}


def test_queries_do_not_grow_with_the_events(cast: Cast, tove_client: Client) -> None:
    page(tove_client, cast)
    with CaptureQueriesContext(connection) as few:
        page(tove_client, cast)
    for days_ago in range(10):
        event(cast, Kind.PAUSED, days_ago=days_ago)
    with CaptureQueriesContext(connection) as many:
        page(tove_client, cast)

    assert len(many) == len(few)
