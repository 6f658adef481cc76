"""T1, B1-B4: every route x who tries x whose id x method, held against the reviewed table, not the code."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.urls import Resolver404, resolve

from ikbt.accounts.models import Snippet
from ikbt.audit.recording import Actor
from ikbt.common import clock
from ikbt.treatments.blocking import set_block
from ikbt.treatments.models import Absence, CareRelation, EmergencyAccess, Treatment
from tests.access.roles import ELSEWHERE, PROMISES, Tryer, confirm_again, tryers
from tests.access.scene import answer_at_high_risk, exercise_by, file_in, note_about
from tests.cast import Cast, person
from tests.therapist.unit.scene import offered

TABLE = Path(__file__).with_name("table.json")
METHODS = ("GET", "HEAD", "POST")
# No address of ours answers these, whoever asks: tried by these on Anna's things.
UNUSED_METHODS = ("PUT", "PATCH", "DELETE", "OPTIONS")
TRY_UNUSED = frozenset(
    {"anonymous", "password only", "patient", "therapist", "stand-in", "ended relation", "administrator"}
)
IDS = re.compile(r"<(?:\w+:)?(\w+)>")
# Wagtail and Django write some of theirs as regular expressions; one digit fits every group of them.
GROUP, EDGES = re.compile(r"\(\?P<\w+>(?:[^()]|\([^()]*\))*\)"), re.compile(r"[\^$]|\\Z")
# Every remaining path, for whoever asks: published pages.
CATCH_ALL = "wagtail_serve"
# Where one who may come in is told 404 or 403 for the thing's state, not for who she is: nothing to mark as
# read, no next module to open, a step without a week of activities, a post that lacks what it must hold.
MAY_MISS = frozenset(
    {
        "treatments:feedback_read",
        "treatments:follow_up",
        "treatments:tick",
        "treatments:copy_day",
        "therapist:open_module",
        "therapist:replan_module",
        "therapist:active_time",
        "therapist:end_emergency",
        "accounts:step_up_passkey",
        "therapist:draft",
        # Hidden by the same address of ours, which comes first.
        "wagtailcore_login",
    }
)

REFUSALS = frozenset({403, 404, 405})

Row = dict[str, Any]
Ids = dict[str, str]


def reviewed() -> list[Row]:
    rows: list[Row] = json.loads(TABLE.read_text(encoding="utf-8"))
    return [row for row in rows if row["name"] != CATCH_ALL]


def things_of(treatment: Treatment) -> Ids:
    """Ids of a patient's own things, so that behind each address there is something."""
    alert = answer_at_high_risk(treatment)
    own = Actor(id=treatment.patient_id, role="patient")
    block = set_block(treatment, against=None, by=own, at=clock.now())
    given = EmergencyAccess.objects.get(relation=emergency_of(treatment))
    stand_in = treatment.relations.create(
        staff=treatment.therapist, kind="stand_in", starts_at=clock.now(), given_by=None
    )
    role = treatment.therapist.roles.get(role="therapist")
    snippet = Snippet.objects.create(
        unit=treatment.unit, title=treatment.pk.hex, body="Hej!", changed_by=treatment.therapist
    )
    next_week = clock.now() + timedelta(days=7)
    absence = Absence.objects.create(
        person=treatment.therapist,
        unit=treatment.unit,
        starts_at=next_week,
        ends_at=next_week + timedelta(days=2),
        registered_by=treatment.therapist,
        registered_at=clock.now(),
    )
    return {
        "absence_id": str(absence.pk),
        "treatment_id": str(treatment.pk),
        "module_key": "m01",
        "step_key": "m01-s02",
        "offer_key": "early",
        "group_key": "focus",
        "occasion_id": str(alert.occasion_id),
        "alert_id": str(alert.pk),
        "block_id": str(block.pk),
        "access_id": str(given.pk),
        "relation_id": str(stand_in.pk),
        "role_id": str(role.pk),
        "snippet_id": str(snippet.pk),
        "unit_id": str(treatment.unit_id),
        "purpose": "message",
        "act": "pausa",
        "rest": "hjalp/",
        "note_id": str(note_about(treatment).pk),
        "exercise": exercise_by(treatment),
        "attachment_id": str(file_in(treatment).pk),
    }


def emergency_of(treatment: Treatment) -> CareRelation:
    """Somebody who has left since opened the patient in an emergency, which waits for a manager."""
    gone, at = person("Nina", treatment.pk.hex), clock.now()
    relation = treatment.relations.create(staff=gone, kind="emergency", starts_at=at, ends_at=at)
    EmergencyAccess.objects.create(
        relation=relation, reason="danger", why="Hon ringde.", from_unit=treatment.unit
    )
    return relation


