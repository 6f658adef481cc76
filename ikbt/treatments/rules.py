"""Who may open a patient's data: the named predicates of the doors, on rows that a query has found; no queries here.

A query narrows (`of_patient`, `on_duty`), and finds what the page and the log need anyway. The predicate then decides
on what was found, so that a filter that is forgotten or widened one day opens nothing.
"""

from __future__ import annotations

from rules.predicates import Predicate

from ikbt.accounts.models import Person
from ikbt.accounts.rules import has_second_factor
from ikbt.common import clock
from ikbt.treatments.models import CareRelation, Treatment


def _is_the_patient(visitor: Person, treatment: Treatment | None) -> bool:
    return treatment is not None and treatment.patient_id == visitor.pk


def _has_this_relation(visitor: Person, relation: CareRelation | None) -> bool:
    return relation is not None and relation.staff_id == visitor.pk


def _relation_runs(visitor: Person, relation: CareRelation) -> bool:
    at = clock.now()
    return relation.starts_at <= at and (relation.ends_at is None or relation.ends_at > at)


def _is_her_own_patient(visitor: Person, relation: CareRelation) -> bool:
    return relation.treatment.patient_id == visitor.pk


def _only_in_emergency(visitor: Person, relation: CareRelation) -> bool:
    return relation.kind == CareRelation.Kind.EMERGENCY


is_the_patient = Predicate(_is_the_patient, "is_the_patient")
has_this_relation = Predicate(_has_this_relation, "has_this_relation")
relation_runs = Predicate(_relation_runs, "relation_runs")
is_her_own_patient = Predicate(_is_her_own_patient, "is_her_own_patient")
only_in_emergency = Predicate(_only_in_emergency, "only_in_emergency")

cares_for = has_this_relation & relation_runs & ~is_her_own_patient
# What the doors' rows in the access table say: about a treatment, and about a care relation.
opens_own = has_second_factor & is_the_patient
opens_patients = has_second_factor & cares_for
changes_patients = opens_patients & ~only_in_emergency
# To read, and to change: emergency access reads.
opens_or_changes_patients = Predicate(
    opens_patients, f"{opens_patients.name}, to change: ~{only_in_emergency.name}"
)
