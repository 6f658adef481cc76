"""A ring of two keys, and a database in which every kind of encrypted column holds something."""

from __future__ import annotations

import base64
from uuid import UUID

from django.db import connection
from pytest_django import Settings

from ikbt.access_log.models import Case, Review
from ikbt.accounts.models import ElectronicIdentity
from ikbt.audit.recording import Actor
from ikbt.common import clock
from ikbt.privacy.models import ErasureRequest
from ikbt.treatments.models import EntryVersion, Message, WorksheetEntry
from ikbt.treatments.releasing import open_module
from tests.access.test_canaries import Scene, set_up

OLD, NEW = (f"{name}:{base64.b64encode(name[0].encode() * 32).decode()}" for name in ("old", "new"))
ISSUER, BIRD = "https://idp.example", "kanariefagel"
SUBJECT = f"{BIRD}subjekt"
# What the canaries' own scene does not write.
MORE = tuple(f"{BIRD}{word}" for word in ("radera", "svar", "skal", "version", "fall", "subjekt"))


def write_everything(settings: Settings, *keys: str) -> Scene:
    """The canaries' scene and the columns that it leaves empty, sealed with the first of these keys."""
    settings.FIELD_KEYS = list(keys)
    scene = set_up()
    cast, now = scene.cast, clock.now()
    asked = ErasureRequest.objects.create(person=cast.anna, asked_at=now, words=f"{BIRD}radera")
    asked.answers.create(
        unit=cast.alfa, decision="kept", words=f"{BIRD}svar", decided_by=cast.manager, decided_at=now
    )
    by = Actor(id=cast.tove.pk, role="therapist")
    open_module(cast.treatment, "m02", opened_by=cast.tove, reason=f"{BIRD}skal", by=by, at=now)
    entry = WorksheetEntry.objects.filter(treatment=cast.treatment).first()
    assert entry is not None
    EntryVersion.objects.create(
        entry=entry, values={"text": f"{BIRD}version"}, revision=1, kept_at=now, why="changed"
    )
    review = Review.objects.create(since=now, until=now, begun_by=cast.auditor, begun_at=now, rows=0)
    Case.objects.create(
        review=review,
        position=1,
        entry=1,
        at=now,
        actor=cast.kim.pk,
        patient=cast.anna.pk,
        rows=1,
        note=f"{BIRD}fall",
    )
    identity = ElectronicIdentity(user=cast.anna, name="test", issuer=ISSUER, created_at=now)
    identity.keep(SUBJECT)
    identity.save()
    return scene


def swap_bodies(first: Message, second: Message) -> None:
    """Exchange two messages' ciphertexts behind the application's back."""
    keys = [stored_key(first.pk), stored_key(second.pk)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT body FROM treatments_message WHERE id IN (%s, %s) ORDER BY id = %s", [*keys, keys[0]]
        )
        texts = [text for (text,) in cursor.fetchall()]
        for key, text in zip(keys, texts, strict=True):
            cursor.execute("UPDATE treatments_message SET body = %s WHERE id = %s", [text, key])


def stored_key(key: UUID) -> UUID | str:
    """A UUID as the database at hand holds it."""
    return key if connection.features.has_native_uuid_field else key.hex
