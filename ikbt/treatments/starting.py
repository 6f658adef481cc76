"""Starts a treatment: prepares it with a pinned version, signs the decision, then plans and opens module one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import CareUnit, Person
from ikbt.accounts.roles import Role
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record
from ikbt.treatments.course_states import Event
from ikbt.treatments.covering import cover
from ikbt.treatments.measuring import plan_course, plan_with_module
from ikbt.treatments.models import CareRelation, ModuleProgress, Treatment, TreatmentDecision
from ikbt.treatments.stepping import locked_course, need_reason, refuse_obstacles, take_step
from ikbt.treatments.summarising import summarise
from measurements.models import Series
from programs.models import Activation, ProgramVersion

Level = TreatmentDecision.Level


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What a therapist signs: why, at what level, and that risk and safety plan have been gone through."""

    reason: str
    level: str = Level.GUIDED
    safety_plan_seen: bool = True
    # Why a second treatment at once; empty: there is to be none.
    beside: str = ""


def start_treatment(
    patient: Person,
    *,
    version: ProgramVersion,
    unit: CareUnit,
    therapist: Person,
    starts_on: date,
    decision: Decision,
    by: Actor,
    at: datetime,
    given_by: Person | None = None,
    stand_in: Person | None = None,
) -> Treatment:
    """A running treatment with its first module open, by a decision that the therapist has signed.

    Raises ValidationError with a sentence for each thing that stands in the way.
    """
    with transaction.atomic():
        treatment = prepare_treatment(
            patient,
            version=version,
            unit=unit,
            therapist=therapist,
            starts_on=starts_on,
            by=by,
            at=at,
            given_by=given_by,
            stand_in=stand_in,
            beside=decision.beside,
        )
        sign_decision(treatment, decision, signed_by=therapist, by=by, at=at)
        return begin_treatment(treatment, by=by, at=at)


def prepare_treatment(
    patient: Person,
    *,
    version: ProgramVersion,
    unit: CareUnit,
    therapist: Person,
    starts_on: date,
    by: Actor,
    at: datetime,
    given_by: Person | None = None,
    stand_in: Person | None = None,
    beside: str = "",
) -> Treatment:
    """A treatment that is ready to start: patient, pinned version, therapist and stand-in; nothing is open yet."""
    _guard(patient, unit=unit, therapist=therapist, at=at)
    if not Activation.objects.starts(version, unit.pk):
        raise ValidationError(_("The unit does not treat by this version of the program."))
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=patient.pk)
        running = Treatment.objects.of_patient(patient.pk).running()
        same = running.filter(version__program=version.program_id).exists()
        if same or (running.exists() and not beside.strip()):
            raise ValidationError(_("The patient already has a running treatment."), code="alone")
        treatment = Treatment.objects.create(
            patient=patient,
            version=version,
            unit=unit,
            therapist=therapist,
            series=Series.objects.create(person=patient),
            state=Treatment.State.READY,
            starts_on=starts_on,
            is_beside=running.exists(),
            created_at=at,
            last_active_at=at,
        )
        _relate(treatment, therapist, CareRelation.Kind.RESPONSIBLE, given_by=given_by, at=at)
        if stand_in is not None:
            _guard_stand_in(treatment, stand_in, at=at)
            _relate(treatment, stand_in, CareRelation.Kind.STAND_IN, given_by=given_by, at=at)
        cover(treatment, at=at)
        details = {"unit": str(unit.pk), "therapist": str(therapist.pk)}
        take_step(treatment, Event.PREPARED, by=by, at=at, details=details)
        record(Entry.Action.CREATE, by=by, kind="treatment", object_id=treatment.pk, patient=patient.pk)
    return treatment


def sign_decision(
    treatment: Treatment, decision: Decision, *, signed_by: Person, by: Actor, at: datetime
) -> TreatmentDecision:
    """Sign why and how she is treated; once, and by the responsible therapist. Raises ValidationError."""
    if signed_by.pk != treatment.therapist_id:
        raise ValidationError(_("The responsible therapist signs the decision."), code="signer")
    reason = need_reason(decision.reason)
    if not decision.safety_plan_seen:
        raise ValidationError(
            _("Go through risk and safety plan with the patient, and confirm it."), code="safety_plan"
        )
    with transaction.atomic():
        locked = locked_course(treatment)
        standing = TreatmentDecision.objects.filter(treatment=locked).first()
        if standing is not None:
            return standing
        if locked.state != Treatment.State.READY:
            raise ValidationError(
                _("The treatment is not in a state where this is done."), code="other_state"
            )
        made = TreatmentDecision.objects.create(
            treatment=locked,
            version=locked.version,
            level=decision.level,
            reason=reason,
            safety_plan_seen=True,
            beside_reason=need_reason(decision.beside) if locked.is_beside else None,
            signed_by=signed_by,
            signed_at=at,
        )
        record(
            Entry.Action.CREATE,
            by=by,
            kind="treatment decision",
            object_id=made.pk,
            patient=locked.patient_id,
        )
    return made


def begin_treatment(treatment: Treatment, *, by: Actor, at: datetime) -> Treatment:
    """Let a ready treatment run: its end is fixed, its questionnaires planned, its first module opened."""
    with transaction.atomic():
        locked = locked_course(treatment)
        refuse_obstacles(locked, Event.STARTED, by=by, at=at)
        locked.ends_on = locked.starts_on + timedelta(weeks=int(locked.version.outline["weeks"]))
        locked.last_active_at = at
        locked.save(update_fields=["ends_on", "last_active_at"])
        plan_course(locked)
        _open_first_modules(locked, at=at)
        details = {"starts_on": locked.starts_on.isoformat(), "ends_on": locked.ends_on.isoformat()}
        take_step(locked, Event.STARTED, by=by, at=at, details=details)
        summarise(locked, at=at)
    return locked


def _guard(patient: Person, *, unit: CareUnit, therapist: Person, at: datetime) -> None:
    if therapist.pk == patient.pk:
        raise ValidationError(_("Nobody treats themselves."))
    if not therapist.roles.running(at).filter(role=Role.THERAPIST, unit=unit).exists():
        raise ValidationError(_("The therapist does not work at the unit."))
    if patient.deceased_on is not None:
        raise ValidationError(_("The patient is marked as deceased."), code="alive")


def _guard_stand_in(treatment: Treatment, stand_in: Person, *, at: datetime) -> None:
    works = stand_in.roles.running(at).filter(
        role__in=[Role.THERAPIST, Role.STAND_IN], unit=treatment.unit_id
    )
    if stand_in.pk in (treatment.patient_id, treatment.therapist_id) or not works.exists():
        raise ValidationError(_("The stand-in must be somebody else who works at the unit."), code="stand_in")


def _relate(treatment: Treatment, staff: Person, kind: str, *, given_by: Person | None, at: datetime) -> None:
    CareRelation.objects.create(treatment=treatment, staff=staff, kind=kind, starts_at=at, given_by=given_by)


def _open_first_modules(treatment: Treatment, *, at: datetime) -> None:
    """Modules that the program opens from the start."""
    frozen = dict(treatment.version.modules.values_list("key", "pk"))
    opened = ModuleProgress.objects.bulk_create(
        ModuleProgress(
            treatment=treatment,
            module_key=module["key"],
            position=position,
            module_id=frozen.get(module["key"]),
            opened_at=at,
        )
        for position, module in enumerate(treatment.version.outline["modules"], start=1)
        if position == 1 or module["unlock"]["release"] == "start"
    )
    for progress in opened:
        plan_with_module(treatment, progress, at=at)
