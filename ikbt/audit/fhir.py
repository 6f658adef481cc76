"""A log row as a FHIR R4 AuditEvent in the manner of IHE BALP 1.1; pure.

Source: http://hl7.org/fhir/R4/auditevent.html and https://profiles.ihe.net/ITI/BALP/ (PatientRead,
PatientQuery, PatientCreate, PatientUpdate, PatientDelete). Persons and units go out by id, never by name.
"""

from __future__ import annotations

from datetime import UTC
from typing import Any
from uuid import UUID

from ikbt.audit.models import Entry

Json = dict[str, Any]

TYPES = "http://terminology.hl7.org/CodeSystem/audit-event-type"
DICOM = "http://dicom.nema.org/resources/ontology/DCM"
INTERACTIONS = "http://hl7.org/fhir/restful-interaction"
ENTITY_TYPES = "http://terminology.hl7.org/CodeSystem/audit-entity-type"
ENTITY_ROLES = "http://terminology.hl7.org/CodeSystem/object-role"
PARTICIPATION = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
ROLE_CLASS = "http://terminology.hl7.org/CodeSystem/v3-RoleClass"
REASONS = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
BALP_ENTITIES = "https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType"
SOURCE_TYPES = "http://terminology.hl7.org/CodeSystem/security-source-type"
BALP = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/"

_REST, _SECURITY = (TYPES, "rest", "RESTful Operation"), (DICOM, "110113", "Security Alert")
_SIGNED, _MACHINE = (DICOM, "110114", "User Authentication"), (DICOM, "110100", "Application Activity")
# Action of ours: type, subtype, FHIR's action letter, BALP's profile for a row about a patient.
_KINDS: dict[str, tuple[tuple[str, str, str], tuple[str, str, str], str, str]] = {
    "read": (_REST, (INTERACTIONS, "read", "read"), "R", "IHE.BasicAudit.PatientRead"),
    "list": (_REST, (INTERACTIONS, "search", "search"), "E", "IHE.BasicAudit.PatientQuery"),
    "create": (_REST, (INTERACTIONS, "create", "create"), "C", "IHE.BasicAudit.PatientCreate"),
    "change": (_REST, (INTERACTIONS, "update", "update"), "U", "IHE.BasicAudit.PatientUpdate"),
    "delete": (_REST, (INTERACTIONS, "delete", "delete"), "D", "IHE.BasicAudit.PatientDelete"),
    "export": (_REST, (DICOM, "110106", "Export"), "R", ""),
    "prune": (_MACHINE, (DICOM, "110101", "Audit Log Used"), "D", ""),
    "sign_in": (_SIGNED, (DICOM, "110122", "Login"), "E", ""),
    "sign_out": (_SIGNED, (DICOM, "110123", "Logout"), "E", ""),
    # DICOM's subtypes have none for access denied: a code of our own, beside the outcome that says it.
    "refused": (
        _SECURITY,
        ("https://ikbt.invalid/fhir/CodeSystem/audit-subtype", "refused", "Access refused"),
        "E",
        "",
    ),
}


def audit_event(row: Entry) -> Json:
    """One resource; every value comes from the row, so that the file can be checked by the chain."""
    kind, subtype, action, profile = _KINDS[row.action]
    event: Json = {
        "resourceType": "AuditEvent",
        "id": f"ikbt-{row.pk}",
        "type": _coding(kind),
        "subtype": [_coding(subtype)],
        "action": action,
        "recorded": row.at.astimezone(UTC).isoformat(timespec="milliseconds"),
        # 0 success, 4 minor failure: the system refused, as it should.
        "outcome": "0" if row.granted else "4",
        "agent": _agents(row),
        "source": {
            "observer": {"display": "ikbt"},
            "type": [_coding((SOURCE_TYPES, "4", "Application Server"))],
        },
        "entity": _entities(row),
    }
    if profile and row.patient and row.granted:
        event["meta"] = {"profile": [BALP + profile]}
    if not row.granted:
        event["outcomeDesc"] = "refused"
    if row.relation:
        event["purposeOfEvent"] = [_purpose(row)]
    return event


def _coding(of: tuple[str, str, str]) -> Json:
    system, code, display = of
    return {"system": system, "code": code, "display": display}


def _concept(of: tuple[str, str, str]) -> Json:
    return {"coding": [_coding(of)]}


def _reference(kind: str, id: UUID) -> Json:
    return {"type": kind, "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{id}"}}


def _agents(row: Entry) -> list[Json]:
    """Who acted, in which role and from where; the unit as an agent of its own."""
    actor: Json = {
        "type": _concept((PARTICIPATION, "IRCP", "information recipient")),
        "role": [{"text": row.role}],
        "requestor": True,
    }
    if row.actor:
        own = row.actor == row.patient
        actor["who"] = _reference("Patient" if own else "Practitioner", row.actor)
    else:
        actor["who"] = {"display": "ikbt" if row.role == "system" else "not signed in"}
    if row.address:
        actor["network"] = {"address": row.address, "type": "2"}
    if row.unit is None:
        return [actor]
    unit = {
        "type": _concept((ROLE_CLASS, "PROV", "healthcare provider")),
        "who": _reference("Organization", row.unit),
        "requestor": False,
    }
    return [actor, unit]


def _entities(row: Entry) -> list[Json]:
    found = []
    if row.patient:
        found.append(
            {
                "what": _reference("Patient", row.patient),
                "type": _coding((ENTITY_TYPES, "1", "Person")),
                "role": _coding((ENTITY_ROLES, "1", "Patient")),
            }
        )
    found.append(_object(row))
    if row.request_id:
        found.append(
            {
                "what": {"identifier": {"value": row.request_id}},
                "type": _coding((BALP_ENTITIES, "XrequestId", "X-Request-Id")),
            }
        )
    return found


def _object(row: Entry) -> Json:
    """The thing itself, with the reason and the row's place in the chain."""
    details = [("relation", row.relation), ("reason", row.reason), ("seq", row.seq), ("hash", row.hash)]
    what: Json = {"display": row.object_kind}
    if row.object_id:
        what["identifier"] = {"value": row.object_id}
    return {
        "what": what,
        "type": _coding((ENTITY_TYPES, "2", "System Object")),
        "role": _coding((ENTITY_ROLES, "4", "Domain Resource")),
        "detail": [{"type": name, "valueString": str(value)} for name, value in details if value],
    }


def _purpose(row: Entry) -> Json:
    code = (
        (REASONS, "PATRQT", "patient requested") if row.relation == "own" else (REASONS, "TREAT", "treatment")
    )
    return {**_concept(code), "text": row.relation}
