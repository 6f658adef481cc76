"""The doors to a patient's own pages for staff who care for her: to look at alone, logged as a deed of its own."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest

from ikbt.common.doors import PATIENT, Door
from ikbt.treatments import rules
from ikbt.treatments.access import Mine, MyModule, cared_to_see_her_pages, in_module


def _her_pages(request: HttpRequest, treatment_id: UUID) -> Mine:
    cared = cared_to_see_her_pages(request, treatment_id)
    return Mine(cared.treatment, cared.treatment.patient, cared.actor, sees_drafts=False)


def _her_module(request: HttpRequest, treatment_id: UUID, module_key: str) -> MyModule:
    return in_module(_her_pages(request, treatment_id), module_key)


AS_PATIENT = Door(
    "my patient's own pages",
    PATIENT,
    "staff with a care relation",
    _her_pages,
    takes=("treatment_id",),
    rule=rules.opens_patients,
)
AS_PATIENT_IN_MODULE = Door(
    "a module as my patient reads it",
    PATIENT,
    "staff with a care relation",
    _her_module,
    takes=("treatment_id", "module_key"),
    rule=rules.opens_patients,
)
