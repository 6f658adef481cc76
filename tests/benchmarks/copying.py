"""Makes many treatments of a few that the demo's generator has told: PostgreSQL copies all their rows by itself.

Each copy has keys of its own and its own people, and those that are over lie up to two years back. Sealed texts are
bound to their row, so a copy's can't be read: pages are measured of those that were told, among all the others.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection, models

from ikbt.accounts.models import CareUnit, Person, RoleAssignment
from ikbt.accounts.roles import Role
from ikbt.common import clock
from ikbt.treatments.models import (
    Alert,
    CareRelation,
    Feedback,
    Message,
    ModuleProgress,
    OutcomeSummary,
    Pause,
    RiskAssessment,
    Treatment,
    TreatmentDecision,
    TreatmentEvent,
    WorksheetEntry,
)
from measurements.models import AnswerSet, Occasion, Score, Series

# One row for each copy of each treatment; what runs now is not moved back.
PLAN = """
CREATE TEMP TABLE copy_plan AS
SELECT t.id AS treatment, t.patient_id AS patient, t.series_id AS series, number,
    (%s::uuid[])[CASE WHEN number < 4 THEN 1 ELSE 2 + (number - 4) / 10 END] AS unit,
    CASE WHEN t.ended_at IS NULL THEN 0
        ELSE ('x' || substr(md5(t.id::text || number), 1, 6))::bit(24)::int %% 560 END AS days
FROM treatments_treatment t, generate_series(%s, %s) AS number WHERE t.id = ANY (%s::uuid[])
"""
KEY = "md5({}::text || p.number)::uuid"
# Unique, and no keys.
OWN_TO_EACH = {"email": "p.number || {}", "number_index": "md5({} || p.number)"}
THERAPISTS_AT_A_UNIT = 10
OF_THE_TREATMENT = (
    CareRelation,
    TreatmentDecision,
    TreatmentEvent,
    ModuleProgress,
    WorksheetEntry,
    Feedback,
    Message,
    Alert,
    RiskAssessment,
    OutcomeSummary,
    Pause,
)
# Each with how its rows find their treatment in the plan.
COPIED: Sequence[tuple[type[models.Model], str]] = (
    (Person, "JOIN copy_plan p ON p.patient = t.id"),
    (RoleAssignment, "JOIN copy_plan p ON p.patient = t.person_id"),
    (Series, "JOIN copy_plan p ON p.series = t.id"),
    (Treatment, "JOIN copy_plan p ON p.treatment = t.id"),
    *((one, "JOIN copy_plan p ON p.treatment = t.treatment_id") for one in OF_THE_TREATMENT),
    (Occasion, "JOIN copy_plan p ON p.series = t.series_id"),
    *(
        (
            one,
            "JOIN measurements_occasion o ON o.id = t.occasion_id JOIN copy_plan p ON p.series = o.series_id",
        )
        for one in (AnswerSet, Score)
    ),
)
COPIED_MODELS = frozenset(one for one, _ in COPIED)


@contextmanager
def database_of_its_own(name: str) -> Iterator[None]:
    """A copy of the test's database for millions of rows, thrown away afterwards."""
    tests_own = connection.settings_dict["NAME"]
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{tests_own}"')
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = tests_own
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def database_name() -> str:
    """One for each worker of a run."""
    return f"{connection.settings_dict['NAME']}_scale_{os.getpid()}"


@dataclass
class Copies:
    """What stands: the treatments that the generator told of one therapist, and copies of all of them."""

    told: Sequence[UUID]
    therapist: Person
    unit: CareUnit
    made: int = 0

    @property
    def treatments(self) -> int:
        """How many there are."""
        return len(self.told) * (1 + self.made)

    def reach(self, treatments: int) -> None:
        """Copy until there are so many treatments, with a therapist of its own for each copy."""
        first, last = self.made + 1, -(-treatments // len(self.told)) - 1
        units = self._units(last)
        for number in range(first, last + 1):
            self._therapist(number, units[_unit_of(number)])
        with connection.cursor() as cursor:
            # Copies are as sound as what they are copied of; asking about each reference would take most of the time.
            cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
            if cursor.fetchone()[0]:
                cursor.execute("SET session_replication_role = replica")
            cursor.execute("SET synchronous_commit = off")
            cursor.execute(PLAN, [units, first, last, [str(one) for one in self.told]])
            for model, join in COPIED:
                cursor.execute(copy_of(model, join))
            cursor.execute(
                "DROP TABLE copy_plan; RESET session_replication_role; RESET synchronous_commit; ANALYZE"
            )
        self.made = last

    def _units(self, last: int) -> list[str]:
        """The told ones' unit and as many more as the copies up to `last` need."""
        for number in range(1, _unit_of(last) + 1):
            name = f"skala-{number}"
            CareUnit.objects.get_or_create(
                slug=name,
                defaults={"provider": self.unit.provider, "name": name, "hsa_id": f"SE0-{number:04}"},
            )
        more = (
            CareUnit.objects.filter(slug__startswith="skala-").order_by("hsa_id").values_list("pk", flat=True)
        )
        return [str(self.unit.pk), *(str(one) for one in more)]

    def _therapist(self, number: int, unit: str) -> None:
        person = Person.objects.create(
            pk=key_of(self.therapist.pk, number), email=f"t{number}@example.org", first_name="Kopia"
        )
        began = clock.now() - timedelta(days=800)
        RoleAssignment.objects.create(person=person, role=Role.THERAPIST, unit_id=unit, starts_at=began)


def key_of(original: UUID, number: int) -> UUID:
    """The key that a copy of a row has; the same that KEY makes in the database."""
    return UUID(hashlib.md5(f"{original}{number}".encode(), usedforsecurity=False).hexdigest())


def _unit_of(number: int) -> int:
    """The told ones' unit has three more therapists, each other one ten."""
    return 0 if number < 4 else 1 + (number - 4) // THERAPISTS_AT_A_UNIT


def copy_of(model: type[models.Model], join: str) -> str:
    """The statement that copies all rows of a model that belong to the plan."""
    fields = [one for one in model._meta.concrete_fields if isinstance(one, models.Field)]
    columns = ", ".join(f'"{one.column}"' for one in fields)
    values = ", ".join(_value(one) for one in fields)
    table = model._meta.db_table
    # Names of our own models and fields; nothing in it was typed by anybody.
    return f'INSERT INTO "{table}" ({columns}) SELECT {values} FROM "{table}" t {join}'  # noqa: S608


def _value(field: models.Field[Any, Any]) -> str:
    """What stands in a copy's column."""
    column, target = f't."{field.column}"', field.related_model
    if field.name in OWN_TO_EACH:
        return OWN_TO_EACH[field.name].format(column)
    if target is CareUnit:
        return f"CASE WHEN {column} IS NULL THEN NULL ELSE p.unit END"
    if target in COPIED_MODELS or (target is None and isinstance(field, models.UUIDField)):
        return KEY.format(column)
    if isinstance(field, models.DateTimeField):
        return f"{column} - p.days * interval '1 day'"
    if isinstance(field, models.DateField):
        return f"{column} - p.days"
    return column
