"""The patient's pages of a tailored course: what she sees, chooses and is offered; hidden steps; nobody else's."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from ikbt.treatments.models import WorksheetEntry
from ikbt.treatments.paths import way_of
from tests.cast import Cast
from tests.ikbt.treatments.patient import entry, text_of
from tests.ikbt.treatments.tailored import Course, course, exercise_step, module
from tests.ikbt.treatments.test_deciding import (
    chosen,
    path,
    with_choice,
    with_modules,
    with_offer,
    with_subtypes,
)

pytestmark = pytest.mark.django_db
SignedIn = Callable[..., Client]


def address(made: Course, name: str, *args: object) -> str:
    return reverse(f"treatments:{name}", args=[made.treatment.pk, *args])


@pytest.fixture
def hers(signed_in: SignedIn) -> Callable[[Course], Client]:
    return lambda made: signed_in(made.patient)


def test_she_is_offered_what_is_hers_to_decide_and_takes_it(
    cast: Cast, hers: Callable[[Course], Client]
) -> None:
    made = with_offer(cast, "early", who="patient", say="Den kan passa dig.")
    client = hers(made)

    page = text_of(client.get(address(made, "treatment")))
    assert "”Modul m03” kan öppnas redan nu." in page
    assert "Den kan passa dig." in page

    client.post(address(made, "answer_offer", "m03", "low"), {"answer": "yes"})
    assert made.open == ["m01", "m03"]
    assert "kan öppnas redan nu" not in text_of(client.get(address(made, "treatment")))


def test_a_declined_offer_does_not_come_back(cast: Cast, hers: Callable[[Course], Client]) -> None:
    made = with_offer(cast, "skip", who="patient")
    client = hers(made)

    client.post(address(made, "answer_offer", "m03", "low"), {"answer": "no"})

    assert "kan hoppas över" not in text_of(client.get(address(made, "treatment")))
    assert path(made) == ["m01", "m02", "m03"]


def test_what_the_therapist_decides_is_not_shown_to_her(cast: Cast, hers: Callable[[Course], Client]) -> None:
    made = with_offer(cast, "early", who="therapist", say="Bara för behandlaren.")

    page = text_of(hers(made).get(address(made, "treatment")))

    assert "Bara för behandlaren." not in page
    assert "kan öppnas redan nu" not in page


def test_she_chooses_in_the_module_and_sees_the_steps_of_her_choice(
    cast: Cast, hers: Callable[[Course], Client]
) -> None:
    made = with_choice(cast)
    client = hers(made)
    before = text_of(client.get(address(made, "module", "m01")))
    assert "Välj fokus" in before
    assert "Steg m01-s02" not in before
    assert "Gör ditt val först: Välj fokus." in before

    page = text_of(client.post(address(made, "choose", "focus"), {"option": "a"}, follow=True))

    assert "Ditt val är sparat." in page
    assert "Steg m01-s02" in page
    assert "Steg m01-s03" not in page


def test_a_wrong_choice_is_told_and_changes_nothing(cast: Cast, hers: Callable[[Course], Client]) -> None:
    made = with_choice(cast)

    page = text_of(hers(made).post(address(made, "choose", "focus"), {}, follow=True))

    assert "Välj minst 1 och högst 1." in page


def test_a_suggestion_by_her_score_is_marked(cast: Cast, hers: Callable[[Course], Client]) -> None:
    made = with_choice(cast)
    client = hers(made)
    assert "Föreslås utifrån dina svar" not in text_of(client.get(address(made, "module", "m01")))

    made.answer("phq-9", 2)

    assert text_of(client.get(address(made, "module", "m01"))).count("Föreslås utifrån dina svar") == 1


def test_a_hidden_step_is_not_found_and_steps_lead_past_it(
    cast: Cast, hers: Callable[[Course], Client]
) -> None:
    made = with_subtypes(cast)
    client = hers(made)

    assert client.get(address(made, "step", "m01", "m01-s02")).status_code == 404
    page = client.get(address(made, "step", "m01", "m01-s01"))
    assert page.context["after"] == address(made, "step", "m01", "m01-s04")
    assert (page.context["step"].position, page.context["step"].total) == (1, 2)


def test_what_she_sends_from_a_step_that_was_hidden_meanwhile_is_kept_and_stays_in_sight(
    cast: Cast, hers: Callable[[Course], Client]
) -> None:
    made = with_subtypes(cast)
    client = hers(made)

    client.post(address(made, "draft", "m01", "m01-s02"), entry(activity="Mitt i en mening"))

    assert WorksheetEntry.objects.get(treatment=made.treatment).values["activity"] == "Mitt i en mening"
    page = client.get(address(made, "step", "m01", "m01-s02"))
    assert page.status_code == 200
    assert "Mitt i en mening" in text_of(page)


def test_a_step_she_may_leave_out_says_so_and_is_not_where_she_is_led(
    cast: Cast, hers: Callable[[Course], Client]
) -> None:
    made = with_subtypes(cast)
    made.treatment.progress.update(steps_done=["m01-s01"])

    page = hers(made).get(address(made, "module", "m01"))

    assert "Steget är frivilligt" in text_of(page)
    assert page.context["continue_url"] == ""


def test_a_choice_among_modules_stands_on_her_start_page_when_its_turn_has_come(
    cast: Cast, hers: Callable[[Course], Client]
) -> None:
    made = with_modules(cast)
    client = hers(made)

    page = text_of(client.get(address(made, "treatment")))
    assert "Välj väg" in page
    assert "Modul m02" not in page

    client.post(address(made, "choose", "way"), {"option": "m03"})
    page = text_of(client.get(address(made, "treatment")))
    assert "Du har valt: m03." in page
    assert "Modul m03" in page
    assert "Modul m02" not in page


def test_a_module_she_chose_away_stays_in_her_list(cast: Cast, hers: Callable[[Course], Client]) -> None:
    made = with_modules(cast)
    made.write("m01", "m01-s01")
    made.hand_in("m01")
    for option in ("m02", "m03"):
        chosen(made, option, group="way")

    page = text_of(hers(made).get(address(made, "treatment")))

    assert address(made, "module", "m02") in page


def test_nobody_else_decides_about_her_path(cast: Cast, signed_in: SignedIn, anna_client: Client) -> None:
    made = with_choice(cast)
    posts = [address(made, "choose", "focus"), address(made, "answer_offer", "m01", "low")]

    for outsider in (anna_client, signed_in(cast.tove)):
        for where in posts:
            assert outsider.post(where, {"option": "a", "answer": "yes"}).status_code == 404

    assert way_of(made.treatment).decisions == []


def test_the_start_page_asks_a_fixed_number_of_queries_however_many_rules_there_are(
    cast: Cast, hers: Callable[[Course], Client], django_assert_max_num_queries: Callable[[int], object]
) -> None:
    made = with_offer(cast, "early", who="patient")
    client = hers(made)
    client.get(address(made, "treatment"))

    with django_assert_max_num_queries(24):  # type: ignore[attr-defined]
        client.get(address(made, "treatment"))


def test_the_booklet_leaves_out_what_is_hidden_and_keeps_what_she_wrote(
    cast: Cast, hers: Callable[[Course], Client], tove_client: Client
) -> None:
    made = with_subtypes(cast)
    client, desk = hers(made), reverse("therapist:booklet", args=[made.treatment.pk, "m01"])
    for page in (
        text_of(client.get(address(made, "booklet", "m01"))),
        text_of(tove_client.get(desk)),
    ):
        assert "Steg m01-s01" in page
        assert "Steg m01-s02" not in page
        assert "Steg m01-s03" not in page

    made.write("m01", "m01-s02", activity="Tog i handtaget")

    page = text_of(client.get(address(made, "booklet", "m01")))
    assert "Tog i handtaget" in page
    assert "Steg m01-s03" not in page


def test_homework_leaves_out_tasks_of_steps_that_are_hidden_from_her(
    cast: Cast, hers: Callable[[Course], Client]
) -> None:
    tasks = [{"step": "m01-s01", "text": "Skriv en rad"}, {"step": "m01-s02", "text": "Tvätta mindre"}]
    first = exercise_step("m01-s01")
    first["blocks"] += [
        {"type": "homework", "title": "Till nästa gång", "tasks": tasks},
        {"type": "homework", "title": "Bara för några", "tasks": tasks[1:]},
    ]
    steps = [first, exercise_step("m01-s02", only_for=["wash"])]
    kinds = [{"key": "wash", "title": "Tvätt"}]
    made = course(cast, module("m01", *steps, release="start"), subtypes=kinds)
    client = hers(made)

    for page in (
        text_of(client.get(address(made, "step", "m01", "m01-s01"))),
        text_of(client.get(address(made, "booklet", "m01"))),
    ):
        assert "Skriv en rad" in page
        assert "Tvätta mindre" not in page
        assert "Bara för några" not in page

    made.write("m01", "m01-s02", activity="Tog i handtaget")

    page = text_of(client.get(address(made, "step", "m01", "m01-s01")))
    assert address(made, "step", "m01", "m01-s02") in page
