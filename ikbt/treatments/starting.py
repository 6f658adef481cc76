"""Starts a treatment: pins the version, gives the therapist her care relation, plans occasions, opens module one."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import CareUnit, Person
from ikbt.accounts.roles import Role
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record
from ikbt.treatments.measuring import plan_course, plan_with_module
from ikbt.treatments.models import CareRelation, ModuleProgress, Treatment, TreatmentEvent
from ikbt.treatments.summarising import summarise
from measurements.models import Series
from programs.models import ProgramVersion


def start_treatment(
    patient: Person,
    *,
    version: ProgramVersion,
    unit: CareUnit,
    therapist: Person,
    starts_on: date,
    by: Actor,
    at: datetime,
    given_by: Person | None = None,
) -> Treatment:
    """A running treatment with its first module open; raises ValidationError with a sentence when it may not start."""
    _guard(patient, unit=unit, therapist=therapist, at=at)
    weeks = int(version.outline["weeks"])
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=patient.pk)
        if Treatment.objects.of_patient(patient.pk).running().exists():
            raise ValidationError(_("The patient already has a running treatment."))
        series = Series.objects.create(person=patient)
        treatment = Treatment.objects.create(
            patient=patient,
            version=version,
            unit=unit,
            therapist=therapist,
            series=series,
            state=Treatment.State.ACTIVE,
            starts_on=starts_on,
            ends_on=starts_on + timedelta(weeks=weeks),
            created_at=at,
            last_active_at=at,
        )
        CareRelation.objects.create(
            treatment=treatment,
            staff=therapist,
            kind=CareRelation.Kind.RESPONSIBLE,
            starts_at=at,
            given_by=given_by,
        )
        plan_course(treatment)
        _open_first_modules(treatment, at=at)
        TreatmentEvent.objects.create(
            treatment=treatment, kind=TreatmentEvent.Kind.STARTED, at=at, actor=given_by
        )
        summarise(treatment, at=at)
        record(Entry.Action.CREATE, by=by, kind="treatment", object_id=treatment.pk, patient=patient.pk)
    return treatment


def _guard(patient: Person, *, unit: CareUnit, therapist: Person, at: datetime) -> None:
    if therapist.pk == patient.pk:
        raise ValidationError(_("Nobody treats herself."))
    if not therapist.roles.running(at).filter(role=Role.THERAPIST, unit=unit).exists():
        raise ValidationError(_("The therapist does not work at the unit."))


def _open_first_modules(treatment: Treatment, *, at: datetime) -> None:
    """Modules that the program opens from the start."""
    opened = ModuleProgress.objects.bulk_create(
        ModuleProgress(treatment=treatment, module_key=module["key"], position=position, opened_at=at)
        for position, module in enumerate(treatment.version.outline["modules"], start=1)
        if position == 1 or module["unlock"]["release"] == "start"
    )
    for progress in opened:
        plan_with_module(treatment, progress, at=at)
