"""The doors to patient data: fetch, permit by own identity or care relation, and write the audit read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NoReturn
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Case, When
from django.http import Http404, HttpRequest

from ikbt.accounts.access import at_units, refuse, signed_in
from ikbt.accounts.models import Person
from ikbt.accounts.roles import Act, Role
from ikbt.accounts.rules import has_second_factor, may_open_desk, may_open_in_emergency
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, actor_of, record
from ikbt.common import clock
from ikbt.common.doors import ACCOUNT, PATIENT, READING, Door
from ikbt.treatments import rules
from ikbt.treatments.asked_always import opened_module, own_treatment
from ikbt.treatments.models import CareRelation, ModuleProgress, Treatment
from measurements.models import Occasion
from programs.models import FrozenModule
from programs.standing import module_of, version_of

OWN = "own"


@dataclass(frozen=True)
class Mine:
    """A patient in her own treatment."""

    treatment: Treatment
    person: Person
    actor: Actor
    # False while staff look at her pages: what she has not handed in or sent is hers alone.
    sees_drafts: bool = field(default=True, kw_only=True)


@dataclass(frozen=True)
class MyModule(Mine):
    """A patient in a module that is open to her."""

    progress: ModuleProgress
    module: FrozenModule
    # What she reads in the module's place while it is recalled; empty when it is not.
    recalled: str = ""

    def step(self, key: str) -> dict[str, object]:
        """A step of the module; 404 when it has none with this key."""
        found: dict[str, object] | None = next(
            (s for s in self.module.document["steps"] if s["key"] == key), None
        )
        if found is None:
            raise Http404
        return found


@dataclass(frozen=True)
class MyOccasion(Mine):
    """A patient at one of her own occasions, answered or not."""

    occasion: Occasion


@dataclass(frozen=True)
class Cared:
    """A member of staff with a patient she has a running care relation to."""

    treatment: Treatment
    staff: Person
    relation: CareRelation
    actor: Actor


@dataclass(frozen=True)
class CaredModule(Cared):
    """Staff at a module that has been opened for the patient."""

    progress: ModuleProgress
    module: FrozenModule


@dataclass(frozen=True)
class Desk:
    """A member of staff at her desk; `units` are those where she works in a role that opens one.

    `names` and `held` as in ikbt.accounts.access.Entering: the frame of her page needs no query for them.
    """

    staff: Person
    units: tuple[UUID, ...]
    actor: Actor
    names: tuple[str, ...]
    held: tuple[tuple[str, UUID], ...]


def find_mine(person: Person, treatment_id: UUID) -> Treatment:
    """The person's own treatment; 404 for missing and foreign alike."""
    found = own_treatment(person.pk, treatment_id)
    if found is None or not rules.is_the_patient.test(person, found):
        raise Http404
    found.version = version_of(found.version_id)
    return found


def find_relation(person: Person, treatment_id: UUID) -> CareRelation:
    """The running care relation of a member of staff to a treatment; 404 for missing, foreign, ended and own."""
    found = (
        CareRelation.objects.on_duty(clock.now())
        .filter(staff=person.pk, treatment=treatment_id)
        .exclude(treatment__patient=person.pk)
        .select_related(
            "treatment__patient", "treatment__version__program", "treatment__unit", "treatment__therapist"
        )
        # Emergency access last: it may do less than any other relation.
        .order_by(Case(When(kind=CareRelation.Kind.EMERGENCY, then=1), default=0), "starts_at")
        .first()
    )
    if found is None or not rules.cares_for.test(person, found):
        raise Http404
    return found


def _refuse_treatment(request: HttpRequest, treatment_id: UUID) -> NoReturn:
    """Logged as about its patient, so that she sees in her own log who tried; about nobody when there is none."""
    refuse(request, "treatment", treatment_id, patient=Treatment.objects.patient_of(treatment_id))


