"""The unit's doors: decides who manages which unit, and what of its patients she gets: names, never care."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpRequest
from rules.predicates import Predicate

from ikbt.accounts.access import AtUnits, at_units, refuse
from ikbt.accounts.models import CareUnit, Person, RoleAssignment
from ikbt.accounts.roles import GIVEN_BY_MANAGER, Act, Role
from ikbt.accounts.rules import has_second_factor, may, may_open_desk
from ikbt.audit.models import Entry
from ikbt.audit.recording import record
from ikbt.common import clock
from ikbt.common.doors import ACCOUNT, LOG, PATIENT, READING, SYSTEM, Door
from ikbt.treatments.models import Absence, CareRelation, EmergencyAccess, Transfer, Treatment
from ikbt.treatments.reviewing_emergency import KIND as REVIEW
from ikbt.treatments.rules import is_the_patient

RELATIONS = "care relations"
OFFER = "transfer"


@dataclass(frozen=True)
class UnitsTreatment(AtUnits):
    """At one patient's care relations."""

    treatment: Treatment


@dataclass(frozen=True)
class UnitsRelation(UnitsTreatment):
    """At one of them."""

    relation: CareRelation


@dataclass(frozen=True)
class UnitsRole(AtUnits):
    """At one role of somebody else at the unit, that a manager may end."""

    assignment: RoleAssignment


@dataclass(frozen=True)
class UnitsEmergency(AtUnits):
    """At one emergency access to a patient of the unit, made by somebody else."""

    access: EmergencyAccess


@dataclass(frozen=True)
class UnitsOffer(AtUnits):
    """At one treatment that another unit offers to hers, not answered yet."""

    offer: Transfer


@dataclass(frozen=True)
class AtAbsence(AtUnits):
    """At one absence that is not over."""

    absence: Absence


@dataclass(frozen=True)
class AtTherapist(AtUnits):
    """At one therapist's patients at one unit."""

    therapist: Person
    unit: CareUnit


def _queue(request: HttpRequest) -> AtUnits:
    return at_units(request, Act.KEEP_QUEUE, kind="unit")


def _board(request: HttpRequest) -> AtUnits:
    return at_units(request, Act.SEE_OUTCOMES, kind="unit")


def _a_therapist(request: HttpRequest, role_id: UUID) -> AtTherapist:
    desk = _relations(request)
    rows = RoleAssignment.objects.running(clock.now()).filter(role=Role.THERAPIST, unit__in=desk.units)
    found = rows.filter(pk=role_id).select_related("person", "unit").first()
    if found is None or found.unit is None:
        refuse(request, "role", role_id)
    return AtTherapist(desk.person, desk.units, desk.actor, found.person, found.unit)


@dataclass(frozen=True)
class AtUnit(AtUnits):
    """At one of the units that she manages."""

    unit: CareUnit


def _a_unit(request: HttpRequest, unit_id: UUID) -> AtUnit:
    desk = _managed(request)
    found = CareUnit.objects.filter(pk__in=desk.units).filter(pk=unit_id).first()
    if found is None:
        refuse(request, "unit", unit_id)
    return AtUnit(desk.person, desk.units, desk.actor, found)


def _managed(request: HttpRequest) -> AtUnits:
    return at_units(request, Act.MANAGE_UNIT, kind="unit")


def _relations(request: HttpRequest) -> AtUnits:
    return at_units(request, Act.GIVE_RELATIONS, kind="unit")


def _a_treatment(request: HttpRequest, treatment_id: UUID) -> UnitsTreatment:
    desk = _relations(request)
    found = (
        Treatment.objects.of_units(desk.units)
        .exclude(patient=desk.person.pk)
        .select_related("patient", "unit", "therapist")
        .defer("patient__personal_number", "therapist__personal_number")
        .filter(pk=treatment_id)
        .first()
    )
    if found is None or is_the_patient.test(desk.person, found):
        refuse(request, RELATIONS, treatment_id, patient=Treatment.objects.patient_of(treatment_id))
    if request.method in READING:
        record(
            Entry.Action.READ,
            by=desk.actor,
            kind=RELATIONS,
            object_id=found.pk,
            patient=found.patient_id,
            relation=desk.actor.role,
        )
    return UnitsTreatment(desk.person, desk.units, desk.actor, found)


