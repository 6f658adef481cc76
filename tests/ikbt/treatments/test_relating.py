"""B2, B3: who gives a care relation, and that its end ends everything at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.core.exceptions import ValidationError
from django.urls import reverse

from ikbt.accounts.models import Person
from ikbt.accounts.roles import Role
from ikbt.asgi import application
from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM, Actor
from ikbt.common import clock
from ikbt.treatments.models import CareRelation, Treatment
from ikbt.treatments.relating import end_relation, give_relation
from tests.cast import Cast, gather, give, person
from tests.conftest import signed_in_client
from tests.sockets import socket_to

STAND_IN = CareRelation.Kind.STAND_IN


def acting(someone: Person) -> Actor:
    return Actor(id=someone.pk, role="staff")


def stand_in(cast: Cast, by: Actor | None = None, **more: object) -> CareRelation:
    by = by or acting(cast.tove)
    return give_relation(cast.treatment, staff=cast.kim, kind=STAND_IN, by=by, at=clock.now(), **more)  # type: ignore[arg-type]


def page(cast: Cast) -> str:
    return reverse("therapist:patient", args=[cast.treatment.pk])


def test_a_role_that_ended_opens_nothing_though_the_relation_runs(cast: Cast) -> None:
    client = signed_in_client(cast.tove)
    assert client.get(page(cast)).status_code == 200

    cast.tove.roles.update(ends_at=clock.now())
    give(cast.tove, Role.THERAPIST, cast.beta)

    assert client.get(page(cast)).status_code == 404


def test_a_stand_in_opens_the_patient_from_then_on(cast: Cast) -> None:
    assert signed_in_client(cast.kim).get(page(cast)).status_code == 404

    relation = stand_in(cast)

    assert signed_in_client(cast.kim).get(page(cast)).status_code == 200
    assert relation.given_by_id == cast.tove.pk
    assert (
        Entry.objects.filter(object_kind="care relation", action="create", patient=cast.anna.pk).count() == 1
    )


def test_it_runs_out_by_itself(cast: Cast) -> None:
    at = clock.now()
    stand_in(cast, until=at + timedelta(days=7))

    def seen(moment: object) -> bool:
        return Treatment.objects.cared_for_by(cast.kim.pk, moment).filter(pk=cast.treatment.pk).exists()  # type: ignore[arg-type]

    assert seen(at + timedelta(days=6))
    assert not seen(at + timedelta(days=7))


def test_given_again_it_gets_the_new_end(cast: Cast) -> None:
    first = stand_in(cast)
    until = clock.now() + timedelta(days=1)
    again = stand_in(cast, until=until)

    assert (again.pk, again.ends_at) == (first.pk, until)
    assert CareRelation.objects.filter(staff=cast.kim).count() == 1


def test_a_coordinator_and_a_manager_of_the_unit_may_give_it(cast: Cast) -> None:
    coordinator = give(person("Carin", "Ordning"), Role.COORDINATOR, cast.alfa)

    for giver in (coordinator, cast.manager):
        assert stand_in(cast, by=acting(giver)).staff_id == cast.kim.pk


@pytest.mark.parametrize("giver", ["kim", "olle", "anna", "pia", "administrator", "auditor", "editor"])
def test_nobody_else_may_give_it(giver: str, cast: Cast) -> None:
    with pytest.raises(ValidationError):
        stand_in(cast, by=acting(getattr(cast, giver)))
    assert not CareRelation.objects.filter(staff=cast.kim).exists()


@pytest.mark.parametrize("receiver", ["olle", "anna", "pia", "editor", "manager", "auditor"])
def test_only_those_who_work_at_the_units_desk_receive_it(receiver: str, cast: Cast) -> None:
    with pytest.raises(ValidationError):
        give_relation(
            cast.treatment, staff=getattr(cast, receiver), kind=STAND_IN, by=acting(cast.tove), at=clock.now()
        )


def test_the_therapist_who_is_the_patient_gets_and_gives_nothing(cast: Cast) -> None:
    give(cast.anna, Role.THERAPIST, cast.alfa)
    give(cast.anna, Role.UNIT_MANAGER, cast.alfa)

    with pytest.raises(ValidationError):
        give_relation(cast.treatment, staff=cast.anna, kind=STAND_IN, by=acting(cast.tove), at=clock.now())
    with pytest.raises(ValidationError):
        stand_in(cast, by=acting(cast.anna))


@pytest.mark.parametrize("kind", ["responsible", "emergency", "friend"])
def test_other_kinds_are_not_given_here(kind: str, cast: Cast) -> None:
    with pytest.raises(ValidationError):
        give_relation(cast.treatment, staff=cast.kim, kind=kind, by=SYSTEM, at=clock.now())


def test_the_responsible_therapist_cannot_be_ended_without_a_next_one(cast: Cast) -> None:
    with pytest.raises(ValidationError):
        end_relation(cast.treatment.relations.get(kind="responsible"), by=SYSTEM, at=clock.now())


def test_a_page_that_is_open_stops_answering_when_the_relation_ends(cast: Cast) -> None:
    relation = stand_in(cast)
    kim = signed_in_client(cast.kim)
    assert kim.get(page(cast)).status_code == 200

    end_relation(relation, by=acting(cast.tove), at=clock.now())

    assert kim.get(page(cast)).status_code == 404
    assert "Anna" not in kim.get(reverse("therapist:caseload")).content.decode()
    assert Entry.objects.filter(
        object_kind="care relation", action="change", reason__contains="ended"
    ).exists()


@pytest.mark.parametrize("other", ["olle", "administrator", "anna"])
def test_outsiders_end_no_relation(other: str, cast: Cast) -> None:
    relation = stand_in(cast)

    with pytest.raises(ValidationError):
        end_relation(relation, by=acting(getattr(cast, other)), at=clock.now())
    relation.refresh_from_db()
    assert relation.ends_at is None


def test_b2_it_can_be_given_for_later_with_start_end_and_reason(cast: Cast) -> None:
    at = clock.now()
    since, until = at + timedelta(days=3), at + timedelta(days=10)

    given = stand_in(cast, since=since, until=until, reason=" Semester ")

    assert (given.starts_at, given.ends_at, given.reason) == (since, until, "Semester")
    assert signed_in_client(cast.kim).get(page(cast)).status_code == 404
    # Given anew before it has begun, it is the same one with other times.
    assert stand_in(cast, until=until).pk == given.pk
    assert signed_in_client(cast.kim).get(page(cast)).status_code == 200


def test_b2_the_end_keeps_who_ended_it_and_why(cast: Cast) -> None:
    ended = end_relation(stand_in(cast), by=acting(cast.manager), at=clock.now(), reason="Tove är tillbaka")

    assert (ended.ended_by_id, ended.end_reason) == (cast.manager.pk, "Tove är tillbaka")


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.UNIT_MANAGER])
def test_b12_nobody_gives_herself_a_relation(role: Role, cast: Cast) -> None:
    give(cast.kim, role, cast.alfa)

    with pytest.raises(ValidationError) as refused:
        stand_in(cast, by=acting(cast.kim))
    assert refused.value.code == "staff"


def test_c6_giving_and_ending_stand_in_her_own_log_in_plain_words(cast: Cast) -> None:
    end_relation(stand_in(cast), by=acting(cast.tove), at=clock.now())

    shown = signed_in_client(cast.anna).get("/min-logg/").content.decode()

    assert "gav en kollega rätt att öppna dina uppgifter" in shown
    assert "ändrade eller avslutade en kollegas rätt att öppna dina uppgifter" in shown


async def test_an_open_socket_closes_when_the_relation_ends(transactional_db: None) -> None:
    cast = await sync_to_async(gather)()
    relation = await sync_to_async(stand_in)(cast)
    client = await sync_to_async(signed_in_client)(cast.kim)
    socket = socket_to(application, f"/ws/behandling/{cast.treatment.pk}/", client)
    assert (await socket.connect())[0]

    await sync_to_async(end_relation)(relation, by=acting(cast.tove), at=clock.now())

    assert await socket.closed_with() == 4403
