"""The modules on the patient page: held, left out and moved with a reason; a refusal keeps what was typed."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from ikbt.treatments.models import PathDecision
from ikbt.treatments.releasing import open_module
from tests.cast import Cast
from tests.conftest import SignIn
from tests.ikbt.treatments.patient import text_of
from tests.ikbt.treatments.tailored import Course
from tests.ikbt.treatments.test_replanning import WHY, four, path, said

pytestmark = pytest.mark.django_db


def post(client: Client, made: Course, key: str, act: str, **typed: str) -> str:
    data = {"act": act, **{f"{key}-{name}": value for name, value in typed.items()}}
    where = reverse("therapist:replan_module", args=[made.treatment.pk, key])
    return text_of(client.post(where, data, follow=True))


def test_a_hold_stands_at_the_module_with_its_reason_and_in_the_timeline(
    cast: Cast, tove_client: Client
) -> None:
    made = four(cast)

    page = post(tove_client, made, "m02", "hold", reason=WHY)

    assert "Vänta med: Modul m02" in page
    assert page.count(WHY) == 2
    assert 'data-state="held"' in page
    assert "Sluta vänta" in page


def test_a_module_is_left_out_and_put_back(cast: Cast, tove_client: Client) -> None:
    made = four(cast)

    page = post(tove_client, made, "m02", "leave_out", reason=WHY)
    assert 'data-state="left_out"' in page
    assert path(made) == ["m01", "m03", "m04"]

    post(tove_client, made, "m02", "put_back", reason="Den behövs ändå.")
    assert path(made) == ["m01", "m02", "m03", "m04"]


def test_only_the_places_that_the_program_allows_are_offered(cast: Cast, tove_client: Client) -> None:
    made = four(cast)

    page = post(tove_client, made, "m03", "move", reason=WHY, after="m01")

    assert path(made) == ["m01", "m03", "m02", "m04"]
    assert 'name="m03-after"' in page
    # m04 comes after m03 whatever the order, and stands right behind m02 as it is.
    assert '<option value="m01">' not in page.split('name="m04-after"')[1].split("</select>")[0]


def test_a_refusal_keeps_what_was_typed(cast: Cast, tove_client: Client) -> None:
    made = four(cast)

    page = post(tove_client, made, "m02", "hold", reason="nej")

    assert "Skriv varför, med några ord." in page
    assert 'value="nej"' in page
    assert not PathDecision.objects.exists()


def test_a_module_that_a_colleague_opened_meanwhile_is_refused_and_the_text_kept(
    cast: Cast, tove_client: Client
) -> None:
    made = four(cast)
    open_module(
        made.treatment,
        "m02",
        opened_by=cast.tove,
        reason="Hon bad om den.",
        by=said(cast, made).by,
        at=made.later(2),
    )

    page = post(tove_client, made, "m02", "leave_out", reason=WHY)

    assert "Modulen är redan öppen" in page
    assert f'value="{WHY}"' in page
    assert not PathDecision.objects.exists()


def test_an_act_that_is_none_of_ours_is_not_found(cast: Cast, tove_client: Client) -> None:
    made = four(cast)
    where = reverse("therapist:replan_module", args=[made.treatment.pk, "m02"])

    assert tove_client.post(where, {"act": "delete", "m02-reason": WHY}).status_code == 404


def test_somebody_without_a_relation_plans_nothing(cast: Cast, signed_in: SignIn) -> None:
    made = four(cast)
    where = reverse("therapist:replan_module", args=[made.treatment.pk, "m02"])

    assert signed_in(cast.outsiders[0]).post(where, {"act": "hold", "m02-reason": WHY}).status_code == 404
    assert not PathDecision.objects.exists()
