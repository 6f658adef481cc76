"""A transfer to another unit: what it asks of that unit before she is theirs, and who is told."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from ikbt.accounts.roles import Role
from ikbt.common import clock
from ikbt.outbox.models import Notice
from ikbt.treatments.models import Absence, Alert, CareRelation, Transfer
from ikbt.treatments.transferring import accept_transfer, offer_transfer, withdraw_transfer
from programs.activating import activate
from programs.models import Activation, ProgramVersion
from tests.cast import Cast, give, person
from tests.ikbt.treatments.courses import acting, in_days, stored, tove
from tests.therapist import scenes


def offered(cast: Cast) -> Transfer:
    return offer_transfer(
        cast.treatment,
        to=cast.beta,
        summary="Flyttar till Beta.",
        consents=True,
        by=tove(cast),
        at=clock.now(),
    )


def refused_code(cast: Cast, offer: Transfer) -> str | None:
    with pytest.raises(ValidationError) as refused:
        accept_transfer(offer, therapist=cast.olle, by=acting(cast.olle), at=in_days(1))
    return refused.value.code


def stays_at_alfa(cast: Cast, offer: Transfer) -> bool:
    found = stored(cast.treatment)
    responsible = CareRelation.objects.unfinished(in_days(1)).get(treatment=found, kind="responsible")
    waits = Transfer.objects.waiting().filter(pk=offer.pk, treatment=found).exists()
    return (found.unit, found.therapist, responsible.staff, waits) == (cast.alfa, cast.tove, cast.tove, True)


def test_nobody_takes_her_over_where_nobody_covers(cast: Cast) -> None:
    offer = offered(cast)
    cast.beta.roles.filter(role=Role.UNIT_MANAGER).update(ends_at=clock.now())

    assert refused_code(cast, offer) == "covered"

    assert stays_at_alfa(cast, offer)


def test_a_unit_that_does_not_treat_by_her_version_can_not_take_her_over(cast: Cast) -> None:
    offer = offered(cast)
    Activation.objects.at_unit(cast.beta.pk).delete()

    assert refused_code(cast, offer) == "version"

    assert stays_at_alfa(cast, offer)


@pytest.mark.parametrize(
    ("major", "minor", "had_hers", "carried"),
    [
        (1, 1, False, True),
        (2, 0, False, False),
        (2, 0, True, True),
    ],
)
def test_a_unit_carries_what_differs_in_wording_or_what_it_has_treated_by(
    major: int, minor: int, had_hers: bool, carried: bool, cast: Cast
) -> None:
    if not had_hers:
        Activation.objects.at_unit(cast.beta.pk).delete()
    hers = cast.version
    later = ProgramVersion.objects.create(
        program=hers.program,
        major=major,
        minor=minor,
        outline=hers.outline,
        facts=hers.facts,
        content_hash="1" * 64,
        published_at=clock.now(),
    )
    activate(later, unit=cast.beta, by=None, at=clock.now())

    assert Activation.objects.carries(hers, cast.beta.pk) is carried


def test_the_receiving_unit_is_told_of_an_offer_and_that_it_was_taken_back(cast: Cast) -> None:
    offer = offered(cast)
    told = Notice.objects.filter(key__startswith="transfer-", person__first_name="Bo")
    assert list(told.values_list("kind", flat=True)) == [Notice.Kind.TO_ACT]

    withdraw_transfer(offer, by=tove(cast), at=clock.now())

    assert set(told.values_list("kind", flat=True)) == {Notice.Kind.TO_ACT, Notice.Kind.NEW_MESSAGE}
    assert not Notice.objects.filter(key__startswith="transfer-").exclude(person__first_name="Bo").exists()


def to_act(alert: Alert) -> list[str]:
    found = Notice.objects.filter(kind=Notice.Kind.TO_ACT, key__startswith=f"alert:{alert.pk}")
    return list(found.order_by("due_at", "pk").values_list("person__first_name", flat=True))


def test_a_red_alert_goes_with_her_and_the_new_therapist_is_told_to_act(cast: Cast) -> None:
    alert = scenes.high_alert(cast.treatment)
    assert to_act(alert) == ["Tove"]

    accept_transfer(offered(cast), therapist=cast.olle, by=acting(cast.olle), at=in_days(1))

    alert.refresh_from_db()
    assert (alert.owner, alert.taken_by, alert.stage) == (cast.olle, None, "therapist")
    assert to_act(alert) == ["Tove", "Olle"]


def test_what_comes_with_her_to_a_therapist_who_is_away_is_whoever_covers(cast: Cast) -> None:
    red = scenes.high_alert(cast.treatment)
    karin = give(person("Karin", "Beta"), Role.COORDINATOR, cast.beta)
    span = {"starts_at": clock.now(), "ends_at": in_days(9), "registered_at": clock.now()}
    Absence.objects.create(person=cast.olle, unit=cast.beta, registered_by=cast.olle, **span)

    accept_transfer(offered(cast), therapist=cast.olle, by=acting(cast.olle), at=in_days(1))

    red.refresh_from_db()
    assert red.owner == karin
    assert to_act(red)[-1] == "Karin"
    assert CareRelation.objects.on_duty(in_days(1)).filter(treatment=cast.treatment, staff=karin).exists()
