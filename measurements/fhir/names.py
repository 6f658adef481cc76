"""The addresses of the FHIR extensions and code systems that we write or read, in one place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Node = Mapping[str, Any]

_CORE = "http://hl7.org/fhir/StructureDefinition/"
_SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/"
TRANSLATION = f"{_CORE}translation"
# R4 calls the value of an answer ordinalValue, R5 and the extensions pack itemWeight.
ORDINAL, WEIGHT = f"{_CORE}ordinalValue", f"{_CORE}itemWeight"
UNIT = f"{_CORE}questionnaire-unit"
HIDDEN = f"{_CORE}questionnaire-hidden"
LIBRARY = f"{_CORE}cqf-library"
CALCULATED = f"{_SDC}sdc-questionnaire-calculatedExpression"
ENABLE_EXPRESSION = f"{_SDC}sdc-questionnaire-enableWhenExpression"
PROFILE = f"{_SDC}sdc-questionnaire"
DATA_ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
LIBRARY_TYPE = "http://terminology.hl7.org/CodeSystem/library-type"
UCUM = "http://unitsofmeasure.org"
# Our own code system, for what has no code in another; an instrument's address is below it.
OWN = "urn:ikbt:instrument"
RULES_ID = "rules"


def canonical(instrument_id: str, version: str = "") -> str:
    """The address of an instrument, of one version when it is given."""
    return f"{OWN}:{instrument_id}" + (f"|{version}" if version else "")


def coding(system: str, code: str) -> dict[str, str]:
    """A code in a code system."""
    return {"system": system, "code": code}


def concept(system: str, code: str, text: str = "") -> dict[str, Any]:
    """A CodeableConcept with one code."""
    return {"coding": [coding(system, code)], **({"text": text} if text else {})}


def score_quantity(value: float) -> dict[str, Any]:
    """A number of points in the unit that UCUM has for scores."""
    return {"value": value, "unit": "{score}", "system": UCUM, "code": "{score}"}
