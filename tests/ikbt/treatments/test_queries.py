"""Budgets: module and step page cost at most 12 queries, however many treatments and entries there are."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ikbt.accounts.roles import Role
from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.treatments.models import ModuleProgress
from ikbt.treatments.saving import Place, hand_in_entry
from ikbt.treatments.starting import start_treatment
from tests.cast import DECIDED, Cast, give, person
from tests.ikbt.treatments.patient import url

MOST = 12
PAGES = {
    "module": ("module", "m01"),
    "text": ("step", "m01", "m01-s01"),
    "diary": ("step", "m01", "m01-s02"),
    "continued diary": ("step", "m02", "m02-s02"),
}


def spent(client: Client, address: str) -> int:
    """Queries of one page, everything counted."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def crowd(cast: Cast) -> None:
    """More patients, more entries, more done."""
    for number in range(5):
        start_treatment(
            give(person(f"Vera{number}", "Ny"), Role.PATIENT),
            version=cast.version,
            unit=cast.alfa,
            therapist=cast.tove,
            starts_on=clock.today(),
            decision=DECIDED,
            by=SYSTEM,
            at=clock.now(),
        )
    place = Place("m01", "m01-s02", "activity_diary", "0" * 64)
    for number in range(20):
        values: dict[str, object] = {"date": "2026-03-02", "activity": f"Rad {number}", "mood": 4}
        hand_in_entry(cast.treatment, place, values, client_key=uuid4(), by=SYSTEM, at=clock.now())
    ModuleProgress.objects.filter(treatment=cast.treatment).update(steps_done=["m01-s01", "m01-s02"])


@pytest.mark.benchmark
@pytest.mark.parametrize("page", PAGES)
def test_a_page_costs_at_most_twelve_queries_and_no_more_in_a_crowd(
    page: str, cast: Cast, anna_client: Client
) -> None:
    ModuleProgress.objects.create(
        treatment=cast.treatment, module_key="m02", position=2, opened_at=clock.now()
    )
    address = url(cast, *PAGES[page])

    # The first reader in a process pays for the frozen version and module as well; they are kept then.
    spent(anna_client, address)
    alone = spent(anna_client, address)
    crowd(cast)

    assert spent(anna_client, address) == alone <= MOST


@pytest.mark.benchmark
@pytest.mark.parametrize("name", ["treatment", "messages", "curve"])
def test_other_pages_cost_the_same_in_a_crowd(name: str, cast: Cast, anna_client: Client) -> None:
    spent(anna_client, url(cast, name))
    alone = spent(anna_client, url(cast, name))
    crowd(cast)

    assert spent(anna_client, url(cast, name)) == alone
