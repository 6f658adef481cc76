"""N2: who can reach what and why, in counts; and which roles are due for review."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from typing import Any

from django.core.management import call_command
from pytest_django import DjangoAssertNumQueries

from ikbt.accounts.roles import Role
from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.treatments.models import CareRelation
from ikbt.treatments.reach import reach, to_review
from ikbt.treatments.relating import give_relation
from tests.cast import Cast, give, person


def found(unit: str, role: str) -> dict[str, Any]:
    rows = [row for row in reach(clock.now()) if (row.unit, row.role) == (unit, role)]
    return {"people": rows[0].people, "reached": rows[0].reached, "in_emergency": rows[0].in_emergency}


def test_n2_therapists_reach_their_own_and_the_rest_in_an_emergency(cast: Cast) -> None:
    give_relation(
        cast.treatment,
        staff=cast.kim,
        kind=CareRelation.Kind.STAND_IN,
        by=SYSTEM,
        at=clock.now(),
        reason="ferie",
    )

    assert found(cast.alfa.name, "therapist") == {
        "people": 2,
        "reached": {"responsible": 1, "stand_in": 1},
        "in_emergency": 0,
    }
    assert found(cast.beta.name, "therapist") == {
        "people": 1,
        "reached": {"responsible": 1},
        "in_emergency": 1,
    }


def test_n2_who_has_no_care_relation_reaches_nobody(cast: Cast) -> None:
    give(person("Hans", "Handledare"), Role.SUPERVISOR, cast.alfa)

    assert found(cast.alfa.name, "unit_manager") == {"people": 1, "reached": {}, "in_emergency": 0}
    assert found("", "administrator") == {"people": 1, "reached": {}, "in_emergency": 0}
    assert found(cast.alfa.name, "supervisor") == {"people": 1, "reached": {}, "in_emergency": 2}


def test_n2_an_ended_role_reaches_nobody_and_is_not_counted(cast: Cast) -> None:
    cast.tove.roles.update(ends_at=clock.now())

    assert found(cast.alfa.name, "therapist") == {"people": 1, "reached": {}, "in_emergency": 2}


def test_n2_roles_without_a_last_day_are_to_be_reviewed(cast: Cast) -> None:
    at = clock.now()
    cast.kim.roles.update(ends_at=at + timedelta(days=30))
    cast.olle.roles.update(starts_at=at - timedelta(days=10))
    due = {row.person for row in to_review(at)}

    assert cast.tove.name in due
    assert not {cast.kim.name, cast.olle.name, cast.anna.name} & due
    assert cast.olle.name in {row.person for row in to_review(at, after=timedelta(days=7))}


def test_n2_the_command_prints_it_and_the_log_tells_that_it_did(cast: Cast) -> None:
    lines, words = StringIO(), StringIO()
    call_command("reach", "--json", stdout=lines)
    call_command("reach", stdout=words)
    told = [json.loads(line) for line in lines.getvalue().splitlines()]

    assert {line["is"] for line in told} == {"reach", "to review"}
    assert "1 therapist reach 1 by responsible; 1 more in an emergency" in words.getvalue()
    assert cast.anna.name not in lines.getvalue() + words.getvalue()
    assert Entry.objects.filter(action="read", object_kind="access review").count() == 2


def test_n2_it_takes_few_queries(cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_max_num_queries(6):
        reach(clock.now())
