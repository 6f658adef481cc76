"""N2: a role of staff is confirmed once a year, by somebody else than who holds it, or ended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from ikbt.accounts.confirming import confirm_role
from ikbt.accounts.granting import NotGranted, end_role
from ikbt.accounts.models import Person, RoleAssignment
from ikbt.accounts.role_review import ReviewState, due_at, review_state
from ikbt.accounts.roles import Role
from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM, Actor
from ikbt.common import clock
from ikbt.treatments.reach import to_review
from tests.cast import Cast, give, person
from tests.therapist.unit.scene import confirmed

LIST = "/enhet/medarbetare/"
BEGAN = datetime(2026, 1, 15, 8, tzinfo=UTC)


@pytest.fixture
def manager(cast: Cast) -> Client:
    return confirmed(cast.manager)


def held(someone: Person) -> RoleAssignment:
    return RoleAssignment.objects.running(clock.now()).select_related("person", "unit").get(person=someone)


def confirming(someone: Person) -> str:
    return reverse("unit:confirm_role", args=[held(someone).pk])


def as_manager(cast: Cast) -> Actor:
    return Actor(id=cast.manager.pk, role="unit_manager", unit=cast.alfa.pk)


def as_administrator(cast: Cast) -> Actor:
    return Actor(id=cast.administrator.pk, role="administrator")


@pytest.mark.parametrize(
    ("days", "state"),
    [
        (0, ReviewState.CURRENT),
        (364, ReviewState.CURRENT),
        (365, ReviewState.DUE),
        (394, ReviewState.DUE),
        (395, ReviewState.OVERDUE),
    ],
)
@pytest.mark.parametrize("from_confirmation", [False, True])
def test_n2_a_role_is_due_after_a_year_and_overdue_thirty_days_later(
    days: int, state: ReviewState, from_confirmation: bool
) -> None:
    role = RoleAssignment(role=Role.THERAPIST, starts_at=BEGAN)
    if from_confirmation:
        role.starts_at, role.confirmed_at = BEGAN - timedelta(days=900), BEGAN

    assert review_state(role, BEGAN + timedelta(days=days)) is state
    assert due_at(role) == BEGAN + timedelta(days=365)


def test_n2_a_role_with_a_last_day_and_a_patients_are_never_due() -> None:
    later = BEGAN + timedelta(days=4_000)
    lasting = RoleAssignment(role=Role.THERAPIST, starts_at=BEGAN, ends_at=later + timedelta(days=1))

    assert review_state(lasting, later) is ReviewState.CURRENT
    assert review_state(RoleAssignment(role=Role.PATIENT, starts_at=BEGAN), later) is ReviewState.CURRENT


@pytest.mark.parametrize("days", [364, 365, 800])
def test_n2_the_question_to_the_table_and_the_arithmetic_agree(days: int, cast: Cast) -> None:
    at = clock.now()
    RoleAssignment.objects.update(starts_at=at - timedelta(days=days))
    cast.kim.roles.update(confirmed_at=at - timedelta(days=10))
    cast.olle.roles.update(ends_at=at + timedelta(days=10))

    asked = set(RoleAssignment.objects.to_confirm(at))
    counted = {
        role
        for role in RoleAssignment.objects.running(at)
        if review_state(role, at) is not ReviewState.CURRENT
    }

    assert asked == counted
    assert held(cast.kim) not in asked
    assert bool(asked) is (days >= 365)


def test_n2_a_manager_confirms_and_it_leaves_the_page_for_a_year(cast: Cast, manager: Client) -> None:
    shown = manager.get(LIST).content.decode()
    assert "Roller att bekräfta" in shown
    assert confirming(cast.kim) in shown

    answer = manager.post(confirming(cast.kim), follow=True).content.decode()

    assert "Kim Ek är bekräftad" in answer
    assert confirming(cast.kim) not in answer
    role = held(cast.kim)
    assert role.confirmed_by_id == cast.manager.pk
    row = Entry.objects.get(object_kind="role", action="change")
    assert (row.actor, row.object_id, row.reason) == (cast.manager.pk, str(role.pk), "therapist confirmed")
    assert review_state(role, clock.now() + timedelta(days=366)) is ReviewState.DUE


def test_n2_confirming_twice_leaves_one_row_and_the_first_day(cast: Cast) -> None:
    at = clock.now()
    confirm_role(held(cast.kim), by=as_manager(cast), at=at)
    again = confirm_role(held(cast.kim), by=as_manager(cast), at=at + timedelta(hours=1))

    assert again.confirmed_at == at
    assert Entry.objects.filter(object_kind="role", action="change").count() == 1


def test_n2_nobody_confirms_her_own_role_nor_the_clock_anybodys(cast: Cast, manager: Client) -> None:
    assert manager.post(confirming(cast.manager)).status_code == 404
    for role, by in [
        (held(cast.manager), as_manager(cast)),
        (held(cast.administrator), as_administrator(cast)),
        (held(cast.kim), SYSTEM),
        (held(cast.kim), Actor(id=cast.tove.pk, role="therapist")),
        (held(cast.olle), as_manager(cast)),
    ]:
        with pytest.raises(NotGranted):
            confirm_role(role, by=by, at=clock.now())

    assert not RoleAssignment.objects.exclude(confirmed_at=None).exists()


def test_n2_an_administrator_confirms_a_managers_role(cast: Cast) -> None:
    confirm_role(held(cast.manager), by=as_administrator(cast), at=clock.now())

    assert held(cast.manager).confirmed_by_id == cast.administrator.pk


def test_n2_an_administrator_confirms_in_the_admins_list(cast: Cast) -> None:
    chosen = {"action": "confirm_roles", "_selected_action": str(held(cast.manager).pk)}

    answer = confirmed(cast.administrator).post("/django-admin/accounts/roleassignment/", chosen)

    assert answer.status_code == 302
    assert held(cast.manager).confirmed_by_id == cast.administrator.pk


def test_n2_a_role_that_has_ended_is_not_confirmed(cast: Cast) -> None:
    role = held(cast.kim)
    end_role(role, by=as_manager(cast), at=clock.now())

    with pytest.raises(NotGranted):
        confirm_role(role, by=as_manager(cast), at=clock.now())


def test_n2_an_old_second_factor_is_asked_for_again(cast: Cast) -> None:
    stale = confirmed(cast.manager, minutes_ago=6)

    assert stale.post(confirming(cast.kim), HTTP_ACCEPT="text/html").status_code == 403
    assert held(cast.kim).confirmed_at is None


def test_n2_the_first_page_counts_the_units_roles_to_confirm_and_no_others(
    cast: Cast, manager: Client
) -> None:
    at = clock.now()
    RoleAssignment.objects.update(starts_at=at - timedelta(days=400), confirmed_at=at)
    assert "att bekräfta" not in manager.get("/enhet/").content.decode()

    RoleAssignment.objects.filter(person__in=[cast.kim, cast.olle]).update(confirmed_at=None)

    assert "1 roll att bekräfta eller avsluta" in manager.get("/enhet/").content.decode()


def test_n2_her_own_role_is_shown_without_a_button(cast: Cast, manager: Client) -> None:
    RoleAssignment.objects.exclude(person=cast.manager).update(confirmed_at=clock.now())

    shown = manager.get(LIST).content.decode()

    assert "Roller att bekräfta" in shown
    assert "/bekrafta/" not in shown
    assert "administratör" in shown


def test_n2_the_report_of_reach_leaves_out_what_is_confirmed(cast: Cast) -> None:
    hans = give(person("Hans", "Handledare"), Role.SUPERVISOR, cast.alfa)
    assert hans.name in {row.person for row in to_review(clock.now())}

    confirm_role(held(hans), by=as_manager(cast), at=clock.now())

    assert hans.name not in {row.person for row in to_review(clock.now())}
