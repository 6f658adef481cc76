"""T10, B2, B3, B6, B7, C1: whatever is given, ended, blocked and broken in which order, nobody sees what a model of
a few lines forbids, and each try stands in the log."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from ikbt.accounts.models import CareUnit, Person
from ikbt.accounts.roles import Role
from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM, Actor
from ikbt.common import clock
from ikbt.treatments.blocking import lift_block, set_block
from ikbt.treatments.emergency import LASTS, Why, end_emergency, open_in_emergency
from ikbt.treatments.models import Block, CareRelation, Treatment
from ikbt.treatments.relating import end_relation, give_relation
from tests.cast import Cast, give, person
from tests.conftest import signed_in_client

EXAMPLES, STEPS = 12, 14
STAFF, OTHERS = ("tove", "kim", "olle", "hans"), ("anna", "pia", "manager", "auditor", "administrator")
staff = st.sampled_from(STAFF)
anybody = st.sampled_from(STAFF + OTHERS)
patients = st.sampled_from(["anna", "pia"])
WHY = "Hon svarar inte på telefon"


@dataclass
class Model:
    """What should be so: who works where, stands in for whom, has broken in until when, is closed to whom."""

    works: dict[str, str] = field(
        default_factory=lambda: {"tove": "alfa", "kim": "alfa", "olle": "beta", "hans": "alfa"}
    )
    treated_at: dict[str, str] = field(default_factory=lambda: {"anna": "alfa", "pia": "beta"})
    cares: set[tuple[str, str]] = field(default_factory=lambda: {("tove", "anna"), ("olle", "pia")})
    broken_in: dict[tuple[str, str], datetime] = field(default_factory=dict)
    # (patient, unit it is closed to, or "all")
    closed: set[tuple[str, str]] = field(default_factory=set)

    def has_desk_at(self, who: str, unit: str) -> bool:
        return who != "hans" and self.works.get(who) == unit

    def sees(self, who: str, whose: str, at: datetime) -> bool:
        """As staff."""
        cares = (who, whose) in self.cares and self.has_desk_at(who, self.treated_at[whose])
        broken = who in self.works and self.broken_in.get((who, whose), at) > at
        return cares or broken

    def is_closed(self, whose: str, who: str) -> bool:
        unit = self.works.get(who, "")
        return unit != self.treated_at[whose] and bool({(whose, "all"), (whose, unit)} & self.closed)


class Clinic(RuleBasedStateMachine):
    """The system beside its model; each example is rolled back."""

    cast: Cast
    hans: Person

    def __init__(self) -> None:
        super().__init__()
        self.model, self.moment = Model(), clock.now()
        self._example = transaction.atomic()
        self._example.__enter__()
        self._patch = pytest.MonkeyPatch()
        self._patch.setattr(clock, "now", lambda: self.moment)

    def teardown(self) -> None:
        self._patch.undo()
        transaction.set_rollback(True)
        self._example.__exit__(None, None, None)

    def person(self, name: str) -> Person:
        found: Person = self.hans if name == "hans" else getattr(self.cast, name)
        return found

    def treatment(self, whose: str) -> Treatment:
        return self.cast.treatment if whose == "anna" else self.cast.other_treatment

    @rule(who=staff, whose=patients)
    def give_stand_in(self, who: str, whose: str) -> None:
        may = self.model.has_desk_at(who, self.model.treated_at[whose])
        with _refused_unless(may):
            kind = CareRelation.Kind.STAND_IN
            give_relation(
                self.treatment(whose),
                staff=self.person(who),
                kind=kind,
                by=SYSTEM,
                at=self.moment,
                reason=WHY,
            )
            self.model.cares.add((who, whose))

    @rule(who=staff, whose=patients)
    def end_stand_in(self, who: str, whose: str) -> None:
        given = CareRelation.objects.running(self.moment).filter(
            staff=self.person(who), treatment=self.treatment(whose), kind="stand_in"
        )
        for relation in given:
            end_relation(relation, by=SYSTEM, at=self.moment)
            if (who, whose) not in {("tove", "anna"), ("olle", "pia")}:
                self.model.cares.discard((who, whose))

    @rule(who=staff)
    def end_role(self, who: str) -> None:
        self.person(who).roles.update(ends_at=self.moment)
        self.model.works.pop(who, None)

    @rule(who=staff, whose=patients, lifts=st.booleans())
    def break_in(self, who: str, whose: str, lifts: bool) -> None:
        running = self.model.broken_in.get((who, whose), self.moment) > self.moment
        may = who in self.model.works and (lifts or running or not self.model.is_closed(whose, who))
        why = Why("danger", WHY, "emergency" if lifts else "")
        by = Actor(id=self.person(who).pk, role="therapist")
        with _refused_unless(may):
            open_in_emergency(
                self.treatment(whose), staff=self.person(who), why=why, confirmed=True, by=by, at=self.moment
            )
            if not running:
                self.model.broken_in[who, whose] = self.moment + LASTS

    @rule(who=staff, whose=patients)
    def leave(self, who: str, whose: str) -> None:
        for relation in CareRelation.objects.running(self.moment).filter(
            staff=self.person(who), treatment=self.treatment(whose), kind="emergency"
        ):
            end_emergency(relation, by=Actor(id=self.person(who).pk, role="therapist"), at=self.moment)
        self.model.broken_in.pop((who, whose), None)

    @rule(whose=patients, to=st.sampled_from(["all", "alfa", "beta"]))
    def block(self, whose: str, to: str) -> None:
        against: CareUnit | None = None if to == "all" else getattr(self.cast, to)
        by = Actor(id=self.person(whose).pk, role="patient")
        with _refused_unless(to != self.model.treated_at[whose]):
            set_block(self.treatment(whose), against=against, by=by, at=self.moment)
            if (whose, to) not in self.model.closed:
                self.model.closed.add((whose, to))
                self._put_out(whose, to)

    def _put_out(self, whose: str, to: str) -> None:
        for who, patient in list(self.model.broken_in):
            unit = WORKED_AT[who]
            if patient == whose and unit != self.model.treated_at[whose] and to in {"all", unit}:
                del self.model.broken_in[who, patient]

    @rule(whose=patients)
    def lift(self, whose: str) -> None:
        by = Actor(id=self.person(whose).pk, role="patient")
        for each in Block.objects.in_force().filter(patient=self.person(whose)):
            lift_block(each, by=by, at=self.moment)
        self.model.closed = {(patient, to) for patient, to in self.model.closed if patient != whose}

    @rule(minutes=st.sampled_from([1, 20, 61]))
    def wait(self, minutes: int) -> None:
        self.moment += timedelta(minutes=minutes)

    @rule(who=anybody, whose=patients)
    def visit_as_staff(self, who: str, whose: str) -> None:
        self._visit(
            who, whose, f"/arbetslista/{self.treatment(whose).pk}/", self.model.sees(who, whose, self.moment)
        )

    @rule(who=anybody, whose=patients)
    def visit_as_patient(self, who: str, whose: str) -> None:
        self._visit(who, whose, f"/behandling/{self.treatment(whose).pk}/", who == whose)

    def _visit(self, who: str, whose: str, path: str, may: bool) -> None:
        before = Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        answer = signed_in_client(self.person(who)).get(path)
        rows = Entry.objects.filter(pk__gt=before, actor=self.person(who).pk, patient=self.person(whose).pk)

        assert answer.status_code == (200 if may else 404), f"{who} at {path}"
        assert (self.person(whose).name in answer.content.decode()) <= may
        expected: list[tuple[Any, ...]] = [("read", True)] if may else [("refused", False)]
        assert [(row.action, row.granted) for row in rows] == expected
        assert all(row.relation for row in rows if may)


WORKED_AT = {"tove": "alfa", "kim": "alfa", "olle": "beta", "hans": "alfa"}


class _refused_unless:  # noqa: N801 - read as a sentence
    """The verb raises ValidationError exactly when the model says that it may not be."""

    def __init__(self, may: bool) -> None:
        self.may = may

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, raised: BaseException | None, trace: object) -> bool:
        if kind is not None and not issubclass(kind, ValidationError):
            return False
        assert (kind is None) is self.may, raised
        return True


def test_t10_nobody_sees_what_the_model_forbids_and_each_try_is_logged(cast: Cast) -> None:
    Clinic.cast, Clinic.hans = cast, give(person("Hans", "Handledare"), Role.SUPERVISOR, cast.alfa)

    run_state_machine_as_test(
        Clinic,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
