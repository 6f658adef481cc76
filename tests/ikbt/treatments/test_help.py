"""The page with help: numbers, honest words, follow-up questions; it waits for nothing."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.treatments.alerting import close_alert
from ikbt.treatments.models import Alert
from ikbt.treatments.saving import Place, hand_in_entry
from tests.cast import Cast
from tests.ikbt.treatments.patient import answers, first_phq9, text_of, url
from tests.therapist.scenes import assessed

MOST_QUERIES = 8


@pytest.fixture
def alert(cast: Cast, anna_client: Client) -> Alert:
    """The alert that Anna's answers raised."""
    occasion = first_phq9(cast)
    form = {**answers(occasion, [1] * 9), "go": "hand_in", "client_key": str(uuid4()), "asked": "69722-7"}
    anna_client.post(url(cast, "questionnaire", occasion.pk), form)
    return Alert.objects.get()


def page_of(cast: Cast, client: Client, alert: Alert) -> str:
    return text_of(client.get(url(cast, "help"), {"larm": str(alert.pk)}))


def test_help_shows_whom_to_call(cast: Cast, anna_client: Client) -> None:
    page = text_of(anna_client.get(url(cast, "help")))

    for number in ("tel:112", "tel:1177", "tel:90101", "tel:021-175700", "tel:021-170000"):
        assert number in page
    assert "måndag–fredag 8.00–16.30" in page
    assert "läses inte direkt" in page


def test_after_flagged_answers_help_says_who_is_told_and_that_nobody_watches(
    cast: Cast, anna_client: Client, alert: Alert
) -> None:
    page = page_of(cast, anna_client, alert)

    assert "Tove Berg och andra i tjänst på Vårdcentralen Alfa" in page
    assert "Ingen läser här på kvällar, nätter och helger." in page


def test_help_costs_few_queries(cast: Cast, anna_client: Client, alert: Alert) -> None:
    with CaptureQueriesContext(connection) as spent:
        page_of(cast, anna_client, alert)

    assert len(spent) <= MOST_QUERIES


@pytest.mark.parametrize("larm", ["", "nonsense", "00000000-0000-4000-8000-000000000000", "\x00"])
def test_an_unknown_alert_still_gives_the_page_with_help(larm: str, cast: Cast, anna_client: Client) -> None:
    page = anna_client.get(url(cast, "help"), {"larm": larm})

    assert page.status_code == 200
    assert "tel:112" in text_of(page)


def test_another_patients_alert_tells_nothing(cast: Cast, anna_client: Client, alert: Alert) -> None:
    Alert.objects.update(treatment=cast.other_treatment)

    assert "foljdfragor" not in page_of(cast, anna_client, alert)
    assert anna_client.post(url(cast, "follow_up", alert.pk)).status_code == 404


def test_a_yes_to_plan_makes_it_high(cast: Cast, anna_client: Client, alert: Alert) -> None:
    assert alert.level == "watch"

    page = anna_client.post(
        url(cast, "follow_up", alert.pk), {"follow_up_plan": "yes", "follow_up_means": "no"}, follow=True
    )

    alert.refresh_from_db()
    assert (alert.level, alert.follow_up) == ("high", {"plan": "yes", "means": "no"})
    assert "Tack. Din vårdenhet har fått dina svar." in text_of(page)


def test_no_answers_at_all_change_nothing(cast: Cast, anna_client: Client, alert: Alert) -> None:
    anna_client.post(url(cast, "follow_up", alert.pk), {"follow_up_plan": "nonsense"})

    alert.refresh_from_db()
    assert alert.follow_up == {}


def close(cast: Cast, alert: Alert) -> None:
    close_alert(
        alert,
        outcome=Alert.Outcome.REVIEWED,
        note="Pratade med henne i telefon.",
        staff=cast.tove,
        by=SYSTEM,
        at=clock.now(),
        assessed=assessed(),
    )


def test_a_closed_alert_asks_nothing_more(cast: Cast, anna_client: Client, alert: Alert) -> None:
    close(cast, alert)

    assert "foljdfragor" not in page_of(cast, anna_client, alert)


def test_a_yes_to_plan_after_the_alert_was_closed_raises_a_new_one(
    cast: Cast, anna_client: Client, alert: Alert
) -> None:
    close(cast, alert)

    address, yes = url(cast, "follow_up", alert.pk), {"follow_up_plan": "yes"}
    anna_client.post(address, yes)
    page = anna_client.post(address, yes, follow=True)

    new = Alert.objects.get(closed_at=None)
    assert (new.level, new.follow_up, new.owner) == ("high", {"plan": "yes"}, cast.tove)
    assert str(new.pk) in page.redirect_chain[-1][0]
    alert.refresh_from_db()
    assert (alert.level, alert.closed_by) == ("watch", cast.tove)


def test_a_no_after_the_alert_was_closed_is_kept_with_it(
    cast: Cast, anna_client: Client, alert: Alert
) -> None:
    close(cast, alert)

    anna_client.post(url(cast, "follow_up", alert.pk), {"follow_up_plan": "no"})

    assert Alert.objects.get().follow_up == {"plan": "no"}


def test_her_own_safety_plan_is_one_tap_away(cast: Cast, anna_client: Client) -> None:
    place = Place("m01", "m01-s03", "safety_plan", "0" * 64)
    hand_in_entry(cast.treatment, place, {"warning": "x"}, client_key=uuid4(), by=SYSTEM, at=clock.now())

    page = text_of(anna_client.get(url(cast, "help")))

    assert "Din krisplan" in page
    assert url(cast, "step", "m01", "m01-s03") in page
