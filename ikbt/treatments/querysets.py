"""Questions about treatments: whose are they, which are running, who may see them by care relation."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from ikbt.accounts.models import RoleAssignment
from ikbt.accounts.roles import Act
from ikbt.common.scoping import ScopedQuerySet
from ikbt.treatments.alert_times import Handled

if TYPE_CHECKING:
    from ikbt.treatments.models import (
        Alert,
        AutomaticAct,
        Block,
        CarePlan,
        CareRelation,
        EmergencyAccess,
        Message,
        ModuleProgress,
        Note,
        Pause,
        RiskAssessment,
        SleepWindow,
        Transfer,
        Treatment,
    )

OVER = ("discontinued", "closed")
RUNNING = ("ready", "active", "paused", "closing")
# Where what a patient sends is answered.
WORKED_WITH = ("active", "paused", "closing")
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

    def silences(self) -> AlertQuerySet:
        """Everybody's that stand open because a patient is silent."""
        return self.filter(kind="silent", closed_at=None).saying_whose()

    def handled_at(
        self, units: Collection[UUID], *, since: datetime, until: datetime, level: str
    ) -> list[Handled]:
        """The moments of what was raised at these units in a span, for alert_times; not what she answered herself."""
        rows = self.of_units(units).filter(raised_at__gte=since, raised_at__lt=until, level=level)
        counted = rows.exclude(outcome="answered").order_by("raised_at").saying_whose()
        return [Handled(*row) for row in counted.values_list("raised_at", "due_at", "taken_at", "closed_at")]

    def to_pass_on(self, at: datetime) -> AlertQuerySet:
        """Everybody's that nobody has taken in time; the most overdue first."""
        late = self.filter(escalates_at__lte=at, taken_at=None, closed_at=None)
        return late.saying_whose().order_by("escalates_at")

    def to_ask_after(self, at: datetime) -> AlertQuerySet:
        """Everybody's that somebody has taken and not closed in time; the most overdue first."""
        left = self.filter(ask_after_at__lte=at, taken_at__isnull=False, closed_at=None)
        return left.saying_whose().order_by("ask_after_at")

    def with_owner_gone(self, at: datetime) -> AlertQuerySet:
        """Everybody's that stand open and wait for somebody who is not there.

        Its owner is away, or has covered and does so no more; who has taken it can't open the patient any more; or the
        owner of one that escalates has left the unit.
        """
        models = self.model._meta.apps
        relations = models.get_model("treatments", "CareRelation")._default_manager
        hers = relations.filter(treatment=OuterRef("treatment"), staff=OuterRef("owner"))
        covered = hers.filter(absence__isnull=False, ends_at__lte=at)
        absences = models.get_model("treatments", "Absence")._default_manager.running(at)
        away = absences.filter(person=OuterRef("owner"), unit=OuterRef("treatment__unit"))
        works = RoleAssignment.objects.running(at).exclude(role="patient").filter(person__is_active=True)
        works = works.filter(person=OuterRef("owner"), unit=OuterRef("treatment__unit"))
        gone = Q(Exists(away)) | (Q(Exists(covered)) & ~Q(Exists(hers.running(at))))
        gone |= Q(kind="risk", level="high") & ~Q(Exists(works))
        return self.filter(gone | self._taker_gone(at), closed_at=None).saying_whose()

    def _taker_gone(self, at: datetime) -> Q:
        models = self.model._meta.apps
        relations = models.get_model("treatments", "CareRelation")._default_manager.on_duty(at)
        there = relations.filter(
            treatment=OuterRef("treatment"), staff=OuterRef("taken_by"), staff__is_active=True
        )
        absences = models.get_model("treatments", "Absence")._default_manager.running(at)
        away = absences.filter(person=OuterRef("taken_by"), unit=OuterRef("treatment__unit"))
        return Q(taken_by__isnull=False) & (Q(Exists(away)) | ~Q(Exists(there)))

    def with_taker_gone(self, at: datetime) -> AlertQuerySet:
        """Of those, the ones that somebody has taken who can't act any more."""
        return self.filter(self._taker_gone(at), closed_at=None).saying_whose()


class RiskAssessmentQuerySet(ScopedQuerySet["RiskAssessment"]):
    """Questions to the suicide-risk assessments."""

    def standing(self) -> RiskAssessmentQuerySet:
        """Those that nobody has corrected; the newest first."""
        return self.filter(corrected_by=None).order_by("-assessed_at", "-id")

    def to_check(self, day: date) -> RiskAssessmentQuerySet:
        """Everybody's whose next check has come by a day and has not been told of."""
        waiting = self.standing().filter(next_check_on__lte=day, check_raised_at=None)
        return waiting.filter(treatment__patient__deceased_on=None).saying_whose()


