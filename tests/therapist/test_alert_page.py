"""An alert: answers in the instrument's own words, taken by one, closed with outcome and note."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM, Actor
from ikbt.common import clock
from ikbt.treatments.answering import answer_follow_up, flag_unfinished
from ikbt.treatments.assessing_risk import QUESTIONS
from ikbt.treatments.dying import record_death
from ikbt.treatments.models import Alert, CareRelation, Draft, RiskAssessment
from measurements.models import Occasion
from measurements.recording import keep_draft_answers
from tests.cast import Cast
from tests.conftest import SignIn
from tests.therapist import scenes
from therapist.assessing import close_assessed, state_of

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


def test_closing_a_high_one_needs_outcome_note_and_the_whole_assessment(
    alert: Alert, address: str, tove_client: Client
) -> None:
    nothing = tove_client.post(address, {"revision": "0", "seen": state_of(alert)})
    short = tove_client.post(address, scenes.assessment_form(alert, body="ok"))

    alert.refresh_from_db()
    assert alert.closed_at is None
    wanted = {
        "outcome",
        "body",
        "contact",
        "contact_at",
        "protective",
        "action",
        "level_after",
        "safety_plan",
    }
    assert set(nothing.context["form"].errors) == wanted | {"next_check_on", *QUESTIONS}
    assert set(short.context["form"].errors) == {"body"}


def test_what_must_be_corrected_is_listed_as_the_page_asks_it(
    alert: Alert, address: str, tove_client: Client
) -> None:
    page = tove_client.post(address, {"revision": "0", "seen": state_of(alert)}).content.decode()

    listed = re.findall(r'class="ds-link" href="#id_(\w+)"', page)
    form = page[page.index("data-autosave") :]
    asked = dict.fromkeys(re.findall(r'name="(\w+)"', form))
    assert len(listed) > 5
    assert listed == [name for name in asked if name in listed]


def test_of_one_who_has_died_it_asks_for_a_note_alone_and_nobody_to_ring(
    cast: Cast, alert: Alert, address: str, tove_client: Client
) -> None:
    assert 'value="deceased"' not in tove_client.get(address).content.decode()
    by = Actor(id=cast.tove.pk, role="therapist")
    record_death(cast.treatment, died_on=clock.today(), by=by, at=clock.now())

    page = tove_client.get(address).content.decode()
    assert "Patienten har avlidit" in page
    assert "Ta kontakt först" not in page
    assert 'name="contact"' not in page
    said = {"outcome": "deceased", "body": NOTE, "revision": "0", "seen": state_of(alert)}
    assert tove_client.post(address, {**said, "outcome": "assessed_safe"}).status_code == 200
    tove_client.post(address, said)

    alert.refresh_from_db()
    assert (alert.outcome, alert.note, alert.closed_by) == ("deceased", NOTE, cast.tove)
    assert "patienten har avlidit" in tove_client.get(address).content.decode().lower()


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

    tove_client.post(address, scenes.assessment_form(alert, body=NOTE, revision="1"))

    alert.refresh_from_db()
    assert (alert.outcome, alert.note, alert.closed_by) == ("safety_plan", NOTE, cast.tove)
    assert not Draft.objects.exists()
    assert tove_client.get(reverse("therapist:caseload")).context["caseload"].rows[0].reason is None


def test_a_watch_alert_closes_with_level_note_and_next_check(cast: Cast, tove_client: Client) -> None:
    watch = scenes.watch_alert(cast.treatment)
    address = reverse("therapist:alert", args=[cast.treatment.pk, watch.pk])
    day = clock.today() + timedelta(days=7)
    bare = {"outcome": "reviewed", "revision": "0", "seen": state_of(watch)}

    refused = tove_client.post(address, bare)
    watch.refresh_from_db()
    assert watch.closed_at is None
    assert set(refused.context["form"].errors) == {"body", "level_after", "next_check_on"}

    tove_client.post(address, {**bare, "body": "Som förut", "level_after": "low", "next_check_on": f"{day}"})

    watch.refresh_from_db()
    assert watch.closed_at is not None
    kept = RiskAssessment.objects.get(alert=watch)
    assert (kept.level_after, kept.next_check_on, kept.contact) == ("low", day, "")


def test_everything_that_was_typed_and_chosen_comes_back_after_a_refusal_and_on_another_day(
    alert: Alert, address: str, tove_client: Client
) -> None:
    typed = scenes.assessment_form(alert, next_check_on="", protective="Hunden", action="Ringde två gånger")

    refused = tove_client.post(address, typed).content.decode()
    again = tove_client.get(address).content.decode()

    for page in (refused, again):
        for text in ("Hunden", "Ringde två gånger", "Inga planer, krisplan", typed["contact_at"]):
            assert text in page
        for name in ("contact", "thoughts", "level_after", "outcome"):
            assert re.search(rf'name="{name}" value="{typed[name]}"[^>]*checked', page), name
    assert RiskAssessment.objects.count() == 0


def test_a_post_that_does_not_say_what_its_page_showed_closes_nothing(
    alert: Alert, address: str, tove_client: Client
) -> None:
    form = scenes.assessment_form(alert)
    del form["seen"]

    page = tove_client.post(address, form)

    alert.refresh_from_db()
    assert alert.closed_at is None
    assert "Sidan var för gammal" in page.content.decode()
    assert form["protective"] in page.content.decode()


def test_the_assessment_is_read_where_the_alert_was_closed_and_corrected_beside_it(
    cast: Cast, alert: Alert, address: str, tove_client: Client
) -> None:
    tove_client.post(address, scenes.assessment_form(alert, protective="Barnen"))
    first = RiskAssessment.objects.get(alert=alert)
    form = scenes.assessment_form(alert, seen=str(first.pk), protective="Barnen och systern", plan="unclear")

    no_reason = tove_client.post(address + "ratta/", form)
    done = tove_client.post(address + "ratta/", {**form, "reason": "Hörde fel i telefon"})

    assert list(no_reason.context["form"].errors) == ["reason"]
    assert done.status_code == 302
    page = tove_client.get(address).content.decode()
    assert page.index("Barnen och systern") < page.index("Före rättelsen")
    assert "Hörde fel i telefon" in page
    assert RiskAssessment.objects.get(corrects=first).plan == "unclear"
    first.refresh_from_db()
    assert (first.protective, first.plan) == ("Barnen", "no")
    assert not Draft.objects.exists()


def test_a_correction_of_what_somebody_has_corrected_meanwhile_is_refused_with_the_text_kept(
    alert: Alert, address: str, tove_client: Client
) -> None:
    tove_client.post(address, scenes.assessment_form(alert))
    first = RiskAssessment.objects.get(alert=alert)
    form = scenes.assessment_form(alert, seen=str(first.pk), reason="Första rättelsen")
    tove_client.post(address + "ratta/", form)

    late = tove_client.post(address + "ratta/", {**form, "reason": "Andra rättelsen"})

    assert RiskAssessment.objects.filter(alert=alert).count() == 2
    assert "Andra rättelsen" in late.content.decode()


def test_a_closed_alert_keeps_its_first_outcome_and_shows_it(
    alert: Alert, address: str, tove_client: Client, kim_client: Client
) -> None:
    tove_client.post(address, scenes.assessment_form(alert, body=NOTE))

    late = kim_client.post(
        address, scenes.assessment_form(alert, outcome="referred", body="Något helt annat här"), follow=True
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
    tove_client.post(address, scenes.assessment_form(alert, body=NOTE))

    late = kim_client.post(address, scenes.assessment_form(alert, body="Ringde 112 åt henne."))

    assert "Ringde 112 åt henne." in late.content.decode()
    assert "Ringde 112 åt henne." in kim_client.get(address).content.decode()
    assert Draft.objects.get(purpose=f"alert:{alert.pk}").body == "Ringde 112 åt henne."


def test_the_same_post_twice_closes_once(alert: Alert, address: str, tove_client: Client) -> None:
    posts = [tove_client.post(address, scenes.assessment_form(alert, body=NOTE)) for _ in range(2)]

    assert [each.status_code for each in posts] == [302, 302]
    assert not Draft.objects.exists()


def test_an_alert_that_has_grown_since_the_page_was_drawn_is_not_closed_unread(
    cast: Cast, tove_client: Client
) -> None:
    watch = scenes.watch_alert(cast.treatment)
    address = reverse("therapist:alert", args=[cast.treatment.pk, watch.pk])
    drawn = tove_client.get(address).context["seen"]
    answer_follow_up(cast.treatment, watch, {"plan": "yes"}, by=SYSTEM, at=clock.now())
    form = scenes.assessment_form(watch, body=NOTE, seen=drawn)

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

    with pytest.raises(ValidationError, match="Sidan"):
        close_assessed(
            read,
            outcome="reviewed",
            note=NOTE,
            staff=cast.tove,
            by=SYSTEM,
            at=clock.now(),
            assessed=scenes.assessed(),
        )

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
