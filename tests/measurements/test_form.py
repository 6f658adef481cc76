"""A questionnaire shows the right questions, reads a posted form and names what is missing."""

from __future__ import annotations

import pytest

from measurements.form import FIELD_PREFIX, missing, questions, read_answers, responses, skipped_items
from measurements.registry import instrument
from measurements.scoring import Status, score

PHQ9, AUDIT = instrument("phq-9"), instrument("audit")
FUNCTION = "69722-7"


def answered(key: str, *values: int | None) -> dict[str, str]:
    """Answers as stored, from values in item order."""
    rows = zip(instrument(key).items, values, strict=False)
    return {
        item.link_id: next(option.code for option in item.options if option.value == value)
        for item, value in rows
        if value is not None
    }


def test_questions_come_numbered_in_swedish_with_their_answers() -> None:
    first = questions(PHQ9, "sv", {"44250-9": "LA6570-1"})[0]

    assert (first.number, first.text) == (1, "Lite intresse eller glädje i att göra saker")
    assert [option.text for option in first.options] == [
        "Inte alls",
        "Flera dagar",
        "Mer än hälften av dagarna",
        "Nästan varje dag",
    ]
    assert [option.checked for option in first.options] == [False, False, True, False]
    assert first.answered
    assert first.scored


def test_the_function_question_is_asked_only_after_some_trouble() -> None:
    nothing = questions(PHQ9, "sv", answered("phq-9", *[0] * 9))
    some = questions(PHQ9, "sv", answered("phq-9", 0, 1))

    assert len(nothing) == 9
    assert (some[-1].link_id, some[-1].number, some[-1].scored) == (FUNCTION, 10, False)
    assert some[-1].options[0].text == "Inga svårigheter"


def test_the_function_question_is_neither_scored_nor_missing() -> None:
    answers = {**answered("phq-9", *[1] * 9), FUNCTION: "LA6574-3"}

    assert score(PHQ9, responses(PHQ9, answers)).total == 9
    assert missing(PHQ9, answered("phq-9", *[1] * 9)) == []


def test_a_posted_form_keeps_only_answers_that_exist() -> None:
    posted = {
        f"{FIELD_PREFIX}44250-9": "LA6571-9",
        f"{FIELD_PREFIX}44255-8": "3",
        f"{FIELD_PREFIX}44259-0": "",
        f"{FIELD_PREFIX}44254-1": ["LA6571-9"],
        f"{FIELD_PREFIX}elsewhere": "LA6571-9",
        "44251-7": "LA6571-9",
        "csrfmiddlewaretoken": "x",
    }

    assert read_answers(PHQ9, posted) == {"44250-9": "LA6571-9"}


def test_responses_keep_the_order_of_the_form_and_none_for_unanswered() -> None:
    answers = answered("phq-9", 3, None, 1)

    assert responses(PHQ9, answers) == [3, None, 1, None, None, None, None, None, None]


def test_an_unknown_stored_code_is_refused_rather_than_read_as_unanswered() -> None:
    with pytest.raises(ValueError, match="44260-8 has no answer"):
        responses(PHQ9, {"44260-8": "LA-unknown"})


def test_missing_names_the_unanswered_items_in_order() -> None:
    answers = answered("phq-9", 0, None, 0, 0, 0, 0, 0, 0, None)

    assert [item.link_id for item in missing(PHQ9, answers)] == ["44255-8", "44260-8"]


def test_an_abstainer_passes_by_the_questions_on_drinking() -> None:
    answers = answered("audit", 0)

    assert [one.link_id for one in questions(AUDIT, "en", answers)] == ["68518-0", "97739-7", "97740-5"]
    assert [item.link_id for item in missing(AUDIT, answers)] == ["97739-7", "97740-5"]


def test_questions_passed_by_make_a_complete_form() -> None:
    answers = {**answered("audit", 0), "97739-7": "audit-no", "97740-5": "audit-no"}

    assert missing(AUDIT, answers) == []
    assert score(AUDIT, responses(AUDIT, answers)).status is Status.COMPLETE_BY_SKIP


def test_an_answer_given_before_the_skip_stays_on_the_page() -> None:
    answers = answered("audit", 0, 3)

    assert "68519-8" not in skipped_items(AUDIT, answers)
    assert "68519-8" in [one.link_id for one in questions(AUDIT, "en", answers)]


def test_a_reversed_item_is_stored_as_chosen_and_turned_when_scored() -> None:
    answers = answered("core-10", *[0] * 10)

    assert responses(instrument("core-10"), answers) == [0] * 10
    assert score(instrument("core-10"), responses(instrument("core-10"), answers)).total == 8


def test_wording_falls_back_to_the_language_that_exists() -> None:
    assert questions(instrument("who-5"), "sv", {})[0].text == "I have felt cheerful and in good spirits"


def test_an_instrument_without_wording_can_not_be_drawn() -> None:
    with pytest.raises(ValueError, match="madrs-s has no wording"):
        questions(instrument("madrs-s"), "sv", {})
