"""An alert raised in one process shows on a desk that another serves, over Redis; without Redis nothing is lost."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest
from django.conf import LazySettings
from playwright.sync_api import Locator, Page, expect

from ikbt.treatments.models import Alert, Message, Treatment
from tests.cast import Cast
from tests.journeys.conftest import DESK, Open
from tests.journeys.other_process import OwnRedis, another_process
from tests.journeys.stage import offstage
from tests.therapist import scenes

pytestmark = pytest.mark.journey
SECONDS = 2.0
PATIENTS = ("Första", "Andra", "Tredje")
# The page tries again after 1, 2, 4 … seconds.
BACK_MS = 60_000


@pytest.fixture
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnRedis]:
    """A Redis of this test's own. Its folder has a short name: a socket's path may not be long."""
    own = OwnRedis(tmp_path_factory.mktemp("r"))
    own.start()
    yield own
    own.stop()


@pytest.fixture
def elsewhere(played: Cast, redis: OwnRedis, settings: LazySettings, tmp_path: Path) -> Iterator[str]:
    """The address of another process; this one sends its hints over the same Redis."""
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.core.RedisChannelLayer",
            "CONFIG": {"hosts": [{"address": redis.url, "socket_timeout": None}], "prefix": "ikbt-main"},
        }
    }
    with another_process(redis=redis, state=tmp_path) as address:
        yield address


def caseload(cast: Cast) -> list[Treatment]:
    return [
        scenes.started(name, unit=cast.alfa, therapist=cast.tove, version=cast.version) for name in PATIENTS
    ]


def listening(opened: Open, cast: Cast, address: str) -> Page:
    """Tove's desk, served by the other process, with its socket open."""
    page = opened(cast.tove, viewport=DESK)
    with page.expect_websocket(lambda socket: socket.url.startswith(address.replace("http", "ws", 1))):
        page.goto(f"{address}/arbetslista/")
    expect(page.locator("tr.desk-row")).to_have_count(1 + len(PATIENTS))
    return page


def row(page: Page, name: str) -> Locator:
    """A patient's row once it stands red."""
    return page.locator("tr.desk-row[data-high]", has_text=name)


def test_an_alert_of_one_process_shows_on_a_desk_of_another_within_two_seconds(
    opened: Open, played: Cast, elsewhere: str
) -> None:
    treatments = offstage(caseload, played)
    page = listening(opened, played, elsewhere)
    took = []
    for treatment in treatments:
        offstage(scenes.high_alert, treatment)
        raised = time.monotonic()
        expect(row(page, treatment.patient.first_name)).to_be_visible()
        took.append(time.monotonic() - raised)

    print(f"\nraised to shown: {', '.join(f'{one:.2f} s' for one in took)}")
    assert median(took) < SECONDS


def test_without_redis_it_shows_after_reload_and_the_page_hears_again_once_it_is_back(
    opened: Open, played: Cast, elsewhere: str, redis: OwnRedis
) -> None:
    first, second, third = offstage(caseload, played)
    page = listening(opened, played, elsewhere)
    redis.stop()

    offstage(scenes.high_alert, first)
    offstage(scenes.write, second, "Hinner du ringa i morgon?")
    page.reload()

    expect(row(page, "Första")).to_be_visible()
    expect(page.locator("tr.desk-row", has_text="Andra")).to_contain_text("Obesvarat meddelande")
    assert Alert.objects.filter(treatment=first, closed_at=None).count() == 1
    assert Message.objects.filter(treatment=second, answered_at=None).count() == 1

    redis.start()
    offstage(scenes.high_alert, third)
    # Whether the hint reached it or it came too early: a page that hears again looks for what it has missed.
    expect(row(page, "Tredje")).to_be_visible(timeout=BACK_MS)
