"""B7: a block closes a unit's data to other units; only its existence is shown; liftings are logged."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.http import Http404
from django.urls import reverse

from ikbt.accounts.models import CareUnit, Person
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor
from ikbt.common import clock
from ikbt.treatments import access
from ikbt.treatments.blocking import lift_block, set_block
from ikbt.treatments.emergency import Why, open_in_emergency
from ikbt.treatments.models import Block, EmergencyAccess
from tests.cast import Cast
from tests.conftest import SignIn

TEXT = "Hon ringde och är i akut fara."


def acting(someone: Person) -> Actor:
    return Actor(id=someone.pk, role="someone")


def closed(cast: Cast, against: CareUnit | None = None) -> Block:
    return set_block(cast.treatment, against=against, by=acting(cast.anna), at=clock.now())


def opened(cast: Cast, staff: Person, lifted: str = "") -> EmergencyAccess:
    why = Why("danger", TEXT, lifted)
    return open_in_emergency(
        cast.treatment, staff=staff, why=why, confirmed=True, by=acting(staff), at=clock.now()
    )


def test_a_block_keeps_other_units_out(cast: Cast) -> None:
    closed(cast)

    with pytest.raises(ValidationError) as refused:
        opened(cast, cast.olle)
    assert refused.value.code == "block"
    assert not EmergencyAccess.objects.exists()


def test_a_block_says_nothing_to_ones_own_unit(cast: Cast) -> None:
    closed(cast)

    assert opened(cast, cast.kim).block is None
    assert access.find_relation(cast.tove, cast.treatment.pk).staff == cast.tove


def test_a_block_against_one_unit_leaves_others_alone(cast: Cast) -> None:
    gamma = CareUnit.objects.create(
        provider=cast.alfa.provider, name="Gamma", slug="gamma", hsa_id="SE2321000016-0103", phone="1"
    )
    closed(cast, gamma)
    assert opened(cast, cast.olle).block is None

    closed(cast, cast.beta)
    with pytest.raises(Http404):
        # What was open from there ended with the block.
        access.find_relation(cast.olle, cast.treatment.pk)


@pytest.mark.parametrize("how", Block.Lifted.values)
def test_consent_or_emergency_lifts_it_for_this_access_alone(how: str, cast: Cast) -> None:
    block = closed(cast)

    found = opened(cast, cast.olle, how)

    assert (found.block, found.block_lifted) == (block, how)
    row = Entry.objects.get(object_kind="block", actor=cast.olle.pk)
    assert (row.reason, row.patient) == (f"block lifted: {how}", cast.anna.pk)
    block.refresh_from_db()
    assert block.lifted_at is None


def test_the_patient_opens_it_again(cast: Cast) -> None:
    lift_block(closed(cast), by=acting(cast.anna), at=clock.now())

    assert opened(cast, cast.olle).block is None
    assert Entry.objects.filter(object_kind="block", reason="lifted: consent", actor=cast.anna.pk).exists()


@pytest.mark.parametrize("who", ["tove", "manager", "pia", "administrator"])
def test_nobody_else_sets_or_lifts_it(who: str, cast: Cast) -> None:
    block = closed(cast)

    with pytest.raises(ValidationError):
        set_block(cast.treatment, against=cast.beta, by=acting(getattr(cast, who)), at=clock.now())
    with pytest.raises(ValidationError):
        lift_block(block, by=acting(getattr(cast, who)), at=clock.now())


def test_her_own_unit_cannot_be_closed_out(cast: Cast) -> None:
    with pytest.raises(ValidationError):
        closed(cast, cast.alfa)


def test_setting_it_twice_is_one_block(cast: Cast) -> None:
    assert closed(cast).pk == closed(cast).pk
    assert Entry.objects.filter(object_kind="block", action="create").count() == 1


def test_she_closes_and_opens_on_her_page(cast: Cast, signed_in: SignIn) -> None:
    anna, url = signed_in(cast.anna), reverse("treatments:blocks", args=[cast.treatment.pk])
    assert cast.beta.name in anna.get(url).content.decode()

    assert anna.post(url, {"against": "all"}).status_code == 302
    block = Block.objects.in_force().get()
    assert block.against is None
    assert "Stängt nu" in anna.get(url).content.decode()

    anna.post(reverse("treatments:lift_block", args=[cast.treatment.pk, block.pk]))
    assert not Block.objects.in_force().exists()


def test_a_choice_that_is_none_closes_nothing(cast: Cast, signed_in: SignIn) -> None:
    url = reverse("treatments:blocks", args=[cast.treatment.pk])

    for against in ("", str(cast.alfa.pk), "hej"):
        assert signed_in(cast.anna).post(url, {"against": against}).status_code == 200
    assert not Block.objects.exists()


def test_anothers_block_is_missing(cast: Cast, signed_in: SignIn) -> None:
    block = closed(cast)
    url = reverse("treatments:lift_block", args=[cast.other_treatment.pk, block.pk])

    assert signed_in(cast.pia).post(url).status_code == 404
    block.refresh_from_db()
    assert block.lifted_at is None
