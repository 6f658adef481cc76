"""Roles and invitations are given by those who may, never to oneself, and each is logged."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from ikbt.accounts import granting, inviting
from ikbt.accounts.models import CareProvider, CareUnit, ElectronicIdentity, Person, RoleAssignment
from ikbt.accounts.roles import Role
from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM, Actor
from ikbt.common import clock
from tests.cast import give, person, unit


@pytest.fixture
def alfa(db: None) -> CareUnit:
    return unit("Alfa", 101, CareProvider.objects.create(name="Region", hsa_id="SE2321000016-0001"))


@pytest.fixture
def admin(alfa: CareUnit) -> Actor:
    return Actor(give(person("Sys", "Admin"), Role.ADMINISTRATOR).pk, Role.ADMINISTRATOR)


def as_actor(someone: Person, role: Role = Role.THERAPIST) -> Actor:
    return Actor(someone.pk, role)


def test_administrator_gives_a_role_and_the_log_knows(anna: Person, alfa: CareUnit, admin: Actor) -> None:
    given = granting.grant(Role.THERAPIST, anna, unit=alfa, by=admin, at=clock.now())

    assert given.given_by_id == admin.id
    assert Entry.objects.filter(object_kind="role", object_id=given.pk, actor=admin.id).exists()


def test_nobody_gives_herself_a_role(alfa: CareUnit, admin: Actor) -> None:
    herself = Person.objects.get(pk=str(admin.id))

    with pytest.raises(granting.NotGranted):
        granting.grant(Role.THERAPIST, herself, unit=alfa, by=admin, at=clock.now())


@pytest.mark.parametrize(
    "role", [role for role in Role if role not in {Role.ADMINISTRATOR, Role.UNIT_MANAGER}]
)
def test_b12_only_an_administrator_or_the_manager_gives_roles(
    anna: Person, alfa: CareUnit, role: Role
) -> None:
    other = give(person("Kim", "Ek"), role, alfa)

    with pytest.raises(granting.NotGranted):
        granting.grant(Role.THERAPIST, anna, unit=alfa, by=as_actor(other, role), at=clock.now())


def test_b12_a_manager_gives_at_her_own_unit_to_staff_or_the_new(anna: Person, alfa: CareUnit) -> None:
    manager = as_actor(give(person("Maja", "Chef"), Role.UNIT_MANAGER, alfa), Role.UNIT_MANAGER)
    beta = unit("Beta", 102, alfa.provider)
    tove = give(person("Tove", "Berg"), Role.THERAPIST, beta)

    granting.grant(Role.SUPERVISOR, tove, unit=alfa, by=manager, at=clock.now())
    granting.grant(Role.THERAPIST, anna, unit=alfa, by=manager, at=clock.now())

    assert RoleAssignment.objects.filter(unit=alfa, given_by=manager.id).count() == 2
    for someone, role, where in [
        (tove, Role.THERAPIST, beta),
        (tove, Role.UNIT_MANAGER, alfa),
        (tove, Role.PUBLISHER, alfa),
        (tove, Role.ADMINISTRATOR, None),
        (give(person("Pia", "Sand"), Role.PATIENT), Role.THERAPIST, alfa),
    ]:
        with pytest.raises(granting.NotGranted):
            granting.grant(role, someone, unit=where, by=manager, at=clock.now())


def test_b12_the_last_manager_stays_also_for_an_administrator(alfa: CareUnit, admin: Actor) -> None:
    maja = give(person("Maja", "Chef"), Role.UNIT_MANAGER, alfa)
    gone = give(person("Gun", "Borta", is_active=False), Role.UNIT_MANAGER, alfa)

    with pytest.raises(granting.NotGranted):
        granting.end_role(maja.roles.get(), by=admin, at=clock.now())
    granting.end_role(gone.roles.get(), by=admin, at=clock.now())
    give(person("Bo", "Chef"), Role.UNIT_MANAGER, alfa)
    granting.end_role(maja.roles.get(), by=admin, at=clock.now())

    assert not RoleAssignment.objects.of(maja).running(clock.now()).exists()


def test_b12_a_manager_invites_the_new_and_takes_over_nobodys_account(anna: Person, alfa: CareUnit) -> None:
    manager = as_actor(give(person("Maja", "Chef"), Role.UNIT_MANAGER, alfa), Role.UNIT_MANAGER)
    new = give(Person.objects.create(email="ny@example.org"), Role.THERAPIST, alfa)
    new.set_unusable_password()
    new.save()
    enrolled = give(person("Tove", "Berg"), Role.THERAPIST, alfa)

    assert inviting.invite(new, by=manager, at=clock.now())
    # Without a password too, a passkey or an e-ID of her own is a way in that nobody may replace.
    by_e_id = give(Person.objects.create(email="kort@example.org"), Role.THERAPIST, alfa)
    by_e_id.set_unusable_password()
    by_e_id.save()
    ElectronicIdentity.objects.create(
        user=by_e_id, issuer="https://id.example", subject="kort", confirmed=True, created_at=clock.now()
    )
    for other in (enrolled, by_e_id, give(new, Role.AUDITOR)):
        with pytest.raises(PermissionDenied):
            inviting.invite(other, by=manager, at=clock.now())


def test_role_that_ended_gives_no_right_to_give(anna: Person, alfa: CareUnit, admin: Actor) -> None:
    RoleAssignment.objects.filter(person=admin.id).update(ends_at=clock.now())

    with pytest.raises(granting.NotGranted):
        granting.grant(Role.THERAPIST, anna, unit=alfa, by=admin, at=clock.now())


@pytest.mark.parametrize("role", sorted(granting.AT_UNIT))
def test_role_at_a_unit_needs_one(anna: Person, admin: Actor, role: Role) -> None:
    with pytest.raises(granting.NotGranted):
        granting.grant(role, anna, unit=None, by=admin, at=clock.now())


@pytest.mark.parametrize("role", sorted(granting.WITHOUT_UNIT))
def test_role_of_no_unit_takes_none(anna: Person, alfa: CareUnit, role: Role) -> None:
    with pytest.raises(granting.NotGranted):
        granting.grant(role, anna, unit=alfa, by=SYSTEM, at=clock.now())


def test_giving_twice_gives_once(anna: Person, alfa: CareUnit) -> None:
    first = granting.grant(Role.EDITOR, anna, unit=alfa, by=SYSTEM, at=clock.now())
    second = granting.grant(Role.EDITOR, anna, unit=alfa, by=SYSTEM, at=clock.now())

    assert first == second
    assert RoleAssignment.objects.of(anna).count() == 1


def test_ended_role_is_over_at_once_and_may_be_given_anew(anna: Person, alfa: CareUnit, admin: Actor) -> None:
    given = granting.grant(Role.EDITOR, anna, unit=alfa, by=admin, at=clock.now())

    granting.end_role(given, by=admin, at=clock.now())

    assert not RoleAssignment.objects.of(anna).running(clock.now()).exists()
    assert granting.grant(Role.EDITOR, anna, unit=alfa, by=admin, at=clock.now()) != given


def test_nobody_else_ends_a_role(anna: Person, alfa: CareUnit) -> None:
    given = granting.grant(Role.EDITOR, anna, unit=alfa, by=SYSTEM, at=clock.now())

    with pytest.raises(granting.NotGranted):
        granting.end_role(given, by=as_actor(anna), at=clock.now())


def test_djangos_admin_opens_and_closes_with_the_administrators_role(anna: Person) -> None:
    given = granting.grant(Role.ADMINISTRATOR, anna, unit=None, by=SYSTEM, at=clock.now())
    anna.refresh_from_db()
    assert anna.is_staff

    granting.end_role(given, by=SYSTEM, at=clock.now())
    anna.refresh_from_db()
    assert not anna.is_staff


def test_desk_invites_a_patient_of_its_unit(anna: Person, alfa: CareUnit) -> None:
    give(anna, Role.PATIENT, alfa)
    tove = give(person("Tove", "Berg"), Role.THERAPIST, alfa)

    assert inviting.invite(anna, by=as_actor(tove), at=clock.now())


@pytest.mark.parametrize("role", [Role.EDITOR, Role.PATIENT, Role.AUDITOR, Role.UNIT_MANAGER])
def test_other_roles_invite_nobody(anna: Person, alfa: CareUnit, role: Role) -> None:
    give(anna, Role.PATIENT, alfa)
    other = give(person("Kim", "Ek"), role, alfa)

    with pytest.raises(PermissionDenied):
        inviting.invite(anna, by=as_actor(other), at=clock.now())


def test_desk_cannot_invite_a_colleague_and_so_take_over_her_account(anna: Person, alfa: CareUnit) -> None:
    give(give(anna, Role.PATIENT, alfa), Role.THERAPIST, alfa)
    tove = give(person("Tove", "Berg"), Role.THERAPIST, alfa)

    with pytest.raises(PermissionDenied):
        inviting.invite(anna, by=as_actor(tove), at=clock.now())


def test_desk_of_another_unit_cannot_invite(anna: Person, alfa: CareUnit) -> None:
    give(anna, Role.PATIENT, alfa)
    olle = give(person("Olle", "Ström"), Role.THERAPIST, unit("Beta", 102, alfa.provider))

    with pytest.raises(PermissionDenied):
        inviting.invite(anna, by=as_actor(olle), at=clock.now())


def test_nobody_invites_herself(admin: Actor) -> None:
    with pytest.raises(PermissionDenied):
        inviting.invite(Person.objects.get(pk=str(admin.id)), by=admin, at=clock.now())
