"""Files with invented Swedish wording of a shipped instrument, as a unit would bring them."""

from __future__ import annotations

import json
from typing import Any

from measurements.fhir.writing import questionnaire
from measurements.registry import shipped_data


def swedish_data(slug: str) -> dict[str, Any]:
    """The definition with invented Swedish texts and no other language."""
    data: dict[str, Any] = json.loads(json.dumps(shipped_data()[slug]))
    data["languages"] = {"sv": {"source": "påhittad", "verified": False}}
    data["intro"] = {}
    for item in (*data["items"], *data["unscored"]):
        item["text"] = {"sv": f"Påhittad fråga {item['id']}"}
    for options in data["option_sets"].values():
        for option in options:
            option["text"] = {"sv": f"svar {option.get('value')}"}
    return data


def swedish(slug: str) -> bytes:
    """In our own format."""
    return json.dumps(swedish_data(slug)).encode()


def swedish_fhir(slug: str) -> bytes:
    """As a FHIR Questionnaire."""
    return json.dumps(questionnaire(swedish_data(slug))).encode()