def _a_relation(request: HttpRequest, treatment_id: UUID, relation_id: UUID) -> UnitsRelation:
    at = _a_treatment(request, treatment_id)
    found = CareRelation.objects.filter(treatment=at.treatment).filter(pk=relation_id).first()
    if found is None:
        raise Http404
    return UnitsRelation(at.person, at.units, at.actor, at.treatment, found)


def _a_role(request: HttpRequest, role_id: UUID) -> UnitsRole:
    desk = _managed(request)
    found = (
        RoleAssignment.objects.running(clock.now())
        .filter(pk=role_id, unit__in=desk.units, role__in=GIVEN_BY_MANAGER)
        .exclude(person=desk.person)
        .select_related("person", "unit")
        .first()
    )
    if found is None or is_her_own_role.test(desk.person, found):
        refuse(request, "role", role_id)
    return UnitsRole(desk.person, desk.units, desk.actor, found)


def _an_emergency(request: HttpRequest, access_id: UUID) -> UnitsEmergency:
    desk = _managed(request)
    found = (
        EmergencyAccess.objects.of_units(desk.units)
        .reviewable(desk.person.pk)
        .select_related("relation__staff", "relation__treatment__patient", "from_unit", "decided_by")
        .filter(pk=access_id)
        .first()
    )
    if found is None or is_about_herself.test(desk.person, found):
        refuse(request, REVIEW, access_id)
    if request.method in READING:
        record(
            Entry.Action.READ,
            by=desk.actor,
            kind=REVIEW,
            object_id=found.pk,
            patient=found.relation.treatment.patient_id,
            relation=desk.actor.role,
        )
    return UnitsEmergency(desk.person, desk.units, desk.actor, found)


def _an_offer(request: HttpRequest, transfer_id: UUID) -> UnitsOffer:
    return offer_at(request, _relations(request), transfer_id)


def offer_at(request: HttpRequest, desk: AtUnits, transfer_id: UUID) -> UnitsOffer:
    """An offer that waits at her units, never of herself; 404 else, and logged either way."""
    found = (
        Transfer.objects.offered_to(desk.units)
        .exclude(treatment__patient=desk.person.pk)
        .select_related(
            "treatment__patient", "treatment__version", "treatment__therapist", "from_unit", "to_unit"
        )
        .filter(pk=transfer_id)
        .first()
    )
    if found is None or is_the_patient.test(desk.person, found.treatment):
        refuse(request, OFFER, transfer_id)
    if request.method in READING:
        record(
            Entry.Action.READ,
            by=desk.actor,
            kind=OFFER,
            object_id=found.pk,
            patient=found.treatment.patient_id,
            relation=desk.actor.role,
        )
    return UnitsOffer(desk.person, desk.units, desk.actor, found)


def _an_absence(request: HttpRequest, absence_id: UUID) -> AtAbsence:
    return _absence_at(request, _relations(request), absence_id)


def _away(request: HttpRequest) -> AtUnits:
    return at_units(request, Act.OPEN_DESK, kind="desk")


def _my_absence(request: HttpRequest, absence_id: UUID) -> AtAbsence:
    desk = _away(request)
    return _absence_at(request, desk, absence_id, of=desk.person.pk)


def _absence_at(
    request: HttpRequest, desk: AtUnits, absence_id: UUID, *, of: UUID | None = None
) -> AtAbsence:
    rows = Absence.objects.unfinished(clock.now()).at_units(desk.units).filter(pk=absence_id)
    found = (rows.filter(person=of) if of else rows).select_related("person", "unit", "stand_in").first()
    if found is None:
        refuse(request, "absence", absence_id)
    return AtAbsence(desk.person, desk.units, desk.actor, found)


def _is_her_own_role(visitor: Person, assignment: RoleAssignment) -> bool:
    return assignment.person_id == visitor.pk


def _is_about_herself(visitor: Person, access: EmergencyAccess) -> bool:
    return visitor.pk in (access.relation.staff_id, access.relation.treatment.patient_id)


