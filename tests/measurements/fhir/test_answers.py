"""Answers and scores leave as valid FHIR: codes as chosen, subscales by themselves, never a 0 for what is missing."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from fhir.resources.R4B.observation import Observation
from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse
from hypothesis import given, settings
from hypothesis import strategies as st

from measurements.fhir.answers import Given, observations, questionnaire_response, stored_result
from measurements.form import responses
from measurements.instrument import Instrument
from measurements.registry import instrument, shipped
from measurements.scoring import score

GIVEN = Given(
    id=UUID(int=1),
    subject="Patient/p",
    author="Patient/p",
    at=datetime(2026, 3, 2, 8, 30, tzinfo=UTC),
    language="sv",
)


def answers(known: Instrument, *values: int | None) -> dict[str, str]:
    """Stored answers with these values, None left out."""
    return {
        item.link_id: next(option.code for option in item.options if option.value == value)
        for item, value in zip(known.items, values, strict=False)
        if value is not None
    }


def scored(key: str, *values: int | None) -> list[dict[str, Any]]:
    known = instrument(key)
    return observations(known, score(known, responses(known, answers(known, *values))), GIVEN)


def quantities(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Code -> value, for those with a number."""
    return {
        row["code"]["coding"][0]["code"]: row["valueQuantity"]["value"]
        for row in rows
        if "valueQuantity" in row
    }


@given(data=st.data())
@settings(max_examples=80, deadline=None)
def test_any_answers_of_any_instrument_leave_as_valid_fhir(data: st.DataObject) -> None:
    known = instrument(data.draw(st.sampled_from(sorted(shipped()))))
    chosen = [data.draw(st.none() | st.sampled_from(sorted(item.values))) for item in known.items]
    given_answers = answers(known, *chosen)

    response = questionnaire_response(known, given_answers, GIVEN)
    rows = observations(known, score(known, responses(known, given_answers)), GIVEN)

    assert QuestionnaireResponse.model_validate(json.loads(json.dumps(response))).status in (
        "completed",
        "stopped",
    )
    assert len(response.get("item", [])) == len(given_answers)
    assert all(Observation.model_validate(json.loads(json.dumps(row))).status == "final" for row in rows)
    assert len({row["id"] for row in rows}) == len(rows)


def test_an_answer_keeps_its_code_words_and_value() -> None:
    known = instrument("phq-9")
    response = questionnaire_response(known, answers(known, 2), GIVEN)

    assert response["questionnaire"] == "urn:ikbt:instrument:phq-9|1.0.0"
    assert response["status"] == "stopped"
    assert response["item"][0]["answer"][0]["valueCoding"] == {
        "system": "http://loinc.org",
        "code": "LA6570-1",
        "display": "Mer än hälften av dagarna",
        "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/ordinalValue", "valueDecimal": 2}],
    }


def test_a_whole_form_is_completed_and_what_may_be_passed_by_is_not_missing() -> None:
    known = instrument("audit")
    given_answers = {**answers(known, 0), "97739-7": "audit-no", "97740-5": "audit-no"}

    assert questionnaire_response(known, given_answers, GIVEN)["status"] == "completed"


def test_the_total_has_its_loinc_code_severity_and_the_rule_that_made_it() -> None:
    total = scored("phq-9", *[2] * 9)[0]

    assert total["code"]["coding"] == [{"system": "http://loinc.org", "code": "44261-6"}]
    assert total["valueQuantity"]["value"] == 18
    assert total["interpretation"] == [{"text": "medelsvåra besvär"}]
    assert total["method"]["coding"][0]["code"] == "phq-9-rule-1"
    assert total["derivedFrom"] == [{"reference": f"QuestionnaireResponse/{GIVEN.id}"}]


def test_subscales_are_observations_of_their_own() -> None:
    found = quantities(scored("lsas-sr", *[1, 2] * 24))

    assert found["lsas-sr-total"] == 72
    assert found["lsas-sr-subscales.fear"] == 24
    assert found["lsas-sr-subscales.avoidance"] == 48


def test_a_missing_total_is_said_to_be_missing_and_has_no_value() -> None:
    total = scored("phq-9", 1, 1, 1)[0]

    assert "valueQuantity" not in total
    assert total["dataAbsentReason"]["coding"][0]["code"] == "unknown"
    assert total["dataAbsentReason"]["text"] == "6 answers missing, incomplete"


def test_an_estimated_total_says_so() -> None:
    assert scored("phq-9", *[1] * 8)[0]["note"] == [{"text": "1 answers missing, prorated"}]


def test_a_stored_score_gives_the_same_observations() -> None:
    known = instrument("pcl-5")
    result = score(known, [2] * 20)
    stored = stored_result(json.loads(json.dumps(result.as_dict())), result.rule_version)

    assert observations(known, stored, GIVEN) == observations(known, result, GIVEN)


def test_an_answer_that_the_instrument_lacks_is_refused_and_not_dropped() -> None:
    known = instrument("phq-9")

    with pytest.raises(ValueError, match="no item elsewhere"):
        questionnaire_response(known, {"elsewhere": "x"}, GIVEN)
    with pytest.raises(ValueError, match="44250-9 has no answer"):
        questionnaire_response(known, {"44250-9": "x"}, GIVEN)
    with pytest.raises(ValueError, match="no score"):
        observations(known, score(known, [9] * 9), GIVEN)
