"""The sleep window at the desk: what is shown, what is decided, what is refused with everything typed kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ikbt.common import clock
from ikbt.treatments.models import Alert, SleepWindow
from tests.cast import Cast
from tests.conftest import SignIn
from tests.ikbt.treatments.nights import night, nights


def address(cast: Cast) -> str:
    return reverse("therapist:sleep", args=[cast.treatment.pk])


def form(**changed: Any) -> dict[str, Any]:
    return {
        "minutes": "315",
        "rise_time": "06:30",
        "starts_on": clock.today().isoformat(),
        "reason": "Så länge har du sovit i snitt.",
        "asked": "on",
        **changed,
    }


def page(client: Client, cast: Cast) -> str:
    return client.get(address(cast)).content.decode()


def test_nights_arithmetic_and_proposal_are_shown(cast: Cast, signed_in: SignIn) -> None:
    nights(cast.treatment, 7)

    shown = page(signed_in(cast.tove), cast)

    assert "Första fönstret: 5 h 15 min" in shown
    assert "66,7 %" in shown
    assert "Kör bil i arbetet" in shown


def test_a_missing_night_is_said_to_be_missing(cast: Cast, signed_in: SignIn) -> None:
    night(cast.treatment, clock.today())
    night(cast.treatment, clock.today() - timedelta(days=2))

    assert page(signed_in(cast.tove), cast).count("inte ifylld") == 1


def test_the_therapist_decides_and_the_patient_reads_it(
    cast: Cast, signed_in: SignIn, anna_client: Client
) -> None:
    nights(cast.treatment, 7)
    therapist = signed_in(cast.tove)

    answer = therapist.post(address(cast), form())

    assert answer.status_code == 302
    window = SleepWindow.objects.get(treatment=cast.treatment)
    assert (window.minutes, window.decided_by_id) == (315, cast.tove.pk)
    shown = page(therapist, cast)
    assert "01:15–06:30" in shown


def test_a_driver_is_refused_and_nothing_typed_is_lost(cast: Cast, signed_in: SignIn) -> None:
    answer = signed_in(cast.tove).post(address(cast), form(found=["driving"], reason="Min egen text"))

    assert answer.status_code == 422
    assert "Min egen text" in answer.content.decode()
    assert not SleepWindow.objects.filter(treatment=cast.treatment).exists()


def test_a_sleepy_patient_stands_in_the_list_and_the_alert_says_why(cast: Cast, signed_in: SignIn) -> None:
    night(cast.treatment, clock.today(), dozed_risk=True)
    therapist = signed_in(cast.tove)
    alert = Alert.objects.get(treatment=cast.treatment)

    assert "Farlig sömnighet" in therapist.get(reverse("therapist:caseload")).content.decode()
    shown = therapist.get(reverse("therapist:alert", args=[cast.treatment.pk, alert.pk])).content.decode()
    assert "Fråga om bilkörning" in shown


def test_the_patient_page_leads_here_when_there_is_a_diary(cast: Cast, signed_in: SignIn) -> None:
    therapist, where = signed_in(cast.tove), reverse("therapist:patient", args=[cast.treatment.pk])
    assert address(cast) not in therapist.get(where).content.decode()

    night(cast.treatment, clock.today())

    assert address(cast) in therapist.get(where).content.decode()


def test_queries_do_not_grow_with_nights(cast: Cast, signed_in: SignIn) -> None:
    therapist = signed_in(cast.tove)
    night(cast.treatment, clock.today())
    page(therapist, cast)
    with CaptureQueriesContext(connection) as few:
        page(therapist, cast)
    nights(cast.treatment, 14)
    with CaptureQueriesContext(connection) as many:
        page(therapist, cast)

    assert len(many) == len(few)


def test_what_stops_a_narrower_window_is_said_to_both(
    cast: Cast, signed_in: SignIn, anna_client: Client
) -> None:
    therapist = signed_in(cast.tove)
    ahead = (clock.today() + timedelta(days=1)).isoformat()
    assert therapist.post(address(cast), form(starts_on=ahead)).status_code == 302
    night(cast.treatment, clock.today(), dozed_risk=True)

    shown = page(therapist, cast)

    assert "Patienten har varit farligt sömnig" in shown
    assert "börjar inte: patienten har berättat om farlig sömnighet" in shown
    assert "Började aldrig." in shown


def test_an_alert_is_not_closed_with_a_night_unread(cast: Cast, signed_in: SignIn) -> None:
    night(cast.treatment, clock.today() - timedelta(days=1), dozed_risk=True)
    therapist = signed_in(cast.tove)
    alert = Alert.objects.get(treatment=cast.treatment)
    where = reverse("therapist:alert", args=[cast.treatment.pk, alert.pk])
    seen = therapist.get(where).context["seen"]
    night(cast.treatment, clock.today(), dozed_risk=True)

    therapist.post(where, {"outcome": "reviewed", "body": "Talat om det.", "revision": "0", "seen": seen})

    alert.refresh_from_db()
    assert alert.closed_at is None
