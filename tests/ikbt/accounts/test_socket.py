"""A socket needs its own origin, a living session, a second factor and its object, then and ever after."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from channels.routing import URLRouter
from django.db import DatabaseError
from django.test import Client
from django.urls import path
from redis.exceptions import ConnectionError as RedisDown

from ikbt.accounts import socket
from ikbt.accounts.models import AuthenticatorApp, Person, SessionRecord
from ikbt.accounts.sessions import verified_person
from ikbt.accounts.socket import PersonConsumer
from ikbt.accounts.socket_gate import SocketGate
from ikbt.asgi import application as whole
from ikbt.common.live import person_group
from tests.cast import PASSWORD, person
from tests.conftest import signed_in_client
from tests.ikbt.accounts.conftest import code_of
from tests.sockets import ORIGIN, Socket, socket_to

pytestmark = pytest.mark.django_db(transaction=True)
NEW_PASSWORD = "tre glada gröna hästar"


class Listener(PersonConsumer):
    """Opens for everyone whose language is Swedish: stands for a care relation that may end."""

    async def groups_for(self, person: Person) -> list[str] | None:
        return ["news"] if person.language == "sv" else None

    async def received(self, content: Any) -> None:
        await self.send_json({"echo": content})


class Watched(Listener):
    recheck_seconds = 0.05


application = SocketGate(URLRouter([path("ws/", Listener.as_asgi()), path("watched/", Watched.as_asgi())]))


@pytest.fixture
def anna(transactional_db: None) -> Person:
    return person("Anna", "Lind")


@pytest.fixture
def client(anna: Person) -> Client:
    return signed_in_client(anna)


def socket_of(client: Client, *, origin: str | None = ORIGIN, path: str = "/ws/") -> Socket:
    return socket_to(application, path, client, origin)


async def test_verified_person_gets_in_and_hears_hints_without_text(client: Client) -> None:
    opened = socket_of(client)
    connected, _ = await opened.connect()
    await get_channel_layer().group_send(
        "news", {"type": "hint", "kind": "message", "ids": {"message": "1"}, "body": "KANARIE"}
    )

    assert connected
    assert await opened.hear() == {"kind": "message", "ids": {"message": "1"}}
    await opened.leave()


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "http://evil.example",
        "https://testserver",
        "http://testserver:9999",
        "http://testserver.evil.example",
        "http://evil-testserver",
        "http://localhost:9999",
        "",
    ],
)
async def test_a19_other_origin_is_refused(client: Client, origin: str | None) -> None:
    opened = socket_of(client, origin=origin)

    assert await opened.connect() == (False, 4403)


async def test_a19_session_without_second_factor_is_refused(anna: Person) -> None:
    half = Client()
    await sync_to_async(half.force_login)(anna)
    opened = socket_of(half)

    assert await opened.connect() == (False, 4403)


async def test_visitor_is_refused() -> None:
    opened = socket_to(application, "/ws/")

    assert await opened.connect() == (False, 4403)


async def test_a19_object_that_is_not_hers_is_refused(anna: Person, client: Client) -> None:
    await Person.objects.aupdate(language="en")
    opened = socket_of(client)

    assert await opened.connect() == (False, 4403)


async def test_socket_closes_when_she_signs_out(anna: Person, client: Client) -> None:
    opened = socket_of(client)
    await opened.connect()

    await sync_to_async(client.post)("/logga-ut/")
    # The test's request runs in a loop of its own, which an in-memory layer does not cross.
    await get_channel_layer().group_send(person_group(anna.pk), {"type": "end"})

    assert await opened.closed_with() == 4401


async def test_sign_out_elsewhere_leaves_this_session_alone(anna: Person, client: Client) -> None:
    opened = socket_of(client)
    await opened.connect()

    await get_channel_layer().group_send(person_group(anna.pk), {"type": "end"})
    await opened.say("still here")

    assert await opened.hear() == {"echo": "still here"}
    await opened.leave()


def through_the_pages(anna: Person) -> Client:
    """Signed in as in life, so that the session has its record."""
    client = Client(headers={"accept": "text/html"})
    client.post("/logga-in/", {"email": anna.email, "password": PASSWORD})
    client.post("/logga-in/kod/", {"code": fresh_code(anna)})
    return client


def fresh_code(anna: Person) -> str:
    """Her code of now, as often as a test needs one."""
    AuthenticatorApp.objects.filter(user=anna).update(last_step=-1)
    return code_of(AuthenticatorApp.objects.get(user=anna))


def confirm(anna: Person, client: Client) -> None:
    client.post("/konto/bekrafta/", {"code": fresh_code(anna)})


def choose_password(anna: Person, client: Client) -> None:
    client.post("/konto/losenord/", {"password": NEW_PASSWORD, "again": NEW_PASSWORD})


def add_a_factor(anna: Person, client: Client) -> None:
    client.post("/konto/app/")
    offered = AuthenticatorApp.objects.get(user=anna, confirmed=False)
    client.post("/konto/app/", {"code": code_of(offered)})


@pytest.mark.parametrize("act", [confirm, choose_password, add_a_factor], ids=lambda act: act.__name__)
@pytest.mark.parametrize("how", ["told", "by itself"])
async def test_a14_socket_of_a_session_that_gets_a_new_key_goes_on(
    anna: Person, act: Callable[[Person, Client], None], how: str
) -> None:
    client = await sync_to_async(through_the_pages)(anna)
    opened = socket_of(client)
    assert await opened.connect() == (True, None)
    old = client.session.session_key

    await sync_to_async(act)(anna, client)
    await sync_to_async(act)(anna, client)
    if how == "told":
        await get_channel_layer().group_send(person_group(anna.pk), {"type": "end"})
    await opened.say("still here")

    assert await opened.hear() == {"echo": "still here"}
    assert act is add_a_factor or client.session.session_key != old
    await opened.leave()


async def test_a16_socket_does_not_outlive_its_session_under_a_new_key(anna: Person) -> None:
    client = await sync_to_async(through_the_pages)(anna)
    opened = socket_of(client)
    await opened.connect()
    await sync_to_async(confirm)(anna, client)

    await sync_to_async(client.post)("/logga-ut/")
    await opened.say("hello")

    assert await opened.closed_with() == 4401


async def test_a16_socket_takes_over_no_other_session_of_hers(anna: Person) -> None:
    here, there = [await sync_to_async(through_the_pages)(anna) for _ in range(2)]
    opened = socket_of(here)
    await opened.connect()

    await SessionRecord.objects.filter(session_key=here.session.session_key).adelete()
    await sync_to_async(here.session.flush)()
    await opened.say("hello")

    assert await opened.closed_with() == 4401
    assert (await sync_to_async(there.get)("/konto/")).status_code == 200


@pytest.mark.parametrize("change", ["session", "device", "inactive", "password"])
async def test_a19_each_message_looks_at_the_session_again(anna: Person, client: Client, change: str) -> None:
    opened = socket_of(client)
    await opened.connect()

    await sync_to_async(undo)(change, client, anna)
    await opened.say("hello")

    assert await opened.closed_with() == 4401


async def test_ended_relation_closes_a_quiet_socket(anna: Person, client: Client) -> None:
    opened = socket_of(client, path="/watched/")
    await opened.connect()

    await Person.objects.aupdate(language="en")

    assert await opened.closed_with() == 4403


async def test_database_that_does_not_answer_closes_a_quiet_socket(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = socket_of(client, path="/watched/")
    await opened.connect()

    def down(key: str, lasting: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(socket, "person_of", down)

    assert await opened.closed_with() == 1013


@pytest.mark.parametrize(
    ("frame", "closed_with"),
    [
        ({"text": '"' + "x" * socket.MESSAGE_BYTES + '"'}, 1009),
        ({"text": '"' + "å" * (socket.MESSAGE_BYTES // 2) + '"'}, 1009),
        ({"bytes": b"abc"}, 1009),
        ({"text": "{not json"}, 1007),
    ],
)
async def test_a19_frame_that_is_too_big_or_no_json_ends_the_socket(
    client: Client, frame: dict[str, Any], closed_with: int
) -> None:
    opened = socket_of(client)
    await opened.connect()

    await opened.send_frame(**frame)

    assert await opened.closed_with() == closed_with


async def test_a19_flood_ends_the_socket(client: Client) -> None:
    opened = socket_of(client)
    await opened.connect()

    for number in range(socket.MESSAGES):
        await opened.say(number)
        assert await opened.hear() == {"echo": number}
    await opened.say("one too many")

    assert await opened.closed_with() == 4429


async def test_address_without_a_socket_is_refused_like_a_forbidden_one(client: Client) -> None:
    opened = socket_to(whole, "/ws/nowhere/", client)

    assert await opened.connect() == (False, 4403)


def test_session_key_that_nobody_has_is_nobody(db: None) -> None:
    assert verified_person(None) is None
    assert verified_person("x" * 32) is None


def undo(change: str, client: Client, anna: Person) -> None:
    """Take away one of the things that make a session good."""
    if change == "session":
        client.session.flush()
    elif change == "device":
        AuthenticatorApp.objects.update(confirmed=False)
    elif change == "inactive":
        Person.objects.update(is_active=False)
    else:
        anna.set_password("another-one-entirely")
        anna.save()


async def test_without_redis_the_page_is_told_to_come_again(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def down(group: str, channel: str) -> None:
        raise RedisDown("refused")

    monkeypatch.setattr(get_channel_layer(), "group_add", down)

    assert await socket_of(client, path="/watched/").connect() == (False, 1013)
