"""Questions about treatments: whose are they, which are running, who may see them by care relation."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from ikbt.accounts.models import RoleAssignment
from ikbt.accounts.roles import Act
from ikbt.common.scoping import ScopedQuerySet

if TYPE_CHECKING:
    from ikbt.treatments.models import Alert, Block, CareRelation, EmergencyAccess, Treatment

OVER = ("discontinued", "closed")
RUNNING = ("ready", "active", "paused", "closing")
# Kinds that make a patient one's own to care for. Emergency access does not: it opens her page alone.
CARING = ("responsible", "stand_in", "coordinator")


class RelationQuerySet(ScopedQuerySet["CareRelation"]):
    """Questions to the care relations."""

    def running(self, at: datetime) -> RelationQuerySet:
        """In force at a moment."""
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=at), starts_at__lte=at)

    def on_duty(self, at: datetime) -> RelationQuerySet:
        """In force, and the member of staff still works where it was given.

        A role that has ended opens nothing, though nobody has ended the relation yet. Emergency access asks for a
        role that may open it, at whatever unit.
        """
        roles = RoleAssignment.objects.running(at).filter(person=OuterRef("staff"))
        here = Exists(roles.that_may(Act.OPEN_DESK).filter(unit=OuterRef("treatment__unit")))
        emergency = Q(kind="emergency") & Q(Exists(roles.that_may(Act.OPEN_IN_EMERGENCY)))
        return self.running(at).filter(Q(here) | emergency)

    def of_units(self, units: Collection[UUID]) -> RelationQuerySet:
        """To patients of these units: whoever decides who cares for whom sees who does."""
        return self.filter(treatment__unit__in=units).saying_whose()

    def unfinished(self, at: datetime) -> RelationQuerySet:
        """In force, or given for later."""
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=at))


class BlockQuerySet(ScopedQuerySet["Block"]):
    """Questions to the patients' blocks."""

    def in_force(self) -> BlockQuerySet:
        """Not lifted."""
        return self.filter(lifted_at=None)

    def closing(self, treatment: Treatment, *, to: Collection[UUID]) -> BlockQuerySet:
        """Those that close a treatment to who works at the units `to`; its own unit is never closed."""
        found = self.in_force().filter(patient=treatment.patient_id, unit=treatment.unit_id)
        others = [unit for unit in to if unit != treatment.unit_id]
        if len(others) < len(to):
            return found.none()
        return found.filter(Q(against=None) | Q(against__in=others))


class AlertQuerySet(ScopedQuerySet["Alert"]):
    """Questions to the alerts."""

    def of_units(self, units: Collection[UUID]) -> AlertQuerySet:
        """Of all patients at these units: colleagues are told that one stands open, never whose."""
        return self.filter(treatment__unit__in=units).saying_whose()


class TreatmentQuerySet(ScopedQuerySet["Treatment"]):
    """Questions to the treatments."""

    def of_patient(self, person_id: UUID) -> TreatmentQuerySet:
        """A patient's own."""
        return self.filter(patient=person_id)

    def cared_for_by(self, staff_id: UUID, at: datetime) -> TreatmentQuerySet:
        """Those that a member of staff has a running care relation to where she works; never her own as a patient.

        A role that has ended puts nobody in a list, as it opens no page (on_duty). Emergency access makes nobody
        one's patient: it opens the page, and puts her in no list.
        """
        relation = Q(relations__staff=staff_id, relations__starts_at__lte=at, relations__kind__in=CARING)
        going_on = Q(relations__ends_at=None) | Q(relations__ends_at__gt=at)
        roles = RoleAssignment.objects.running(at).that_may(Act.OPEN_DESK).filter(person=staff_id)
        found = self.filter(relation & going_on).filter(unit__in=roles.values("unit"))
        return found.exclude(patient=staff_id).distinct().saying_whose()

    def of_providers(self, providers: Any) -> TreatmentQuerySet:
        """Everybody's at these care providers: among them emergency access looks for the one it was asked for."""
        return self.filter(unit__provider__in=providers).saying_whose()

    def patient_of(self, treatment_id: UUID) -> UUID | None:
        """Whose a treatment is, for the log of who was refused it; None when there is none."""
        return self.filter(pk=treatment_id).saying_whose().values_list("patient_id", flat=True).first()

    def running(self) -> TreatmentQuerySet:
        """Ready, active, paused or closing."""
        return self.filter(state__in=RUNNING)

    def of_units(self, units: Collection[UUID]) -> TreatmentQuerySet:
        """Everybody's at these units: whoever decides who cares for whom sees the names, and no more."""
        return self.filter(unit__in=units).saying_whose()

    def in_somebodys_care(self) -> TreatmentQuerySet:
        """Not over; or over, with an alert that nobody has closed."""
        return self.filter(~Q(state__in=OVER) | Q(alerts__closed_at=None, alerts__isnull=False)).distinct()


class EmergencyQuerySet(ScopedQuerySet["EmergencyAccess"]):
    """Questions to the emergency accesses."""

    def of_units(self, units: Collection[UUID]) -> EmergencyQuerySet:
        """To patients of these units: their managers look at each."""
        return self.filter(relation__treatment__unit__in=units).saying_whose()

    def from_units(self, units: Collection[UUID]) -> EmergencyQuerySet:
        """Made by staff of these units, to patients of others: their managers are told that, not to whom."""
        made = self.filter(from_unit__in=units).exclude(relation__treatment__unit__in=units)
        return made.saying_whose()

    def undecided(self, *, reviewer: UUID) -> EmergencyQuerySet:
        """Those that wait for her; what she did herself, or was done to herself, waits for somebody else."""
        return self.reviewable(reviewer).filter(decision="")

    def reviewable(self, reviewer: UUID) -> EmergencyQuerySet:
        """Neither made by her nor about her."""
        return self.exclude(relation__staff=reviewer).exclude(relation__treatment__patient=reviewer)
