"""Text templates: filled in where the page knows, never sent with something left to fill in."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from ikbt.accounts.models import Snippet
from ikbt.treatments.models import Draft, Feedback, Message
from ikbt.treatments.placeholders import check_filled, filled, unfilled
from tests.cast import Cast
from tests.therapist import scenes

LEFT = "Hej Anna! Vi ses på {dag} klockan {tid}."


def kept(cast: Cast, body: str, title: str = "Påminnelse") -> Snippet:
    return Snippet.objects.create(unit=cast.alfa, title=title, body=body, changed_by=cast.manager)


def test_known_words_are_filled_in_and_others_stay() -> None:
    text = filled("Hej {förnamn}! {Förnamn} {dag}", {"förnamn": "Anna"})

    assert text == "Hej Anna! Anna {dag}"
    assert unfilled(text) == ["{dag}"]


def test_a_word_without_a_value_stays_to_be_filled_in() -> None:
    assert filled("Ring {telefon}", {"telefon": ""}) == "Ring {telefon}"


@pytest.mark.parametrize(
    "text", ["{", "}", "{}", "{ }", "{1}", "a{\nb}", "{{7*7}}", "f(x) { return; }", ":-}"]
)
def test_braces_that_hold_no_word_are_only_braces(text: str) -> None:
    check_filled(text)


@given(st.text(max_size=200))
def test_whatever_is_written_a_filled_text_is_let_through(text: str) -> None:
    check_filled(text.replace("{", "("))


def test_it_names_each_that_is_left_once() -> None:
    with pytest.raises(ValidationError, match=r"\{dag\}, \{tid\}"):
        check_filled(f"{LEFT} {{dag}}")


@pytest.mark.parametrize("where", ["feedback", "messages"])
def test_the_units_templates_stand_beside_the_text_filled_in_for_her(
    where: str, cast: Cast, tove_client: Client
) -> None:
    scenes.hand_in(cast.treatment)
    kept(cast, "Hej {förnamn}, {dag} ringer {behandlare} från {enhet}, {telefon}, om {program}.")
    Snippet.objects.create(unit=cast.beta, title="Annan", body="Beta", changed_by=cast.manager)

    response = tove_client.get(address(cast, where))

    program = cast.version.outline["title"]
    [one] = response.context["snippets"]
    assert one.text == (
        f"Hej Anna, {{dag}} ringer Tove Berg från Vårdcentralen Alfa, 021-17 00 00, om {program}."
    )
    assert one.left == ["{dag}"]
    assert "Att fylla i: {dag}" in response.content.decode()


def address(cast: Cast, where: str) -> str:
    arguments = [cast.treatment.pk, "m01"] if where == "feedback" else [cast.treatment.pk]
    return reverse(f"therapist:{where}", args=arguments)


@pytest.mark.parametrize("where", ["feedback", "messages"])
def test_nothing_is_sent_while_something_is_left_to_fill_in_and_the_text_stays(
    where: str, cast: Cast, tove_client: Client
) -> None:
    scenes.hand_in(cast.treatment)
    posted = {"body": LEFT, "client_key": str(uuid4()), "revision": "0", "next": "hold"}

    refused = tove_client.post(address(cast, where), posted)

    assert refused.status_code == 200
    assert "Fyll i {dag}, {tid} innan du skickar." in refused.content.decode()
    assert refused.context["form"]["body"].value() == LEFT
    assert Draft.objects.get().body == LEFT
    assert not Feedback.objects.exists()
    assert not Message.objects.exists()


def test_a_patient_may_write_what_she_likes(cast: Cast) -> None:
    assert scenes.write(cast.treatment, "Jag kände mig {tom}").body == "Jag kände mig {tom}"
