"""Questionnaires at the desk: what waits, one more asked for, and answers entered for the patient."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from ikbt.common import clock
from ikbt.treatments.models import Alert, CareRelation
from measurements.models import AnswerSet, Occasion, Score
from measurements.recording import keep_draft_answers
from tests.cast import Cast
from tests.conftest import SignIn
from tests.ikbt.treatments.patient import answers, first_phq9, text_of, url
from tests.therapist.scenes import codes

CALM: list[int | None] = [1, 1, 1, 1, 0, 0, 0, 0, 0]
RISKY: list[int | None] = [1, 1, 1, 1, 0, 0, 0, 0, 2]


def desk(cast: Cast, name: str = "measurements", *args: object) -> str:
    return reverse(f"therapist:{name}", args=[cast.treatment.pk, *args])


def entry(occasion: Occasion, values: list[int | None], **more: str) -> dict[str, Any]:
    return {**answers(occasion, values), "mode": "phone", "client_key": str(uuid4()), "seen": "", **more}


def hand_in(client: Client, cast: Cast, values: list[int | None], **more: str) -> Any:
    occasion = first_phq9(cast)
    return client.post(desk(cast, "answer_for", occasion.pk), entry(occasion, values, **more))


def test_what_waits_is_listed_and_one_more_can_be_asked_for(cast: Cast, tove_client: Client) -> None:
    assert text_of(tove_client.get(desk(cast))).count(desk(cast, "answer_for", first_phq9(cast).pk)) == 1

    response = tove_client.post(desk(cast), {"instrument": "bbq", "days": "5", "note": "Hej"})

    assert response["Location"] == desk(cast)
    assert Occasion.objects.get(ordered_by=cast.tove).note == "Hej"


def test_nothing_is_ordered_before_a_questionnaire_is_chosen(cast: Cast, tove_client: Client) -> None:
    form = tove_client.get(desk(cast)).context["form"]
    assert form["instrument"].value() in {None, ""}
    assert form.fields["instrument"].choices[0][0] == ""

    page = text_of(tove_client.post(desk(cast), {"instrument": "", "days": "5"}))

    assert "Skattning – Det här fältet är obligatoriskt" in page
    assert not Occasion.objects.filter(ordered_by=cast.tove).exists()


def test_a_refused_order_keeps_what_was_typed(cast: Cast, tove_client: Client) -> None:
    page = text_of(tove_client.post(desk(cast), {"instrument": "phq-9", "days": "5", "note": "Hur är det?"}))
    assert "Hur är det?" in page
    assert not Occasion.objects.filter(ordered_by=cast.tove).exists()


def test_an_extra_one_is_withdrawn_and_a_planned_one_is_not(cast: Cast, tove_client: Client) -> None:
    tove_client.post(desk(cast), {"instrument": "bbq", "days": "5"})
    extra = Occasion.objects.get(ordered_by=cast.tove)

    for one in (extra, first_phq9(cast)):
        assert tove_client.post(desk(cast, "withdraw_extra", one.pk)).status_code == 302

    extra.refresh_from_db()
    assert extra.cancelled_at is not None
    assert first_phq9(cast).cancelled_at is None


def test_answers_by_phone_are_marked_as_entered_by_staff(
    cast: Cast, tove_client: Client, anna_client: Client
) -> None:
    response = hand_in(tove_client, cast, CALM)

    assert response["Location"] == desk(cast)
    stored = AnswerSet.objects.get(occasion=first_phq9(cast))
    assert (stored.mode, stored.given_by) == (AnswerSet.Mode.PHONE, cast.tove)
    assert "av personal, på telefon" in text_of(tove_client.get(desk(cast)))
    assert "av personal" in text_of(tove_client.get(desk(cast, "patient")))
    mine = text_of(anna_client.get(url(cast, "questionnaire", stored.occasion_id)))
    assert "av personal, på telefon: Tove Berg" in mine


def test_a_risk_answer_through_staff_raises_the_same_alert_and_leads_to_it(
    cast: Cast, tove_client: Client
) -> None:
    response = hand_in(tove_client, cast, RISKY)

    alert = Alert.objects.get(treatment=cast.treatment)
    assert (alert.kind, alert.level) == (Alert.Kind.RISK, Alert.Level.HIGH)
    assert response["Location"] == desk(cast, "alert", alert.pk)


def test_gaps_are_confirmed_first_and_a_mode_must_be_said(cast: Cast, tove_client: Client) -> None:
    gap = [*CALM[:8], None]
    assert hand_in(tove_client, cast, gap).status_code == 422
    assert hand_in(tove_client, cast, CALM, mode="").status_code == 422
    assert not AnswerSet.objects.exists()

    assert hand_in(tove_client, cast, gap, confirmed="1").status_code == 302
    assert Score.objects.get().risk == Score.Risk.UNANSWERED


def test_what_she_has_begun_is_told_kept_and_must_be_seen(cast: Cast, tove_client: Client) -> None:
    occasion = first_phq9(cast)
    begun = codes("phq-9", [3, *[None] * 8])
    keep_draft_answers(occasion, begun, at=clock.now())

    page = tove_client.get(desk(cast, "answer_for", occasion.pk))
    assert "har själv börjat" in text_of(page)
    assert hand_in(tove_client, cast, CALM).status_code == 422
    assert not AnswerSet.objects.exists()

    seen = page.context["seen"]
    assert hand_in(tove_client, cast, CALM, seen=seen, draft_seen="on").status_code == 302
    occasion.refresh_from_db()
    assert occasion.draft == begun


def test_a_draft_that_has_grown_since_the_page_was_drawn_stops_the_hand_in(
    cast: Cast, tove_client: Client
) -> None:
    occasion = first_phq9(cast)
    keep_draft_answers(occasion, codes("phq-9", [3, *[None] * 8]), at=clock.now())
    seen = tove_client.get(desk(cast, "answer_for", occasion.pk)).context["seen"]
    keep_draft_answers(occasion, codes("phq-9", [3, 3, *[None] * 7]), at=clock.now())

    assert hand_in(tove_client, cast, CALM, seen=seen, draft_seen="on").status_code == 422
    assert not AnswerSet.objects.exists()


def test_a_risk_answer_in_her_own_draft_is_told_though_staff_heard_another(
    cast: Cast, tove_client: Client
) -> None:
    occasion = first_phq9(cast)
    keep_draft_answers(occasion, codes("phq-9", [*[None] * 8, 1]), at=clock.now())
    seen = tove_client.get(desk(cast, "answer_for", occasion.pk)).context["seen"]

    hand_in(tove_client, cast, CALM, seen=seen, draft_seen="on")

    assert Alert.objects.get(treatment=cast.treatment).level == Alert.Level.WATCH


def test_an_answered_one_is_not_entered_again(cast: Cast, tove_client: Client) -> None:
    hand_in(tove_client, cast, CALM)
    assert hand_in(tove_client, cast, CALM)["Location"] == desk(cast)
    assert AnswerSet.objects.count() == 1
    assert not Alert.objects.exists()


@pytest.mark.parametrize("over", ["answered", "closed", "withdrawn"])
def test_a_risk_answer_is_stored_though_the_questionnaire_was_over_before_it_was_handed_in(
    cast: Cast, tove_client: Client, over: str
) -> None:
    occasion = first_phq9(cast)
    if over == "answered":
        hand_in(tove_client, cast, CALM)
    else:
        now, field = clock.now(), {"closed": "closes_at", "withdrawn": "cancelled_at"}[over]
        Occasion.objects.filter(pk=occasion.pk).update(**{field: now})
    form = entry(occasion, RISKY)

    first, again = (tove_client.post(desk(cast, "answer_for", occasion.pk), form) for _ in range(2))

    alert = Alert.objects.get(treatment=cast.treatment)
    assert (alert.kind, alert.level) == (Alert.Kind.RISK, Alert.Level.HIGH)
    assert first["Location"] == again["Location"] == desk(cast, "alert", alert.pk)
    stored = AnswerSet.objects.get(occasion=alert.occasion)
    assert (stored.mode, stored.given_by) == (AnswerSet.Mode.PHONE, cast.tove)


def test_colleagues_find_nothing_and_a_stand_in_may(cast: Cast, signed_in: SignIn) -> None:
    place = desk(cast, "answer_for", first_phq9(cast).pk)
    client = signed_in(cast.kim)
    assert [client.get(path).status_code for path in (desk(cast), place)] == [404, 404]

    CareRelation.objects.create(
        treatment=cast.treatment, staff=cast.kim, kind=CareRelation.Kind.STAND_IN, starts_at=clock.now()
    )
    assert [client.get(path).status_code for path in (desk(cast), place)] == [200, 200]


def test_another_patient_s_occasion_is_not_found_under_one_s_own(cast: Cast, tove_client: Client) -> None:
    foreign = Occasion.objects.filter(series=cast.other_treatment.series).first()
    assert foreign is not None
    assert tove_client.get(desk(cast, "answer_for", foreign.pk)).status_code == 404


@pytest.mark.benchmark
def test_the_page_costs_the_same_however_much_waits(cast: Cast, tove_client: Client) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        tove_client.get(desk(cast))
    for slug in ("bbq", "gad-2", "phq-2"):
        tove_client.post(desk(cast), {"instrument": slug, "days": "5"})
    with CaptureQueriesContext(connection) as many:
        tove_client.get(desk(cast))

    assert len(many) <= len(few) + 1
