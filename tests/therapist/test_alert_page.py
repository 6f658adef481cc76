"""An alert: answers in the instrument's own words, taken by one, closed with outcome and note."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.treatments.answering import answer_follow_up, flag_unfinished
from ikbt.treatments.models import Alert, CareRelation, Draft
from measurements.models import Occasion
from measurements.recording import keep_draft_answers
from tests.cast import Cast
from tests.conftest import SignIn
from tests.therapist import scenes
from therapist.assessing import close_assessed

NOTE = "Ringde Anna. Inga planer, krisplan genomgången."


@pytest.fixture
def alert(cast: Cast) -> Alert:
    return scenes.high_alert(cast.treatment)


@pytest.fixture
def address(cast: Cast, alert: Alert) -> str:
    return reverse("therapist:alert", args=[cast.treatment.pk, alert.pk])


@pytest.fixture
def kim_client(cast: Cast, signed_in: SignIn) -> Client:
    """A colleague who stands in."""
    CareRelation.objects.create(
        treatment=cast.treatment, staff=cast.kim, kind=CareRelation.Kind.STAND_IN, starts_at=clock.now()
    )
    return signed_in(cast.kim)


def test_it_tells_the_answer_in_the_instruments_words_and_the_total(
    address: str, tove_client: Client
) -> None:
    page = tove_client.get(address).content.decode()

    assert "2: Mer än hälften av dagarna" in page
    assert "Tankar att det skulle vara bättre om du var död" in page
    assert "12 (" in page
    assert 'href="tel:0701234567"' in page


def test_what_she_has_not_handed_in_in_full_tells_the_risk_answer_alone(
    cast: Cast, tove_client: Client
) -> None:
    occasion = Occasion.objects.get(series=cast.treatment.series, instrument__slug="phq-9", kind="pre")
    given = scenes.codes("phq-9", [3, None, None, None, None, None, None, None, 2])
    keep_draft_answers(occasion, given, at=clock.now())
    alert = flag_unfinished(cast.treatment, occasion, given, by=SYSTEM, at=clock.now())
    assert alert is not None

    page = tove_client.get(reverse("therapist:alert", args=[cast.treatment.pk, alert.pk]))

    assert [one.answer for one in page.context["answers"]] == ["2: Mer än hälften av dagarna"]
    listed = tove_client.get(reverse("therapist:caseload")).context["caseload"]
    assert listed.high == 1


def test_the_follow_up_answers_are_told_and_a_yes_to_plan_stands_out(
    cast: Cast, alert: Alert, address: str, tove_client: Client
) -> None:
    answer_follow_up(cast.treatment, alert, {"thoughts": "yes", "plan": "yes"}, by=SYSTEM, at=clock.now())

    follow_up = tove_client.get(address).context["follow_up"]

    assert [(one.answer, one.is_yes) for one in follow_up] == [("Ja", False), ("Ja", True)]


def test_taking_it_is_logged_and_shown(cast: Cast, alert: Alert, address: str, tove_client: Client) -> None:
    tove_client.post(address + "ta/")

    alert.refresh_from_db()
    assert alert.taken_by == cast.tove
    assert "Taget av Tove Berg kl." in tove_client.get(address).content.decode()
    assert Entry.objects.filter(object_id=str(alert.pk), reason="taken", actor=cast.tove.pk).exists()


def test_whoever_comes_late_is_told_who_took_it_and_when(
    cast: Cast, alert: Alert, address: str, tove_client: Client, kim_client: Client
) -> None:
    tove_client.post(address + "ta/")

    page = kim_client.post(address + "ta/", follow=True).content.decode()

    alert.refresh_from_db()
    assert alert.taken_by == cast.tove
    assert f"Taget av Tove Berg kl. {clock.now().astimezone(clock.STOCKHOLM):%H}" in page


def test_closing_needs_an_outcome_and_for_a_high_one_a_note(
    alert: Alert, address: str, tove_client: Client
) -> None:
    nothing = tove_client.post(address, {"revision": "0"})
    short = tove_client.post(address, {"outcome": "assessed_safe", "body": "ok", "revision": "0"})

    alert.refresh_from_db()
    assert alert.closed_at is None
    assert set(nothing.context["form"].errors) == {"outcome", "body"}
    assert set(short.context["form"].errors) == {"body"}


def test_a_refused_note_is_kept_on_the_page_and_as_a_draft(
    alert: Alert, address: str, tove_client: Client
) -> None:
    response = tove_client.post(address, {"body": NOTE, "revision": "0"})

    assert NOTE in response.content.decode()
    assert Draft.objects.get(purpose=f"alert:{alert.pk}").body == NOTE
    assert NOTE in tove_client.get(address).content.decode()


def test_closing_stores_outcome_note_and_closer_and_clears_draft_and_list(
    cast: Cast, alert: Alert, address: str, tove_client: Client
) -> None:
    tove_client.post(address, {"body": NOTE, "revision": "0"})

    tove_client.post(address, {"outcome": "safety_plan", "body": NOTE, "revision": "1"})

    alert.refresh_from_db()
    assert (alert.outcome, alert.note, alert.closed_by) == ("safety_plan", NOTE, cast.tove)
    assert not Draft.objects.exists()
    assert tove_client.get(reverse("therapist:caseload")).context["caseload"].rows[0].reason is None


def test_a_watch_alert_closes_without_a_note(cast: Cast, tove_client: Client) -> None:
    watch = scenes.watch_alert(cast.treatment)

    tove_client.post(
        reverse("therapist:alert", args=[cast.treatment.pk, watch.pk]),
        {"outcome": "reviewed", "revision": "0"},
    )

    watch.refresh_from_db()
    assert watch.closed_at is not None


def test_a_closed_alert_keeps_its_first_outcome_and_shows_it(
    alert: Alert, address: str, tove_client: Client, kim_client: Client
) -> None:
    tove_client.post(address, {"outcome": "safety_plan", "body": NOTE, "revision": "0"})

    late = kim_client.post(
        address, {"outcome": "referred", "body": "Något helt annat här", "revision": "0"}, follow=True
    )

    alert.refresh_from_db()
    assert alert.outcome == "safety_plan"
    assert "Tove Berg hade redan stängt larmet." in late.content.decode()
    page = kim_client.get(address).content.decode()
    assert NOTE in page
    assert 'name="outcome"' not in page


def test_the_note_of_whoever_closes_second_is_not_lost(
    alert: Alert, address: str, tove_client: Client, kim_client: Client
) -> None:
    tove_client.post(address, {"outcome": "safety_plan", "body": NOTE, "revision": "0"})

    late = kim_client.post(address, {"outcome": "referred", "body": "Ringde 112 åt henne.", "revision": "0"})

    assert "Ringde 112 åt henne." in late.content.decode()
    assert "Ringde 112 åt henne." in kim_client.get(address).content.decode()
    assert Draft.objects.get(purpose=f"alert:{alert.pk}").body == "Ringde 112 åt henne."


def test_the_same_post_twice_closes_once(alert: Alert, address: str, tove_client: Client) -> None:
    posts = [
        tove_client.post(address, {"outcome": "safety_plan", "body": NOTE, "revision": "0"}) for _ in range(2)
    ]

    assert [each.status_code for each in posts] == [302, 302]
    assert not Draft.objects.exists()


def test_an_alert_that_has_grown_since_the_page_was_drawn_is_not_closed_unread(
    cast: Cast, tove_client: Client
) -> None:
    watch = scenes.watch_alert(cast.treatment)
    address = reverse("therapist:alert", args=[cast.treatment.pk, watch.pk])
    drawn = tove_client.get(address).context["seen"]
    answer_follow_up(cast.treatment, watch, {"plan": "yes"}, by=SYSTEM, at=clock.now())
    form = {"outcome": "reviewed", "body": NOTE, "revision": "0", "seen": drawn}

    page = tove_client.post(address, form)

    watch.refresh_from_db()
    assert watch.closed_at is None
    assert NOTE in page.content.decode()
    assert "Sidan var för gammal" in page.content.decode()
    assert f'name="seen" value="{page.context["seen"]}"' in page.content.decode()

    tove_client.post(address, {**form, "revision": "1", "seen": page.context["seen"]})
    watch.refresh_from_db()
    assert watch.closed_by == cast.tove


def test_an_answer_that_comes_in_the_same_moment_stops_the_closing(cast: Cast) -> None:
    watch = scenes.watch_alert(cast.treatment)
    read = Alert.objects.get(pk=watch.pk)
    answer_follow_up(cast.treatment, watch, {"plan": "yes"}, by=SYSTEM, at=clock.now())

    with pytest.raises(ValidationError):
        close_assessed(read, outcome="reviewed", note=NOTE, staff=cast.tove, by=SYSTEM, at=clock.now())

    assert Alert.objects.get().closed_at is None


def test_the_page_title_says_nothing_clinical(address: str, tove_client: Client) -> None:
    title = tove_client.get(address).content.decode().split("<title>")[1].split("</title>")[0]

    assert title.startswith("Larm")
    assert "Anna" not in title
    assert "risk" not in title.lower()


def test_reading_the_alert_is_logged(alert: Alert, cast: Cast, address: str, tove_client: Client) -> None:
    tove_client.get(address)

    assert (
        Entry.objects.filter(action=Entry.Action.READ, object_kind="alert", object_id=str(alert.pk)).count()
        == 1
    )
