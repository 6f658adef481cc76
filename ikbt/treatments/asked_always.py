"""What each page of a patient asks: her treatment, the module she opens, and how much is unread; prepared."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import CharField, F, OuterRef, QuerySet, Subquery, UUIDField

from ikbt.common.prepared import Prepared
from ikbt.treatments.models import Message, ModuleProgress, Treatment
from programs.models import Recall

# More than that many is shown as that many: nobody counts them.
MOST_UNREAD = 99


def _own(person: UUID, treatment: UUID) -> QuerySet[Treatment]:
    own = Treatment.objects.of_patient(person).select_related("unit", "therapist")
    # The therapist's name is shown, her number nowhere.
    return own.filter(pk=treatment).defer("therapist__personal_number").order_by()[:1]


def _opened(treatment: UUID, module_key: str) -> QuerySet[Any]:
    found = ModuleProgress.objects.filter(treatment=treatment, module_key=module_key).saying_whose()
    hidden = Recall.objects.standing().filter(modules=OuterRef("module")).values("message")[:1]
    # With what the door needs beside the row: from which version it is read, and what stands in its place.
    return found.annotate(read_version=F("module__version"), recalled=Subquery(hidden)).order_by()[:1]


def _unread(treatment: UUID) -> QuerySet[Message]:
    waiting = Message.objects.filter(treatment=treatment, from_patient=False, read_at=None).saying_whose()
    return waiting.only("pk").order_by()[:MOST_UNREAD]


_OWN = Prepared(_own, by=[UUIDField(), UUIDField()])
_OPENED = Prepared(_opened, by=[UUIDField(), CharField()])
_UNREAD = Prepared(_unread, by=[UUIDField()])


def own_treatment(person_id: UUID, treatment_id: UUID) -> Treatment | None:
    """The person's own treatment with its unit and therapist; None for missing and foreign alike."""
    return _OWN.first(person_id, treatment_id)


def opened_module(treatment: Treatment, module_key: str) -> Any:
    """Her work on a module that is open to her, with `read_version` and `recalled`; None when it is not open."""
    return _OPENED.first(treatment.pk, module_key)


def unread_in(treatment: Treatment) -> int:
    """Messages from the therapist that she has not opened."""
    return len(_UNREAD.rows(treatment.pk))
