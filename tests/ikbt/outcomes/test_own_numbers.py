"""A unit's own signed numbers count where the unit alone is chosen, and the page says so."""

from __future__ import annotations

import pytest

from ikbt.accounts.models import CareUnit
from ikbt.accounts.roles import Role
from ikbt.common import clock
from ikbt.outcomes.own_numbers import numbers_for
from ikbt.outcomes.page import read_page
from ikbt.treatments.models import OutcomeSummary
from measurements.signing_numbers import sign_numbers
from tests.cast import Cast, give
from tests.conftest import signed_in_client
from tests.ikbt.outcomes.ended_treatments import ended

pytestmark = pytest.mark.django_db


def signed(cast: Cast, **numbers: float) -> None:
    sign_numbers("phq-9", numbers, unit=cast.alfa, reason="Lokal studie", by=cast.publisher, at=clock.now())


def improved(units: tuple[CareUnit, ...]) -> float | None:
    page = read_page(units, {}, today=clock.today())
    assert page.figures is not None
    return page.figures.rates["reliable_improvement"]["completers"].p


def test_a_unit_alone_is_counted_by_its_own_reliable_change(cast: Cast) -> None:
    ended(cast, 60, cast.alfa)
    before = improved((cast.alfa,))
    signed(cast, reliable_change=12)

    after = improved((cast.alfa,))

    pairs = [
        (rows[0][6], rows[-1][6])
        for one in OutcomeSummary.objects.of_units([cast.alfa.pk])
        if one.modules_done >= 7.5 and (rows := one.measures["phq-9"])[-1][6] is not None
    ]
    assert after == pytest.approx(sum(start - end >= 12 for start, end in pairs) / len(pairs))
    assert before == pytest.approx(sum(start - end >= 6 for start, end in pairs) / len(pairs))
    assert after != before


def test_several_units_are_counted_by_the_published_numbers_and_told_whose_own_there_are(cast: Cast) -> None:
    ended(cast, 30, cast.alfa)
    ended(cast, 30, cast.beta)
    before = improved((cast.alfa, cast.beta))
    signed(cast, reliable_change=12)

    assert improved((cast.alfa, cast.beta)) == before
    found = numbers_for([cast.alfa, cast.beta], "phq-9", on=clock.today())
    assert (found.own, found.elsewhere) == (None, (cast.alfa.name,))


def test_back_to_the_published_ones_is_back(cast: Cast) -> None:
    signed(cast, reliable_change=12)
    signed(cast)

    assert numbers_for([cast.alfa], "phq-9", on=clock.today()).own is None


def test_page_and_file_say_by_whose_numbers(cast: Cast) -> None:
    ended(cast, 30, cast.alfa)
    signed(cast, cut_off=12)
    client = signed_in_client(cast.manager)

    html = client.get("/utfall/").content.decode()
    text = client.get("/utfall/csv/").content.decode("utf-8-sig")

    assert "enhetens egna tal" in html
    assert "Petra Utgivare" in html
    assert "Counted by Vårdcentralen Alfa's own numbers" in text.splitlines()[1]


def test_a_manager_of_two_sees_whose_numbers_are_not_used(cast: Cast) -> None:
    ended(cast, 30, cast.alfa)
    ended(cast, 30, cast.beta)
    give(cast.manager, Role.UNIT_MANAGER, cast.beta)
    signed(cast, cut_off=12)
    client = signed_in_client(cast.manager)

    assert "Välj enheten ensam" in client.get("/utfall/").content.decode()
    assert "enhetens egna tal" in client.get(f"/utfall/?enhet={cast.alfa.pk}").content.decode()