def _mine(
    request: HttpRequest, treatment_id: UUID, *, kind: str = "treatment", object_id: object = ""
) -> Mine:
    person = signed_in(request)
    try:
        treatment = find_mine(person, treatment_id)
    except Http404:
        _refuse_treatment(request, treatment_id)
    actor = actor_of(request, role=Role.PATIENT, unit=treatment.unit_id)
    _log(request, actor, treatment, kind, object_id or treatment_id, OWN)
    return Mine(treatment=treatment, person=person, actor=actor)


def _log(
    request: HttpRequest, actor: Actor, treatment: Treatment, kind: str, object_id: object, relation: str
) -> None:
    if request.method in READING:
        record(
            Entry.Action.READ,
            by=actor,
            kind=kind,
            object_id=object_id,
            patient=treatment.patient_id,
            relation=relation,
        )


def _my_home(request: HttpRequest) -> Mine | None:
    """Her running treatment, else the last one; None when she has none."""
    person = signed_in(request)
    own = Treatment.objects.of_patient(person.pk).select_related("version", "unit", "therapist")
    treatment = own.running().order_by("-starts_on").first() or own.order_by("-starts_on").first()
    if treatment is None:
        return None
    actor = actor_of(request, role=Role.PATIENT, unit=treatment.unit_id)
    _log(request, actor, treatment, "treatment", treatment.pk, OWN)
    return Mine(treatment=treatment, person=person, actor=actor)


def _my_treatment(request: HttpRequest, treatment_id: UUID) -> Mine:
    return _mine(request, treatment_id)


def _my_module(request: HttpRequest, treatment_id: UUID, module_key: str) -> MyModule:
    return in_module(_mine(request, treatment_id, kind="module", object_id=module_key), module_key)


def in_module(mine: Mine, module_key: str) -> MyModule:
    """The same page's owner in one of her modules; 404 when it is not open to her."""
    progress, module = open_to_her(mine.treatment, module_key)
    return MyModule(
        mine.treatment,
        mine.person,
        mine.actor,
        progress=progress,
        module=module,
        recalled=getattr(progress, "recalled", None) or "",
        sees_drafts=mine.sees_drafts,
    )


def open_to_her(treatment: Treatment, module_key: str) -> tuple[ModuleProgress, FrozenModule]:
    progress = opened_module(treatment, module_key)
    if progress is None:
        raise Http404
    try:
        return progress, module_of(progress.read_version or treatment.version_id, module_key)
    except FrozenModule.DoesNotExist:
        raise Http404 from None


def _my_occasion(request: HttpRequest, treatment_id: UUID, occasion_id: UUID) -> MyOccasion:
    mine = _mine(request, treatment_id, kind="occasion", object_id=occasion_id)
    occasion = (
        Occasion.objects.filter(series=mine.treatment.series_id, pk=occasion_id)
        .select_related("instrument")
        .first()
    )
    if occasion is None:
        raise Http404
    return MyOccasion(mine.treatment, mine.person, mine.actor, occasion=occasion)


def _cared(
    request: HttpRequest,
    treatment_id: UUID,
    *,
    kind: str = "treatment",
    object_id: object = "",
    acute: bool = False,
) -> Cared:
    staff = signed_in(request)
    try:
        relation = find_relation(staff, treatment_id)
    except Http404:
        _refuse_treatment(request, treatment_id)
    treatment = relation.treatment
    actor = _actor_by(request, relation)
    if not acute:
        _refuse_writing_in_emergency(request, relation, actor)
    _log(request, actor, treatment, kind, object_id or treatment_id, relation.kind)
    return Cared(treatment=treatment, staff=staff, relation=relation, actor=actor)


def _refuse_writing_in_emergency(request: HttpRequest, relation: CareRelation, actor: Actor) -> None:
    """Emergency access reads, and handles an alert; all else of the course is for those who care for her (0015)."""
    if request.method in READING or not rules.only_in_emergency.test(relation.staff, relation):
        return
    record(
        Entry.Action.REFUSED,
        by=actor,
        kind="treatment",
        object_id=relation.treatment_id,
        patient=relation.treatment.patient_id,
        relation=relation.kind,
        reason="emergency access only reads",
        granted=False,
    )
    raise PermissionDenied


