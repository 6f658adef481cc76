"""Locks: a change holds its own treatment, never the people, unit or version that others work with."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.treatments.messaging import send_message
from ikbt.treatments.submitting import hand_in_module
from tests.cast import Cast
from tests.therapist import scenes
from therapist.replying import give_feedback

SHARED = re.compile(
    "accounts_person|accounts_careunit|programs_programversion|measurements_instrumentversion"
)

pytestmark = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no row locks")


def locked_tables(spent: CaptureQueriesContext) -> list[str]:
    """What each locking statement locks: the tables it names, else all that it joins."""
    found = []
    for query in spent.captured_queries:
        statement, for_update, named = str(query["sql"]).partition(" FOR UPDATE")
        if for_update:
            found.append(named.strip() or statement.partition(" FROM ")[2])
    return found


def test_no_change_locks_what_others_share(cast: Cast) -> None:
    now, treatment = clock.now(), cast.treatment
    with CaptureQueriesContext(connection) as spent:
        scenes.high_alert(treatment)
        send_message(treatment, "Hej!", sender=cast.tove, client_key=uuid4(), by=SYSTEM, at=now)
        hand_in_module(treatment, "m01", patient=cast.anna, confirmed=True, by=SYSTEM, at=now)
        give_feedback(
            treatment,
            "m01",
            "Bra gjort!",
            author=cast.tove,
            open_next="m02",
            reason="Hon är redo.",
            client_key=uuid4(),
            by=SYSTEM,
            at=now,
        )

    locked = locked_tables(spent)
    assert len(locked) >= 6
    assert not [one for one in locked if SHARED.search(one)]