class AutomaticActQuerySet(ScopedQuerySet["AutomaticAct"]):
    """Questions to what was done by rule."""

    def of_units(self, units: Collection[UUID]) -> AutomaticActQuerySet:
        """At these units: their managers read what was done and when, never to whom."""
        return self.filter(treatment__unit__in=units).saying_whose()

    def with_keys(self, keys: Collection[str]) -> AutomaticActQuerySet:
        """For the clock: which of these business keys are used up."""
        return self.filter(key__in=keys).saying_whose()


class NoteQuerySet(ScopedQuerySet["Note"]):
    """Questions to the notes of staff."""

    def standing(self) -> NoteQuerySet:
        """Those that nobody has corrected, with who wrote them; the newest first."""
        rows = self.filter(corrected_by=None).select_related("author").defer("author__personal_number")
        return rows.order_by("-written_at", "-id")


class PlanQuerySet(ScopedQuerySet["CarePlan"]):
    """Questions to the plans."""

    def newest_first(self) -> PlanQuerySet:
        """Both kinds as they were written, with who wrote them."""
        rows = self.select_related("author").defer("author__personal_number")
        return rows.order_by("-written_at", "-id")

    def shared(self) -> list[CarePlan]:
        """The plans of one treatment that hold now and that its patient reads."""
        newest: dict[str, CarePlan] = {}
        for plan in self.newest_first():
            newest.setdefault(plan.kind, plan)
        return [plan for plan in newest.values() if plan.is_shared]

    def holding(self, kind: str) -> CarePlan | None:
        """The plan of one treatment that holds now; None before the first."""
        return self.newest_first().filter(kind=kind).first()


class MessageQuerySet(ScopedQuerySet["Message"]):
    """Questions to the messages."""

    def waiting_at(self, units: Collection[UUID], *, before: datetime) -> MessageQuerySet:
        """Patients' at these units, that nobody has answered: the unit's queue says that one waits, never what."""
        found = self.filter(treatment__unit__in=units, treatment__state__in=WORKED_WITH)
        return found.filter(from_patient=True, answered_at=None, sent_at__lte=before).saying_whose()

    def answered_at_unit(self, unit: UUID, *, since: datetime) -> MessageQuerySet:
        """Patients' that were answered since: for times in groups, never whose."""
        return self.filter(treatment__unit=unit, from_patient=True, answered_at__gte=since).saying_whose()


class ProgressQuerySet(ScopedQuerySet["ModuleProgress"]):
    """Questions to the open modules."""

    def reading(self, modules: Any) -> ProgressQuerySet:
        """Whoever has opened one of these frozen modules and is not over: who recalls one is shown none of them."""
        return self.filter(module__in=modules).exclude(treatment__state__in=OVER).saying_whose()

    def waiting_at(self, units: Collection[UUID], *, before: datetime) -> ProgressQuerySet:
        """Handed in at these units, without feedback: the unit's queue says that it waits, never what it is."""
        found = self.filter(treatment__unit__in=units, treatment__state__in=WORKED_WITH)
        return found.filter(feedback_at=None, submitted_at__lte=before).saying_whose()

    def handed_in_at(self, unit: UUID, *, since: datetime) -> ProgressQuerySet:
        """Handed in since: for numbers in groups, never whose."""
        return self.filter(treatment__unit=unit, submitted_at__gte=since).saying_whose()


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
        relations = self.model._meta.apps.get_model("treatments", "CareRelation")._default_manager.running(at)
        hers = relations.filter(treatment=OuterRef("pk"), staff=staff_id, kind__in=CARING)
        roles = RoleAssignment.objects.running(at).that_may(Act.OPEN_DESK).filter(person=staff_id)
        found = self.filter(Exists(hers), unit__in=roles.values("unit"))
        return found.exclude(patient=staff_id).saying_whose()

    def held(self, treatments: Iterable[Treatment]) -> TreatmentQuerySet:
        """Those that the caller has been let in to already, read again with more."""
        return self.filter(pk__in=[one.pk for one in treatments]).saying_whose()

    def of_providers(self, providers: Any) -> TreatmentQuerySet:
        """Everybody's at these care providers: among them emergency access looks for the one it was asked for."""
        return self.filter(unit__provider__in=providers).saying_whose()

    def patient_of(self, treatment_id: UUID) -> UUID | None:
        """Whose a treatment is, for the log of who was refused it; None when there is none."""
        return self.filter(pk=treatment_id).saying_whose().values_list("patient_id", flat=True).first()

    def running(self) -> TreatmentQuerySet:
        """Ready, active, paused or closing."""
        return self.filter(state__in=RUNNING)

    def at_work(self) -> TreatmentQuerySet:
        """Active, with a module handed in: where the clock may open the next one; everybody's, for nobody's eyes."""
        return self.filter(state="active", progress__submitted_at__isnull=False).distinct().saying_whose()

    def of_units(self, units: Collection[UUID]) -> TreatmentQuerySet:
        """Everybody's at these units: whoever decides who cares for whom sees the names, and no more."""
        return self.filter(unit__in=units).saying_whose()

    def silent(self, *, until: datetime) -> TreatmentQuerySet:
        """Everybody's that are active, and whose patients have done nothing after a moment."""
        rows = self.filter(state="active").annotate(last_act=Coalesce("last_active_at", "created_at"))
        return rows.filter(last_act__lte=until).saying_whose()

    def everybodys(self) -> TreatmentQuerySet:
        """For the clock, which goes over all of them and shows none."""
        return self.all().saying_whose()

    def uncovered(self, at: datetime) -> TreatmentQuerySet:
        """Those whose therapist is away while nobody who is there covers for her."""
        models = self.model._meta.apps
        absences = models.get_model("treatments", "Absence")._default_manager.running(at)
        relations = models.get_model("treatments", "CareRelation")._default_manager.on_duty(at)
        there = ~Exists(absences.filter(person=OuterRef("staff"), unit=OuterRef("treatment__unit")))
        covering = relations.filter(there, treatment=OuterRef("pk"), kind__in=["stand_in", "coordinator"])
        away = absences.filter(person=OuterRef("therapist"), unit=OuterRef("unit"))
        return self.filter(Exists(away), ~Exists(covering))

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

    def waiting(self, *, before: datetime) -> EmergencyQuerySet:
        """Everybody's that began before and that nobody has decided about: for the clock."""
        return self.filter(decision="", relation__starts_at__lte=before).saying_whose()

    def reviewable(self, reviewer: UUID) -> EmergencyQuerySet:
        """Neither made by her nor about her."""
        return self.exclude(relation__staff=reviewer).exclude(relation__treatment__patient=reviewer)


