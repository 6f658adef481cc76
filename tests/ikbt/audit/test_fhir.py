"""C8: rows go out as FHIR R4 AuditEvents; checked against the shape that R4 and BALP demand."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError

from ikbt.audit.fhir import audit_event
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record
from tests.ikbt.audit.conftest import ROWS, audit

Json = dict[str, Any]
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00")
ACTOR, UNIT, PATIENT = uuid4(), uuid4(), uuid4()

# What R4 says of the resource: name to (least, most); None is no limit. Nothing else may stand in it.
EVENT = {
    "resourceType": (1, 1), "id": (0, 1), "meta": (0, 1),
    "type": (1, 1), "subtype": (0, None),
    "action": (0, 1), "recorded": (1, 1), "outcome": (0, 1), "outcomeDesc": (0, 1),
    "purposeOfEvent": (0, None),
    "agent": (1, None), "source": (1, 1), "entity": (0, None),
}  # fmt: skip
AGENT = {
    "type": (0, 1), "role": (0, None), "who": (0, 1), "requestor": (1, 1), "network": (0, 1),
    "purposeOfUse": (0, None),
}  # fmt: skip
ENTITY = {"what": (0, 1), "type": (0, 1), "role": (0, 1), "name": (0, 1), "detail": (0, None)}
SOURCE = {"site": (0, 1), "observer": (1, 1), "type": (0, None)}
CODING = {"system": (1, 1), "code": (1, 1), "display": (0, 1)}


def misshapen(given: Json, shape: Mapping[str, tuple[int, int | None]], where: str) -> list[str]:
    """What is too many, too few or unknown."""
    found = [f"{where}.{name} is unknown" for name in given if name not in shape]
    for name, (least, most) in shape.items():
        many = isinstance(given.get(name), list)
        number = len(given[name]) if many else int(name in given)
        if number < least or (most is not None and number > most) or (many and most == 1):
            found.append(f"{where}.{name}: {number}")
        if name in given and most is None and not many:
            found.append(f"{where}.{name} must be a list")
    return found


def faults(event: Json) -> list[str]:
    """Everything that R4 would refuse in an event."""
    found = misshapen(event, EVENT, "event")
    for agent in event["agent"]:
        found += misshapen(agent, AGENT, "agent")
        found += [f"agent.who: {agent['who']}"] if not agent["who"].keys() & {"identifier", "display"} else []
    for entity in event["entity"]:
        found += misshapen(entity, ENTITY, "entity")
        found += [f"detail: {one}" for one in entity.get("detail", ()) if set(one) != {"type", "valueString"}]
    found += misshapen(event["source"], SOURCE, "source")
    codings = [event["type"], *event["subtype"], *event["source"]["type"]]
    codings += [entity["type"] for entity in event["entity"]]
    found += [fault for coding in codings for fault in misshapen(coding, CODING, "coding")]
    found += ["recorded"] if not INSTANT.fullmatch(event["recorded"]) else []
    found += ["action"] if event["action"] not in set("CRUDE") else []
    found += ["outcome"] if event["outcome"] not in {"0", "4", "8", "12"} else []
    return found


def row(action: str, **more: Any) -> Entry:
    told: Json = {
        "id": 7,
        "at": datetime(2026, 3, 3, 9, 14, 15, 123456, tzinfo=UTC),
        "actor": ACTOR,
        "role": "therapist",
        "unit": UNIT,
        "patient": PATIENT,
        "action": action,
        "object_kind": "module",
        "object_id": "m01",
        "relation": "responsible",
        "address": "10.0.0.1",
        "request_id": "a" * 32,
        "seq": 7,
        "hash": "b" * 64,
    }
    return Entry(**{**told, **more})


@pytest.mark.parametrize("action", Entry.Action.values)
@pytest.mark.parametrize("bare", [False, True])
def test_c8_every_kind_of_row_has_the_shape_of_r4(action: str, bare: bool) -> None:
    nothing = {
        "actor": None,
        "unit": None,
        "patient": None,
        "address": None,
        "relation": "",
        "request_id": "",
    }

    assert faults(audit_event(row(action, **(nothing if bare else {})))) == []


@pytest.mark.parametrize(
    ("action", "letter", "interaction", "profile"),
    [
        ("read", "R", "read", "IHE.BasicAudit.PatientRead"),
        ("list", "E", "search", "IHE.BasicAudit.PatientQuery"),
        ("create", "C", "create", "IHE.BasicAudit.PatientCreate"),
        ("change", "U", "update", "IHE.BasicAudit.PatientUpdate"),
        ("delete", "D", "delete", "IHE.BasicAudit.PatientDelete"),
    ],
)
def test_c8_balps_patient_events(action: str, letter: str, interaction: str, profile: str) -> None:
    event = audit_event(row(action))

    assert (event["type"]["code"], event["subtype"][0]["code"], event["action"]) == (
        "rest",
        interaction,
        letter,
    )
    assert event["meta"]["profile"] == [f"https://profiles.ihe.net/ITI/BALP/StructureDefinition/{profile}"]


def patients(event: Json) -> list[str]:
    return [
        entity["what"]["identifier"]["value"]
        for entity in event["entity"]
        if (entity["type"]["code"], entity.get("role", {}).get("code")) == ("1", "1")
    ]


def test_c8_the_patient_stands_there_once() -> None:
    assert patients(audit_event(row("read"))) == [f"urn:uuid:{PATIENT}"]
    assert patients(audit_event(row("sign_in", patient=None))) == []


def test_c8_who_in_which_role_at_which_unit_from_where() -> None:
    actor, unit = audit_event(row("read"))["agent"]

    assert actor["who"] == {
        "type": "Practitioner",
        "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{ACTOR}"},
    }
    assert (actor["role"], actor["requestor"]) == ([{"text": "therapist"}], True)
    assert actor["network"] == {"address": "10.0.0.1", "type": "2"}
    assert (unit["who"]["type"], unit["requestor"]) == ("Organization", False)


def test_c8_a_refusal_is_a_failure_and_no_read() -> None:
    event = audit_event(row("refused", granted=False))

    assert (event["outcome"], event["outcomeDesc"], "meta" in event) == ("4", "refused", False)


def test_c8_a_patient_reading_her_own_asked_for_it_herself() -> None:
    event = audit_event(row("read", actor=PATIENT, role="patient", relation="own"))

    assert event["agent"][0]["who"]["type"] == "Patient"
    assert event["purposeOfEvent"][0]["coding"][0]["code"] == "PATRQT"


def test_c8_the_event_can_be_found_in_the_chain() -> None:
    things = [entity for entity in audit_event(row("read"))["entity"] if entity["type"]["code"] == "2"]

    details = {one["type"]: one["valueString"] for one in things[0]["detail"]}
    assert details == {"relation": "responsible", "seq": "7", "hash": "b" * 64}


# ---------------------------------------------------------------- the command


def exported(*words: str) -> list[Json]:
    return [json.loads(line) for line in audit("export", "--fhir", *words).splitlines()]


def test_c8_the_log_goes_out_one_event_a_line(chain: list[Entry]) -> None:
    events = exported()

    assert [fault for event in events for fault in faults(event)] == []
    assert len(events) == ROWS + 1, "the export is a row too"
    assert events[-1]["subtype"][0]["display"] == "Export"


def test_c8_one_patients_rows_only(chain: list[Entry]) -> None:
    other = uuid4()
    record(Entry.Action.READ, by=Actor(uuid4(), "therapist"), kind="treatment", patient=other)

    assert [patients(event) for event in exported("--patient", str(other))] == [[f"urn:uuid:{other}"]] * 2


def test_c8_a_window_of_time(chain: list[Entry]) -> None:
    third = chain[2].at.isoformat()

    assert len(exported("--until", third)) == 2
    assert len(exported("--since", third)) == ROWS - 2 + 2, "and the exports'"
    assert exported("--since", "2100-01-01") == []


@pytest.mark.parametrize("moment", ["yesterday", "2026-01-01T08:00"])
def test_c8_a_moment_without_an_offset_is_refused(moment: str) -> None:
    with pytest.raises(CommandError, match="since"):
        audit("export", "--fhir", "--since", moment)


def test_ids_are_uuids() -> None:
    assert (
        UUID(audit_event(row("read"))["agent"][0]["who"]["identifier"]["value"].removeprefix("urn:uuid:"))
        == ACTOR
    )