def cared_in_emergency_too(request: HttpRequest, treatment_id: UUID) -> Cared:
    """As MY_PATIENTS_TREATMENT opens, for what also somebody with emergency access may change."""
    return _cared(request, treatment_id, acute=True)


def cared_to_see_her_pages(request: HttpRequest, treatment_id: UUID) -> Cared:
    """As MY_PATIENTS_TREATMENT opens, for her pages as she sees them: logged as a deed of its own."""
    return _cared(request, treatment_id, kind="pages as the patient")


def _actor_by(request: HttpRequest, relation: CareRelation) -> Actor:
    """In which role and at which unit she acts, by what her relation is."""
    if relation.kind == CareRelation.Kind.EMERGENCY:
        held = relation.staff.roles.running(clock.now()).that_may(Act.OPEN_IN_EMERGENCY)
        unit = relation.emergency.from_unit_id
        role = held.filter(unit=unit).values_list("role", flat=True).first() or "unknown"
        return actor_of(request, role=role, unit=unit)
    coordinates = relation.kind == CareRelation.Kind.COORDINATOR
    role = Role.COORDINATOR if coordinates else Role.THERAPIST
    return actor_of(request, role=role, unit=relation.treatment.unit_id)


def _my_patients_treatment(request: HttpRequest, treatment_id: UUID) -> Cared:
    return _cared(request, treatment_id)


def _my_patients_module(request: HttpRequest, treatment_id: UUID, module_key: str) -> CaredModule:
    cared = _cared(request, treatment_id, kind="module", object_id=module_key)
    progress, module = open_to_her(cared.treatment, module_key)
    return CaredModule(
        cared.treatment, cared.staff, cared.relation, cared.actor, progress=progress, module=module
    )


def _desk(request: HttpRequest) -> Desk:
    return _desk_of_whoever_may(request, Act.OPEN_DESK)


def _emergency_desk(request: HttpRequest) -> Desk:
    return _desk_of_whoever_may(request, Act.OPEN_IN_EMERGENCY)


def _desk_of_whoever_may(request: HttpRequest, act: Act) -> Desk:
    at = at_units(request, act, kind="desk")
    return Desk(staff=at.person, units=at.units, actor=at.actor, names=at.names, held=at.held)


MY_HOME = Door("my home", ACCOUNT, "the signed-in person, about herself", _my_home, rule=rules.opens_own)
MY_TREATMENT = Door(
    "my treatment",
    PATIENT,
    "the patient herself",
    _my_treatment,
    takes=("treatment_id",),
    rule=rules.opens_own,
)
MY_MODULE = Door(
    "my module",
    PATIENT,
    "the patient herself",
    _my_module,
    takes=("treatment_id", "module_key"),
    rule=rules.opens_own,
)
MY_OCCASION = Door(
    "my occasion",
    PATIENT,
    "the patient herself",
    _my_occasion,
    takes=("treatment_id", "occasion_id"),
    rule=rules.opens_own,
)
MY_PATIENTS_TREATMENT = Door(
    "my patient's treatment",
    PATIENT,
    "staff with a care relation",
    _my_patients_treatment,
    takes=("treatment_id",),
    rule=rules.opens_or_changes_patients,
)
MY_PATIENTS_ACUTELY = Door(
    "my patient, acutely",
    PATIENT,
    "staff with a care relation",
    cared_in_emergency_too,
    takes=("treatment_id",),
    rule=rules.opens_patients,
)
MY_PATIENTS_MODULE = Door(
    "my patient's module",
    PATIENT,
    "staff with a care relation",
    _my_patients_module,
    takes=("treatment_id", "module_key"),
    rule=rules.opens_or_changes_patients,
)
# The list logs each patient it shows by itself, because only it knows whom it shows.
THE_DESK = Door(
    "the desk",
    PATIENT,
    "therapist or coordinator, own patients only",
    _desk,
    rule=has_second_factor & may_open_desk,
)
# The verb writes the log: who was looked for, and whether she was opened or refused.
EMERGENCY_DESK = Door(
    "emergency access",
    PATIENT,
    "therapist, coordinator or supervisor, in an emergency",
    _emergency_desk,
    rule=has_second_factor & may_open_in_emergency,
)
