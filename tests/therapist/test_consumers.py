"""The live desk: therapists and coordinators hear their own units; others are refused before accepting."""

from __future__ import annotations

import pytest
from channels.db import database_sync_to_async
from channels.layers import get_channel_layer
from django.test import Client

from ikbt.accounts.models import Person, RoleAssignment
from ikbt.asgi import application
from ikbt.common import clock
from ikbt.common.live import desk_group
from tests.cast import Cast, gather
from tests.conftest import signed_in_client
from tests.sockets import Socket, socket_to
from tests.therapist import scenes
from therapist.consumers import desk_groups

OUTSIDERS = ["anna", "pia", "editor", "publisher", "manager", "administrator", "auditor"]
PATH = "/ws/arbetslista/"


@database_sync_to_async
def assemble() -> Cast:
    return gather()


@database_sync_to_async
def browser(person: Person) -> Client:
    return signed_in_client(person)


async def desk(person: Person) -> Socket:
    return socket_to(application, PATH, await browser(person))


@pytest.mark.django_db(transaction=True)
async def test_a_therapist_hears_hints_of_her_own_unit_and_no_other() -> None:
    cast = await assemble()
    socket = await desk(cast.tove)
    connected, _ = await socket.connect()
    layer = get_channel_layer()

    for unit in (cast.beta, cast.alfa):
        hint = {"type": "hint", "kind": "alert", "ids": {"treatment": unit.slug}}
        await layer.group_send(desk_group(unit.pk), hint)

    assert connected
    assert await socket.hear() == {"kind": "alert", "ids": {"treatment": "alfa"}}
    await socket.leave()


@pytest.mark.django_db(transaction=True)
async def test_an_alert_reaches_the_desk_as_ids_without_a_word_of_what_was_answered() -> None:
    cast = await assemble()
    socket = await desk(cast.kim)
    await socket.connect()

    alert = await database_sync_to_async(scenes.high_alert)(cast.treatment)

    heard = [await socket.hear(), await socket.hear()]
    assert {hint["kind"] for hint in heard} == {"alert", "answers"}
    ids = {value for hint in heard for value in hint["ids"].values()}
    assert ids == {str(cast.treatment.pk), str(alert.pk)}
    await socket.leave()


@pytest.mark.django_db(transaction=True)
async def test_people_without_a_desk_are_refused_before_accepting() -> None:
    cast = await assemble()

    answers = {name: await (await desk(getattr(cast, name))).connect() for name in OUTSIDERS}

    assert set(answers.values()) == {(False, 4403)}, answers


@pytest.mark.django_db(transaction=True)
async def test_a_foreign_origin_and_nobodys_session_are_refused() -> None:
    cast = await assemble()

    foreign = await socket_to(
        application, PATH, await browser(cast.tove), origin="https://evil.example"
    ).connect()
    nobody = await socket_to(application, PATH).connect()

    assert (foreign[0], nobody[0]) == (False, False)


@pytest.mark.django_db
def test_an_ended_role_hears_nothing(cast: Cast) -> None:
    assert desk_groups(cast.tove) == [desk_group(cast.alfa.pk)]

    RoleAssignment.objects.filter(person=cast.tove).update(ends_at=clock.now())

    assert desk_groups(cast.tove) is None