def address(row: Row, ids: Ids) -> str:
    """The row's path with these ids; what is not among them becomes an id of nothing."""

    def filled(found: re.Match[str]) -> str:
        kind, _, name = found.group(0).strip("<>").rpartition(":")
        return ids.get(name) or {"int": "1", "uuid": str(uuid4())}.get(kind, "finns-inte")

    plain = EDGES.sub("", GROUP.sub("1", row["path"]))
    return "/" + re.sub(r"<[^>]+>", filled, plain)


def answer(one: Tryer, method: str, path: str) -> HttpResponse:
    """What she gets; neither the database nor her cookies keep anything of it."""
    cookies = copy.deepcopy(one.client.cookies)
    ask: Callable[..., HttpResponse] = getattr(one.client, method.lower())
    with transaction.atomic():
        found = ask(path, HTTP_ACCEPT="text/html")
        transaction.set_rollback(True)
    one.client.cookies = cookies
    return found


def is_led_away(response: HttpResponse) -> bool:
    """To sign in."""
    return response.status_code == 302 and response["Location"].startswith("/logga-in/")


def is_let_in(response: HttpResponse) -> bool:
    return response.status_code not in REFUSALS and not is_led_away(response)


def faults_of(one: Tryer, row: Row, whose: str, ids: Ids) -> list[str]:
    """How the answers differ from what the table promises; empty when they don't."""
    found = []
    declared = {"GET", "POST"} if "*" in row["methods"] else set(row["methods"])
    declared |= {"HEAD"} if "GET" in declared else set()
    knows_ids = set(IDS.findall(row["path"])) <= set(ids)
    # What HEAD tells of Pia's things is what GET tells.
    for method in METHODS if whose == "anna" else ("GET", "POST"):
        promised = method in declared and PROMISES[row["who"]](one, whose)
        response = answer(one, method, address(row, ids))
        # A public page may send anyone anywhere, and an id of nothing leads nowhere for whoever may ask.
        open_end = promised and (row["data"] == "public" or not knows_ids or row["name"] in MAY_MISS)
        if response.status_code >= 500 or (not open_end and is_let_in(response) != promised):
            found.append(f"{one.name}: {method} {row['name']} of {whose}: {response.status_code}")
    return found


@pytest.fixture
def things(cast: Cast) -> dict[str, Ids]:
    things = {"anna": things_of(cast.treatment), "pia": things_of(cast.other_treatment)}
    # Pia's unit offers her to Anna's.
    things["anna"]["transfer_id"] = str(offered(cast.other_treatment, to=cast.alfa).pk)
    return things


def test_the_table_uses_no_sentence_that_the_matrix_does_not_know() -> None:
    assert {row["who"] for row in reviewed()} - set(PROMISES) == ELSEWHERE, (
        "Say in tests/access/roles.py what the new sentence promises to whom."
    )


def test_every_route_has_an_address_that_leads_to_it() -> None:
    """Else a refusal would prove nothing but a wrong address."""
    astray = []
    for row in reviewed():
        try:
            resolve(address(row, {}))
        except Resolver404:
            astray.append(row["path"])

    assert astray == []


def test_each_is_let_in_exactly_where_the_table_says(cast: Cast, things: dict[str, Ids]) -> None:
    rows = [row for row in reviewed() if row["who"] not in ELSEWHERE]
    faults = []
    for one in map(confirm_again, tryers(cast)):
        for row in rows:
            # Without an id in the address there is nobody else's: asked once.
            asked = things if "<uuid:treatment_id>" in row["path"] else {"anna": things["anna"]}
            for whose, ids in asked.items():
                faults += faults_of(one, row, whose, ids)

    assert not faults, "\n".join(faults)


def test_t1_an_unused_method_lets_nobody_in(cast: Cast, things: dict[str, Ids]) -> None:
    """405 before anything is looked up, or the gate's refusal; Wagtail's own views answer as they like to staff."""
    rows = [row for row in reviewed() if row["who"] not in ELSEWHERE and "*" not in row["methods"]]
    let_in = [
        f"{one.name}: {method} {row['name']}: {response.status_code}"
        for one in map(confirm_again, tryers(cast))
        if one.name in TRY_UNUSED
        for row in rows
        for method in UNUSED_METHODS
        if (response := answer(one, method, address(row, things["anna"]))).status_code not in REFUSALS
        and not is_led_away(response)
    ]

    assert len(rows) > 60
    assert let_in == []


def test_without_a_second_factor_nothing_but_public_pages_answers(cast: Cast) -> None:
    closed = [row for row in reviewed() if row["data"] != "public"]
    halfway = [one for one in tryers(cast) if not one.verified]

    let_in = [
        f"{one.name}: {method} {row['path']}"
        for one in halfway
        for row in closed
        for method in (*METHODS, *UNUSED_METHODS)
        if is_let_in(answer(one, method, address(row, {})))
    ]

    assert len(closed) > 200
    assert let_in == []
