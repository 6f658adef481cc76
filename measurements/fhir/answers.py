"""Answers as a FHIR R4 QuestionnaireResponse and their score as Observations: total first, then what else was found.

A total that is missing is said to be missing, with its reason, and is never 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from measurements.fhir import names
from measurements.fhir.names import canonical, coding, concept, score_quantity
from measurements.fhir.writing import turned_round
from measurements.form import missing
from measurements.instrument import Instrument, Item
from measurements.scale import severity_name
from measurements.scoring import ScoreResult, Status


@dataclass(frozen=True)
class Given:
    """Whose answers and when: `subject` and `author` are references such as "Patient/<id>"; `at` has a time zone."""

    id: UUID
    subject: str
    author: str
    at: datetime
    language: str


def questionnaire_response(
    instrument: Instrument, answers: Mapping[str, str], given: Given
) -> dict[str, Any]:
    """The answers (link id -> option code) with the codes as chosen; `stopped` when some were left out.

    Raises ValueError for an answer that the instrument doesn't have: nothing may be dropped on the way out.
    """
    everything = (*instrument.items, *instrument.unscored)
    if unknown := sorted(set(answers) - {item.link_id for item in everything}):
        raise ValueError(f"{instrument.id} has no item {', '.join(unknown)}")
    rows = [
        _answered(item, answers[item.link_id], given.language)
        for item in (*_as_summed(instrument), *instrument.unscored)
        if item.link_id in answers
    ]
    return {
        "resourceType": "QuestionnaireResponse",
        "id": str(given.id),
        "language": given.language,
        "questionnaire": canonical(instrument.id, instrument.version),
        "status": "stopped" if missing(instrument, answers) else "completed",
        "subject": {"reference": given.subject},
        "authored": given.at.isoformat(),
        "author": {"reference": given.author},
        "source": {"reference": given.author},
        # FHIR knows no empty list.
        **({"item": rows} if rows else {}),
    }


def _as_summed(instrument: Instrument) -> list[Item]:
    """The scored items with the values that they add to the total."""
    turned = instrument.scoring.reverse
    numbered = enumerate(instrument.items, start=1)
    return [turned_round(item) if number in turned else item for number, item in numbered]


def _answered(item: Item, code: str, language: str) -> dict[str, Any]:
    chosen = next((option for option in item.options if option.code == code), None)
    if chosen is None:
        raise ValueError(f"{item.link_id} has no answer {code!r}")
    value: dict[str, Any] = coding(chosen.system, chosen.code)
    if language in chosen.text:
        value["display"] = chosen.text[language]
    if chosen.value is not None:
        value["extension"] = [{"url": names.ORDINAL, "valueDecimal": chosen.value}]
    text = {"text": item.text[language]} if language in item.text else {}
    return {"linkId": item.link_id, **text, "answer": [{"valueCoding": value}]}


def observations(instrument: Instrument, result: ScoreResult, given: Given) -> list[dict[str, Any]]:
    """The total and every number that the rule found beside it, subscales each by itself.

    `given.id` is the response's; each observation's own id is made of it, so that the same export repeats itself.
    Raises ValueError for a result that is no score (invalid answers).
    """
    if result.status is Status.INVALID:
        raise ValueError("invalid answers have no score")
    rows = [_total(instrument, result, given)]
    for key, name, value in _findings(result.findings):
        code = concept(names.OWN, f"{instrument.id}-{key}", f"{instrument.short}, {name}")
        rows.append({**_frame(instrument, result, given, key), "code": code, **_value(value)})
    return rows


def _total(instrument: Instrument, result: ScoreResult, given: Given) -> dict[str, Any]:
    known = instrument.codes.get("total")
    text = f"{instrument.short}, total"
    code = (
        concept(known.system, known.code, text)
        if known
        else concept(names.OWN, f"{instrument.id}-total", text)
    )
    row = {**_frame(instrument, result, given, "total"), "code": code}
    if result.total is None:
        return {**row, "dataAbsentReason": concept(names.DATA_ABSENT, "unknown", _missing(result))}
    name = severity_name(instrument, result.severity, given.language)
    severity = {"interpretation": [{"text": name}]} if name else {}
    note = {"note": [{"text": _missing(result)}]} if result.status is Status.PRORATED else {}
    return {**row, **_value(result.total), **severity, **note}


def _frame(instrument: Instrument, result: ScoreResult, given: Given, key: str) -> dict[str, Any]:
    """What all observations of an answer set share."""
    return {
        "resourceType": "Observation",
        "id": f"{given.id.hex}-{key}".replace("_", "-").replace(".", "-")[:64],
        "status": "final",
        "category": [concept(names.CATEGORY, "survey")],
        "subject": {"reference": given.subject},
        "effectiveDateTime": given.at.isoformat(),
        "performer": [{"reference": given.author}],
        # Which rule made the number: another version may make another.
        "method": concept(names.OWN, f"{instrument.id}-rule-{result.rule_version}"),
        "derivedFrom": [{"reference": f"QuestionnaireResponse/{given.id}"}],
    }


def _missing(result: ScoreResult) -> str:
    return f"{result.n_missing} answers missing, {result.status}"


def _value(value: float | bool) -> dict[str, Any]:
    return {"valueBoolean": value} if isinstance(value, bool) else {"valueQuantity": score_quantity(value)}


def stored_result(details: Mapping[str, Any], rule_version: str) -> ScoreResult:
    """A score as it was stored (`ScoreResult.as_dict`), with the version of the rule that made it."""
    head = {"status", "total", "total_rounded", "n_missing"}
    return ScoreResult(
        status=Status(details["status"]),
        rule_version=rule_version,
        total=details.get("total"),
        total_rounded=details.get("total_rounded"),
        n_missing=details.get("n_missing"),
        findings={key: value for key, value in details.items() if key not in head},
    )


def _findings(findings: Mapping[str, Any]) -> Iterator[tuple[str, str, float | bool]]:
    """(key, name, value) of each; subscales are one each, words such as a band's key none."""
    for key, value in findings.items():
        if isinstance(value, Mapping):
            yield from ((f"{key}.{part}", part, number) for part, number in value.items())
        elif isinstance(value, bool | int | float):
            yield key, key, value
