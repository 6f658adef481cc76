"""B1, B2, B12: the predicates that doors decide by, each as a truth table."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from rules.predicates import Predicate

from ikbt.access_log import access as log_access
from ikbt.access_log.models import Case
from ikbt.accounts import rules as account_rules
from ikbt.accounts.models import Person
from ikbt.accounts.roles import MAY, Act, Role
from ikbt.common import clock
from ikbt.treatments import rules
from ikbt.treatments.models import CareRelation, Treatment

ME, OTHER = uuid4(), uuid4()
HOUR = timedelta(hours=1)


def visitor(verified: bool | None = True, id: UUID = ME) -> Person:
    """Somebody as the second-factor middleware leaves her; None: it never saw her."""
    person = Person(pk=id)
    if verified is not None:
        person.is_verified = lambda: verified  # type: ignore[attr-defined]
    return person


def relation(
    *,
    staff: UUID = ME,
    patient: UUID = OTHER,
    starts: int = -1,
    ends: int | None = None,
    kind: str = "responsible",
) -> CareRelation:
    """Hours from now; None goes on."""
    now = clock.now()
    return CareRelation(
        staff_id=staff,
        treatment=Treatment(patient_id=patient),
        kind=kind,
        starts_at=now + starts * HOUR,
        ends_at=None if ends is None else now + ends * HOUR,
    )


@pytest.mark.parametrize(
    ("who", "answer"), [(visitor(), True), (visitor(False), False), (visitor(None), False)]
)
def test_b1_a_second_factor(who: Person, answer: bool) -> None:
    assert account_rules.has_second_factor.test(who) is answer


@pytest.mark.parametrize("who", [None, object(), "tove"])
def test_b1_nobody_has_a_second_factor(who: object) -> None:
    assert account_rules.has_second_factor.test(who) is False


@pytest.mark.parametrize(
    ("verified", "patient", "answer"),
    [(True, ME, True), (True, OTHER, False), (False, ME, False), (False, OTHER, False)],
)
def test_b2_the_patient_opens_her_own(verified: bool, patient: UUID, answer: bool) -> None:
    assert rules.opens_own.test(visitor(verified), Treatment(patient_id=patient)) is answer


def test_b2_nothing_is_nobodys_own() -> None:
    assert rules.opens_own.test(visitor(), None) is False
    assert rules.opens_patients.test(visitor(), None) is False


@pytest.mark.parametrize(
    ("found", "answer"),
    [
        (relation(), True),
        (relation(ends=1), True),
        (relation(kind="stand_in"), True),
        (relation(kind="coordinator"), True),
        (relation(kind="emergency", ends=1), True),
        (relation(staff=OTHER), False),
        (relation(ends=0), False),
        (relation(ends=-1, starts=-2), False),
        (relation(starts=1), False),
        (relation(patient=ME), False),
    ],
)
@pytest.mark.parametrize("verified", [True, False])
def test_b2_staff_open_by_a_running_relation_of_their_own(
    found: CareRelation, answer: bool, verified: bool
) -> None:
    assert rules.opens_patients.test(visitor(verified), found) is (answer and verified)


@pytest.mark.parametrize(("kind", "answer"), [("responsible", True), ("emergency", False)])
def test_b6_emergency_access_reads(kind: str, answer: bool) -> None:
    assert rules.changes_patients.test(visitor(), relation(kind=kind)) is answer
    assert rules.opens_patients.test(visitor(), relation(kind=kind)) is True


@pytest.mark.parametrize("act", list(Act))
@pytest.mark.parametrize("role", list(Role))
def test_b12_a_role_may_what_its_row_says_and_nothing_else(role: Role, act: Act) -> None:
    assert account_rules.may(act).test(visitor(), [role]) is (act in MAY[role])


@pytest.mark.parametrize("act", list(Act))
def test_b12_without_a_role_one_may_nothing(act: Act) -> None:
    assert account_rules.may(act).test(visitor(), []) is False
    assert account_rules.may(act).test(visitor(), ["unknown"]) is False


@pytest.mark.parametrize(
    ("actor", "patient", "answer"), [(ME, OTHER, True), (OTHER, ME, True), (OTHER, OTHER, False)]
)
def test_c7_nobody_reviews_herself(actor: UUID, patient: UUID, answer: bool) -> None:
    assert log_access.is_about_herself.test(visitor(), Case(actor=actor, patient=patient)) is answer


@pytest.mark.parametrize(
    "rule", [rules.opens_own, rules.opens_patients, rules.changes_patients, log_access.reviews]
)
def test_b1_a_composed_rule_tells_its_parts(rule: Predicate) -> None:
    assert "has_second_factor" in str(rule)
