"""Treatments to start and treatments offered to the unit: names and programs, and each one named is logged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse

from ikbt.accounts.access import AtUnits
from ikbt.audit.recording import record_list
from ikbt.treatments.models import Transfer, Treatment, TreatmentDecision
from therapist.caseload import name_in_lists


@dataclass(frozen=True)
class ReadyRow:
    """One treatment that is prepared."""

    url: str
    name: str
    program: str
    therapist: str
    starts_on: date
    is_signed: bool


@dataclass(frozen=True)
class OfferRow:
    """One treatment that another unit offers."""

    url: str
    name: str
    program: str
    from_unit: str
    answer_by: datetime


def ready_rows(desk: AtUnits) -> list[ReadyRow]:
    """Prepared at her units, the first to start on top; never her own."""
    signed = Exists(TreatmentDecision.objects.filter(treatment=OuterRef("pk")))
    rows: Any = Treatment.objects.of_units(desk.units).filter(state=Treatment.State.READY)
    rows = rows.exclude(patient=desk.person.pk).select_related("patient", "therapist", "version")
    rows = rows.defer("patient__personal_number", "therapist__personal_number")
    found = list(rows.annotate(is_signed=signed).order_by("starts_on", "pk"))
    record_list(
        by=desk.actor,
        kind="course",
        patients=[each.patient_id for each in found],
        relation=desk.actor.role,
    )
    return [
        ReadyRow(
            url=reverse("unit:begin_treatment", args=[each.pk]),
            name=name_in_lists(each),
            program=str(each.version.outline["title"]),
            therapist=each.therapist.name,
            starts_on=each.starts_on,
            is_signed=each.is_signed,
        )
        for each in found
    ]


def offer_rows(desk: AtUnits, *, at: datetime, page: str = "unit:offer") -> list[OfferRow]:
    """Offered to her units, the first to be answered on top; never her own. `page`: where one is answered."""
    rows = Transfer.objects.offered_to(desk.units).filter(answer_by__gt=at)
    rows = rows.exclude(treatment__patient=desk.person.pk).order_by("answer_by", "pk")
    rows = rows.select_related("treatment__patient", "treatment__version", "from_unit")
    found = list(rows.defer("treatment__patient__personal_number", "summary", "kept"))
    record_list(
        by=desk.actor,
        kind="transfer",
        patients=[each.treatment.patient_id for each in found],
        relation=desk.actor.role,
    )
    return [
        OfferRow(
            url=reverse(page, args=[each.pk]),
            name=name_in_lists(each.treatment),
            program=str(each.treatment.version.outline["title"]),
            from_unit=each.from_unit.name,
            answer_by=each.answer_by,
        )
        for each in found
    ]
