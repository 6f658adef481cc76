"""Presence: only in an open conversation, only if the patient has turned it on, passed on and kept nowhere."""

from __future__ import annotations

import pytest
from channels.db import database_sync_to_async
from channels.layers import get_channel_layer
from django.test import Client
from django.urls import reverse

from ikbt.accounts.models import Person
from ikbt.asgi import application
from ikbt.audit.models import Entry
from ikbt.common.live import treatment_group
from ikbt.treatments.consumers import side_that_shows
from ikbt.treatments.models import CareRelation
from tests.cast import Cast, gather
from tests.conftest import signed_in_client
from tests.ikbt.treatments.patient import text_of, url
from tests.sockets import Socket, socket_to


@database_sync_to_async
def assemble(*, shows: bool) -> Cast:
    cast = gather()
    Person.objects.filter(pk=cast.anna.pk).update(shows_presence=shows)
    return cast


async def conversation(cast: Cast, person: Person) -> Socket:
    client = await database_sync_to_async(signed_in_client)(person)
    socket = socket_to(application, f"/ws/behandling/{cast.treatment.pk}/", client)
    assert await socket.connect() == (True, None)
    return socket


async def push(cast: Cast) -> None:
    """Something that every open page hears, whatever is on or off."""
    hint = {"type": "hint", "kind": "message", "ids": {}}
    await get_channel_layer().group_send(treatment_group(cast.treatment.pk), hint)


@pytest.mark.django_db(transaction=True)
async def test_each_side_sees_that_the_other_is_there_and_writes() -> None:
    cast = await assemble(shows=True)
    anna, tove = await conversation(cast, cast.anna), await conversation(cast, cast.tove)

    await anna.say({"kind": "writing"})
    assert await tove.hear() == {"kind": "writing", "ids": {"side": "patient"}}
    assert await anna.hear() == {"kind": "writing", "ids": {"side": "patient"}}
    await tove.say({"kind": "here"})
    assert await anna.hear() == {"kind": "here", "ids": {"side": "care"}}

    await anna.leave()
    await tove.leave()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("who", ["anna", "tove"])
async def test_nothing_is_passed_on_from_either_side_while_she_has_it_off(who: str) -> None:
    cast = await assemble(shows=False)
    one, other = await conversation(cast, getattr(cast, who)), await conversation(cast, cast.anna)

    await one.say({"kind": "writing"})
    await one.say({"kind": "here"})
    # All that was said is dealt with before the socket is left.
    await one.leave()
    await push(cast)

    assert (await other.hear())["kind"] == "message"
    await other.leave()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "said", [{"kind": "message"}, {"kind": "text", "text": "Hej"}, "writing", ["writing"], None]
)
async def test_anything_else_that_a_page_says_is_nothing(said: object) -> None:
    cast = await assemble(shows=True)
    anna, tove = await conversation(cast, cast.anna), await conversation(cast, cast.tove)

    await anna.say(said)
    await anna.say({"kind": "here"})

    assert await tove.hear() == {"kind": "here", "ids": {"side": "patient"}}
    await anna.leave()
    await tove.leave()


@pytest.mark.django_db
def test_whoever_looks_in_an_emergency_or_has_no_relation_shows_nothing(cast: Cast) -> None:
    Person.objects.filter(pk=cast.anna.pk).update(shows_presence=True)
    assert side_that_shows(cast.tove, cast.treatment.pk) == "care"

    CareRelation.objects.filter(treatment=cast.treatment, staff=cast.tove.pk).update(kind="emergency")

    assert side_that_shows(cast.tove, cast.treatment.pk) == ""
    assert side_that_shows(cast.kim, cast.treatment.pk) == ""


@pytest.mark.django_db
def test_it_is_off_until_she_turns_it_on_and_she_turns_it_off_again(
    cast: Cast, anna_client: Client, tove_client: Client
) -> None:
    desk = reverse("therapist:messages", args=[cast.treatment.pk])
    assert "data-presence" not in text_of(anna_client.get(url(cast, "messages")))
    assert "data-presence" not in text_of(tove_client.get(desk))

    anna_client.post(url(cast, "presence"), {"presence": "on"})
    assert "data-presence" in text_of(anna_client.get(url(cast, "messages")))
    assert "data-presence" in text_of(tove_client.get(desk))

    anna_client.post(url(cast, "presence"), {"presence": "off"})
    assert "data-presence" not in text_of(tove_client.get(desk))
    assert Entry.objects.filter(reason="presence", patient=cast.anna.pk).count() == 2
