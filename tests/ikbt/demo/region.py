"""One small seeded region for a whole test module: the shipped program, 24 treatments, rolled back at the
end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.db import transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from ikbt.common import clock
from ikbt.demo.seeding import seed_region

# Enough for two of every desk's stages and several of the first desk's set pieces.
TREATMENTS = 24


# A Monday just after midnight, the night after the clocks were moved: nobody has been at work for two days.
AWKWARD = datetime(2026, 3, 30, 0, 20, tzinfo=clock.STOCKHOLM)


@pytest.fixture(scope="module", params=[None, AWKWARD], ids=["now", "night"])
def region(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[datetime]:
    """The moment that the region was seeded for."""
    now: datetime = request.param or clock.now()
    with django_db_blocker.unblock(), override_settings(DEMO_PROFILE=True), transaction.atomic():
        seed_region(TREATMENTS, told=lambda done, all_: None, now=now)
        yield now
        transaction.set_rollback(True)
