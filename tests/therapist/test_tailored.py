"""The desk of a tailored course: proposed branches with their numbers, subtypes, choices; for carers only."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from ikbt.treatments.models import PathDecision
from tests.cast import Cast
from tests.ikbt.treatments.patient import text_of
from tests.ikbt.treatments.tailored import Course
from tests.ikbt.treatments.test_deciding import chosen, path, with_choice, with_offer, with_subtypes

pytestmark = pytest.mark.django_db


def address(made: Course, name: str, *args: object) -> str:
    return reverse(f"therapist:{name}", args=[made.treatment.pk, *args])


def test_a_proposed_branch_shows_the_rule_that_fired_with_its_numbers(
    cast: Cast, tove_client: Client
) -> None:
    made = with_offer(cast, "early", say="Sömnmodulen kan tas tidigare.")

    page = text_of(tove_client.get(address(made, "patient")))

    assert "”Modul m03” kan öppnas redan nu." in page
    assert "PHQ-9 16 (gräns: 10 eller mer)" in page
    assert "Sömnmodulen kan tas tidigare." in page


def test_accepting_opens_it_and_the_timeline_tells_why(cast: Cast, tove_client: Client) -> None:
    made = with_offer(cast, "early")

    page = text_of(
        tove_client.post(
            address(made, "answer_offer", "m03", "low"), {"answer": "yes", "reason": ""}, follow=True
        )
    )

    assert made.open == ["m01", "m03"]
    assert "Erbjudande antaget: Modul m03" in page


def test_declining_without_a_reason_keeps_the_page_and_says_what_is_needed(
    cast: Cast, tove_client: Client
) -> None:
    made = with_offer(cast, "skip")

    page = tove_client.post(address(made, "answer_offer", "m03", "low"), {"answer": "no", "reason": "nej"})

    assert "Skriv varför du tackar nej." in text_of(page)
    assert 'value="nej"' in text_of(page)
    assert not PathDecision.objects.exists()


def test_a_declined_branch_shows_its_reason_and_can_be_taken_up_again(
    cast: Cast, tove_client: Client
) -> None:
    made = with_offer(cast, "skip")
    where = address(made, "answer_offer", "m03", "low")
    tove_client.post(where, {"answer": "no", "reason": "Vi väntar lite."})

    page = text_of(tove_client.get(address(made, "patient")))
    assert "Avböjt: Vi väntar lite." in page
    assert "Ta upp det igen" in page

    tove_client.post(where, {"answer": "yes", "reason": ""})
    assert path(made) == ["m01", "m02"]

    page = text_of(tove_client.get(address(made, "patient")))
    assert "Antaget. Det kan tas tillbaka så länge inget av det är öppet." in page
    tove_client.post(where, {"answer": "no", "reason": "Hon vill ändå göra den."})
    assert path(made) == ["m01", "m02", "m03"]


def test_subtypes_are_opened_on_her_page(cast: Cast, tove_client: Client) -> None:
    made = with_subtypes(cast)

    tove_client.post(address(made, "subtypes"), {"subtype": ["wash"]})

    page = tove_client.get(address(made, "patient"))
    assert [(one.key, one.is_open) for one in page.context["subtypes"]] == [("wash", True), ("check", False)]


def test_her_choice_and_what_her_answers_suggest_are_told(cast: Cast, tove_client: Client) -> None:
    made = with_choice(cast)
    made.answer("phq-9", 2)
    assert "inte valt än" in text_of(tove_client.get(address(made, "patient")))

    chosen(made, "a")

    page = text_of(tove_client.get(address(made, "patient")))
    assert "Föreslås för patienten: B (PHQ-9 16 (gräns: 10 eller mer))" in page
    assert "inte valt än" not in page


def test_a_course_without_tailoring_shows_none_of_it(cast: Cast, tove_client: Client) -> None:
    page = tove_client.get(reverse("therapist:patient", args=[cast.treatment.pk]))

    assert not page.context["is_tailored"]


def test_only_those_who_care_for_her_decide(cast: Cast, signed_in: Callable[..., Client]) -> None:
    made = with_offer(cast, "skip")
    where = [address(made, "answer_offer", "m03", "low"), address(made, "subtypes")]

    for outsider in (cast.olle, cast.kim, cast.anna, made.patient):
        client = signed_in(outsider)
        assert [client.post(one, {"answer": "yes"}).status_code for one in where] == [404, 404]

    assert path(made) == ["m01", "m02", "m03"]
