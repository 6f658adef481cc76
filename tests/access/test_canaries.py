"""T2, D10, B5, C4, D14: what is sensitive turns up nowhere but before those whose it is."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async
from django.core import mail
from django.core.serializers import serialize
from django.db import connection

from ikbt.accounts.models import Person
from ikbt.asgi import application
from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM, Actor
from ikbt.common import clock
from ikbt.treatments.alerting import close_alert
from ikbt.treatments.emergency import Why, open_in_emergency
from ikbt.treatments.messaging import keep_draft
from ikbt.treatments.models import Alert
from tests.access.planting import STAFFS_OWN, encrypted_columns, plant_everywhere
from tests.access.scene import DESKS, PATIENTS, Address, addresses, answer_at_high_risk
from tests.cast import SEED, Cast, gather
from tests.conftest import signed_in_client
from tests.sockets import socket_to
from tests.therapist.scenes import assessed, diary_entry, goal, hand_in, write
from therapist.replying import give_feedback

# Plain letters, so that no escaping of HTML, JSON or a log could hide one.
MESSAGE, DRAFT, WORK, NOTE, FEEDBACK, WHY, STAFF_DRAFT = (
    f"kanariefagel{word}"
    for word in ("meddelande", "utkast", "arbetsblad", "bedomning", "aterkoppling", "nodskal", "svarsutkast")
)
NUMBER = "199001012385"
WRITTEN = (MESSAGE, DRAFT, WORK, NOTE, FEEDBACK, WHY, STAFF_DRAFT)
SECRETS = (*WRITTEN, NUMBER, NUMBER[2:], SEED)
# What the patient may read, and what her therapist may.
PATIENTS_OWN = (MESSAGE, DRAFT, WORK, FEEDBACK)
DESKS_OWN = (MESSAGE, WORK, NOTE, FEEDBACK, STAFF_DRAFT)
OUTSIDERS = ("kim", "pia", "editor", "publisher", "manager", "administrator", "auditor")


@dataclass(frozen=True)
class Scene:
    """Everything sensitive is written, and here is where one could look for it."""

    cast: Cast
    alert: Alert

    @property
    def pages(self) -> list[Address]:
        """All addresses about Anna, on both sides of the desk."""
        found = [
            address
            for app in (PATIENTS, DESKS)
            for address in addresses(app, self.cast.treatment, self.alert)
            if "GET" in address.methods
        ]
        assert len(found) > 15
        return found

    def shown_to(self, person: Person) -> str:
        """All that she gets from these addresses, as pages and as JSON."""
        client = signed_in_client(person)
        return "".join(
            client.get(page.path, headers={"accept": accept}).content.decode()
            for page in self.pages
            for accept in ("text/html", "application/json")
        )


def set_up() -> Scene:
    """A message, drafts, a worksheet, feedback, an assessed alert, an emergency, a number."""
    cast = gather()
    anna, tove, at = cast.anna, cast.tove, clock.now()
    anna.set_number(NUMBER)
    anna.save()
    diary_entry(cast.treatment, WORK)
    goal(cast.treatment)
    write(cast.treatment, MESSAGE)
    keep_draft(cast.treatment, "message", DRAFT, author=anna, revision=0, at=at)
    keep_draft(cast.treatment, "message", STAFF_DRAFT, author=tove, revision=0, at=at)
    hand_in(cast.treatment)
    give_feedback(
        cast.treatment,
        "m01",
        FEEDBACK,
        author=tove,
        open_next="",
        reason="",
        client_key=uuid4(),
        by=SYSTEM,
        at=at,
    )
    alert = answer_at_high_risk(cast.treatment)
    close_alert(alert, outcome="assessed_safe", note=NOTE, staff=tove, by=SYSTEM, at=at, assessed=assessed())
    by = Actor(id=cast.olle.pk, role="therapist")
    why = Why("danger", WHY)
    open_in_emergency(cast.treatment, staff=cast.olle, why=why, confirmed=True, by=by, at=at)
    return Scene(cast, alert)


def found_in(text: str, canaries: tuple[str, ...]) -> list[str]:
    plain = text.replace("-", "").lower()
    return [each for each in canaries if each.lower() in plain]


@pytest.fixture
def scene(db: None) -> Scene:
    return set_up()


def test_the_patient_and_her_therapist_find_their_own(scene: Scene) -> None:
    """Else no silence below would prove anything."""
    assert set(found_in(scene.shown_to(scene.cast.anna), SECRETS)) == set(PATIENTS_OWN)
    assert set(found_in(scene.shown_to(scene.cast.tove), SECRETS)) == set(DESKS_OWN)


@pytest.mark.parametrize("who", OUTSIDERS)
def test_nobody_else_finds_any(who: str, scene: Scene) -> None:
    assert found_in(scene.shown_to(getattr(scene.cast, who)), SECRETS) == []


def test_mails_and_logs_hold_none(
    db: None, caplog: pytest.LogCaptureFixture, django_capture_on_commit_callbacks: object
) -> None:
    caplog.set_level(logging.DEBUG)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        scene = set_up()
    for person in (scene.cast.anna, scene.cast.tove, scene.cast.kim):
        scene.shown_to(person)

    # Django writes each statement at DEBUG, with its values: never on where real patients are.
    logged = [record.getMessage() for record in caplog.records if record.name != "django.db.backends"]
    assert mail.outbox
    assert logged
    assert found_in("\n".join(str(each.message()) for each in mail.outbox), SECRETS) == []
    assert found_in("\n".join(logged), SECRETS) == []


def test_the_access_log_holds_none(scene: Scene) -> None:
    scene.shown_to(scene.cast.tove)

    assert Entry.objects.count() > 20
    assert found_in(serialize("json", Entry.objects.all()), SECRETS) == []


def test_t2_every_encrypted_column_has_its_canary_and_outsiders_find_none(scene: Scene) -> None:
    planted = plant_everywhere(scene.cast)

    assert len(planted) > 14
    for model, field in encrypted_columns():
        told = str(getattr(model._base_manager.order_by("pk").last(), field.name))
        assert planted[model.__name__, field.name] in told
    for who in ("kim", "pia", "administrator"):
        assert "kanariefagel" not in scene.shown_to(getattr(scene.cast, who)).lower()
    hers = scene.shown_to(scene.cast.anna).lower()
    assert planted["Message", "body"] in hers
    assert [name for name in STAFFS_OWN if planted[name] in hers] == []


@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads the database's own files")
def test_the_databases_bytes_hold_none(transactional_db: None) -> None:
    scene = set_up()
    planted = plant_everywhere(scene.cast)
    stored = Path(connection.settings_dict["NAME"])

    files = [path for path in stored.parent.glob(f"{stored.name}*") if path.is_file()]
    raw = b"".join(path.read_bytes() for path in files)

    # What stands in the clear is found, so the search reads the right bytes.
    assert scene.cast.anna.email.encode() in raw
    assert [each for each in (*SECRETS, *planted.values()) if each.encode() in raw] == []
    # The write-ahead log is among them, where pages wait for their place.
    assert any(path.name.endswith("-wal") for path in files)


async def test_sockets_carry_none(transactional_db: None) -> None:
    scene = await sync_to_async(set_up)()
    client = await sync_to_async(signed_in_client)(scene.cast.anna)
    socket = socket_to(application, f"/ws/behandling/{scene.cast.treatment.pk}/", client)
    assert (await socket.connect())[0]

    await sync_to_async(write)(scene.cast.treatment, MESSAGE, sender=scene.cast.tove)

    heard = json.dumps(await socket.hear())
    assert '"kind": "message"' in heard
    assert found_in(heard, SECRETS) == []
    await socket.leave()