class SleepWindowQuerySet(ScopedQuerySet["SleepWindow"]):
    """Questions to the sleep windows of one treatment."""

    def newest_first(self) -> SleepWindowQuerySet:
        """All decisions with who made them."""
        rows = self.select_related("decided_by").defer("decided_by__personal_number")
        return rows.order_by("-decided_at", "-id")

    def holding(self, day: date) -> SleepWindow | None:
        """The decision that holds on an evening; None before the first, and after one that ended it."""
        found = _in_force(self.filter(starts_on__lte=day)._with_what_stops_them())
        return found if found is not None and found.minutes is not None else None

    def stopped(self) -> SleepWindow | None:
        """The newest decision where it was narrower and never begins: a human must decide anew."""
        rows = self._with_what_stops_them()
        return rows[0][0] if rows and _in_force(rows) is not rows[0][0] else None

    def _with_what_stops_them(self) -> list[tuple[SleepWindow, bool]]:
        """The newest first, each with whether dangerous sleepiness was told of before its first evening was over."""
        alerts = self.model._meta.apps.get_model("treatments", "Alert")._default_manager
        told = alerts.filter(
            treatment=OuterRef("treatment"),
            kind="sleepiness",
            raised_at__gte=OuterRef("decided_at"),
            raised_at__date__lte=OuterRef("starts_on"),
        )
        return [
            (row, vars(row)["sleepy_before"])
            for row in self.newest_first().annotate(sleepy_before=Exists(told))
        ]


def _in_force(rows: Sequence[tuple[SleepWindow, bool]]) -> SleepWindow | None:
    """The first of these, the newest first, that nothing stops; beginning at all is narrower than no window."""
    if not rows:
        return None
    (newest, is_sleepy), otherwise = rows[0], _in_force(rows[1:])
    before = otherwise.minutes if otherwise is not None else None
    narrower = newest.minutes is not None and (before is None or newest.minutes < before)
    return otherwise if narrower and is_sleepy else newest


class PauseQuerySet(ScopedQuerySet["Pause"]):
    """Questions to the pauses."""

    def over(self, day: date) -> PauseQuerySet:
        """Everybody's that run and whose course goes on by a day."""
        return self.filter(ended_at=None, resumes_on__lte=day).saying_whose()


class TransferQuerySet(ScopedQuerySet["Transfer"]):
    """Questions to the transfers."""

    def waiting(self) -> TransferQuerySet:
        """Not answered yet."""
        return self.filter(answer="")

    def offered_to(self, units: Collection[UUID]) -> TransferQuerySet:
        """Those that wait for an answer at these units."""
        return self.waiting().filter(to_unit__in=units).saying_whose()

    def at_units(self, units: Collection[UUID]) -> TransferQuerySet:
        """Those that wait for an answer, to or from these units."""
        return self.waiting().filter(Q(to_unit__in=units) | Q(from_unit__in=units)).saying_whose()

    def expired(self, at: datetime) -> TransferQuerySet:
        """Everybody's that nobody has answered in time."""
        return self.waiting().filter(answer_by__lte=at).saying_whose()