is_her_own_role = Predicate(_is_her_own_role, "is_her_own_role")
is_about_herself = Predicate(_is_about_herself, "is_about_herself")
manages = has_second_factor & may(Act.MANAGE_UNIT)
gives_relations = has_second_factor & may(Act.GIVE_RELATIONS)

A_MANAGERS_UNITS = Door("the units one manages", ACCOUNT, "unit manager", _managed, rule=manages)
A_STAFF_ROLE = Door(
    "a role at the unit",
    ACCOUNT,
    "unit manager, not her own role",
    _a_role,
    takes=("role_id",),
    rule=manages & ~is_her_own_role,
)
# The list logs each patient it names by itself, because only it knows whom it names.
UNIT_RELATIONS = Door(
    "the unit's care relations",
    PATIENT,
    "coordinator or unit manager, names of the unit's patients alone",
    _relations,
    rule=gives_relations,
)
A_PATIENTS_RELATIONS = Door(
    "a patient's care relations",
    PATIENT,
    "coordinator or unit manager of the patient's unit, who cares for her alone",
    _a_treatment,
    takes=("treatment_id",),
    rule=gives_relations & ~is_the_patient,
)
A_CARE_RELATION = Door(
    "a care relation",
    PATIENT,
    "coordinator or unit manager of the patient's unit, who cares for her alone",
    _a_relation,
    takes=("treatment_id", "relation_id"),
    rule=gives_relations & ~is_the_patient,
)
# The list logs each patient it names by itself, as above.
UNIT_STARTS = Door(
    "treatments to start at the unit",
    PATIENT,
    "coordinator or unit manager, names of the unit's patients alone",
    _relations,
    rule=gives_relations,
)
AN_OFFER = Door(
    "a treatment offered to the unit",
    PATIENT,
    "coordinator or unit manager of the unit that the patient is offered to",
    _an_offer,
    takes=("transfer_id",),
    rule=gives_relations & ~is_the_patient,
)
EMERGENCIES = Door("emergency access to look at", LOG, "unit manager", _managed, rule=manages)
AN_EMERGENCY = Door(
    "an emergency access",
    LOG,
    "unit manager of the patient's unit, not about herself",
    _an_emergency,
    takes=("access_id",),
    rule=manages & ~is_about_herself,
)
# Absences name staff alone: of patients a number.
UNIT_ABSENCES = Door(
    "the unit's absences",
    ACCOUNT,
    "coordinator or unit manager, staff alone",
    _relations,
    rule=gives_relations,
)
AN_ABSENCE = Door(
    "an absence",
    ACCOUNT,
    "coordinator or unit manager of the unit where she is away",
    _an_absence,
    takes=("absence_id",),
    rule=gives_relations,
)
MY_ABSENCES = Door(
    "my absences",
    ACCOUNT,
    "who works at the desk, about herself",
    _away,
    rule=has_second_factor & may_open_desk,
)
MY_ABSENCE = Door(
    "my absence",
    ACCOUNT,
    "whoever is away herself",
    _my_absence,
    takes=("absence_id",),
    rule=has_second_factor & may_open_desk,
)
# The pages log each patient they name by themselves.
UNIT_QUEUE = Door(
    "the unit's queue",
    PATIENT,
    "coordinator, which of the unit's patients wait and in a word why",
    _queue,
    rule=has_second_factor & may(Act.KEEP_QUEUE),
)
A_NEW_PATIENT = Door(
    "a patient to register",
    PATIENT,
    "coordinator, who enters an unknown patient of the unit",
    _queue,
    rule=has_second_factor & may(Act.KEEP_QUEUE),
)
A_THERAPIST = Door(
    "a therapist's patients",
    PATIENT,
    "coordinator or unit manager of the unit where she treats, names of her patients alone",
    _a_therapist,
    takes=("role_id",),
    rule=gives_relations,
)
A_MANAGED_UNIT = Door(
    "a unit one manages", ACCOUNT, "unit manager of that unit", _a_unit, takes=("unit_id",), rule=manages
)
UNIT_BOARD = Door(
    "the unit's board",
    SYSTEM,
    "unit manager or coordinator, groups of the own units' treatments, no patient",
    _board,
    rule=has_second_factor & may(Act.SEE_OUTCOMES),
)
