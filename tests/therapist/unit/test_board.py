"""The unit's board: numbers in groups, nothing of few, and no therapist beside another."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.common.clock import local_date
from ikbt.common.working_time import is_working_day
from ikbt.treatments.alerting import take_alert
from ikbt.treatments.models import Alert, Message, ModuleProgress, Treatment
from tests.cast import Cast
from tests.therapist import scenes
from tests.therapist.unit.scene import confirmed, coordinator
from therapist.unit.board import Figure, counted, read_board, share

BOARD = "/enhet/tavla/"
HOUR, WEEK = timedelta(hours=1), timedelta(weeks=1)


@pytest.fixture
def client(cast: Cast) -> Client:
    return confirmed(cast.manager)


def many(cast: Cast, number: int) -> list[Treatment]:
    return [
        scenes.started(f"Vera{n}", unit=cast.alfa, therapist=cast.kim, version=cast.version)
        for n in range(number)
    ]


def figures(cast: Cast, weeks: int = 4) -> dict[str, Figure]:
    board = read_board(cast.alfa, weeks=weeks, at=clock.now())
    return {one.name: one for one in (*board.now, *board.period)}


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [(0, 4, None), (0, 10, "0 %"), (3, 10, "få"), (8, 10, "nästan alla"), (10, 10, "100 %"), (5, 10, "50 %")],
)
def test_a_share_tells_nothing_of_few(part: int, whole: int, said: str | None) -> None:
    assert share(part, whole) == said


def test_a_period_tells_nothing_of_few_when_a_shorter_one_is_taken_from_it() -> None:
    at = clock.now()
    lately, before = [at - WEEK] * 8, [at - 8 * WEEK] * 3

    assert counted(lately, since=at - 4 * WEEK, at=at) == 8
    assert counted([*lately, *before], since=at - 12 * WEEK, at=at) is None
    assert counted([*lately, *before, *before], since=at - 12 * WEEK, at=at) == 14


def ten_on_a_working_day() -> datetime:
    """The last one before today, when the unit was open."""
    day = clock.today() - timedelta(days=1)
    while not is_working_day(day):
        day -= timedelta(days=1)
    return clock.midnight(day) + timedelta(hours=10)


def test_alerts_wait_no_longer_than_the_unit_is_open(cast: Cast) -> None:
    """Raised an hour before closing and taken half an hour after opening: an hour and a half, whatever lies between."""
    for one in many(cast, 5):
        scenes.high_alert(one)
    ten = ten_on_a_working_day()
    evening, before = ten + timedelta(hours=5.5), ten
    while local_date(before) == local_date(ten) or not is_working_day(local_date(before)):
        before -= timedelta(days=1)
    raised = before + (evening - ten)
    Alert.objects.update(raised_at=raised, taken_at=ten - timedelta(hours=1.5), due_at=ten)

    found = figures(cast)

    assert found["Larm om hög risk: mediantid i öppettid tills någon tagit dem"].value == "90 minuter"


def test_few_are_not_told_and_enough_are(cast: Cast) -> None:
    assert figures(cast)["I behandling"].value is None
    many(cast, 5)

    found = figures(cast)

    assert found["I behandling"].value == "6"
    assert found["Påbörjade behandlingar"].value == "6"
    assert found["Väntar på start"].value == "0"


def test_answer_times_and_alerts_are_told_of_the_whole_unit(cast: Cast) -> None:
    now = clock.now()
    for one in many(cast, 6):
        scenes.write(one, "Hej", at=now - 10 * HOUR)
        scenes.hand_in(one)
        take_alert(scenes.high_alert(one, at=now), staff=cast.kim, by=SYSTEM, at=now)
    Message.objects.update(answered_at=now - 4 * HOUR)
    ModuleProgress.objects.exclude(submitted_at=None).update(submitted_at=now - 9 * HOUR, feedback_at=now)
    ten = ten_on_a_working_day()
    Alert.objects.update(raised_at=ten, taken_at=ten + timedelta(minutes=15), due_at=ten + 2 * HOUR)

    found = figures(cast)

    assert found["Meddelanden: mediantid till svar"].value == "6 timmar"
    assert found["Meddelanden: besvarade inom 48 timmar på arbetsdagar"].value == "100 %"
    assert found["Inlämnade moduler: mediantid till svar"].value == "9 timmar"
    assert found["Larm om hög risk: mediantid i öppettid tills någon tagit dem"].value == "15 minuter"
    assert found["Larm om hög risk: tagna i tid"].value == "100 %"


def test_a_late_alert_that_nobody_takes_counts_as_late(cast: Cast) -> None:
    for one in many(cast, 5):
        scenes.high_alert(one)
    Alert.objects.update(raised_at=clock.now() - HOUR, due_at=clock.now() - HOUR / 2)

    assert figures(cast)["Larm om hög risk: tagna i tid"].value == "0 %"


def test_bars_are_whole_weeks_and_a_week_of_few_has_none(cast: Cast) -> None:
    for one in many(cast, 6):
        scenes.hand_in(one)
    ModuleProgress.objects.exclude(submitted_at=None).update(submitted_at=clock.now() - WEEK)
    scenes.hand_in(cast.treatment)
    ModuleProgress.objects.filter(treatment=cast.treatment).exclude(submitted_at=None).update(
        submitted_at=clock.now() - 2 * WEEK
    )

    bars = read_board(cast.alfa, weeks=4, at=clock.now()).bars

    assert [bar.number for bar in bars] == [0, 0, None, 6]
    assert [bar.height for bar in bars] == [0, 0, 0, 120]


def test_no_name_stands_on_the_page_or_in_the_file(client: Client, cast: Cast) -> None:
    many(cast, 6)

    pages = client.get(BOARD).content.decode() + client.get(f"{BOARD}fil/").content.decode("utf-8-sig")

    assert "I behandling,7" in pages
    assert not any(name in pages for name in ("Tove", "Kim Ek", "Anna", "Vera"))
    assert Entry.objects.filter(action="export", object_kind="unit board").count() == 1


def test_the_period_is_chosen_and_nonsense_is_the_usual_one(client: Client) -> None:
    assert 'value="52" selected' in client.get(BOARD, {"veckor": "52"}).content.decode()
    assert 'value="12" selected' in client.get(BOARD, {"veckor": "3"}).content.decode()


def test_another_units_board_is_missing(client: Client, cast: Cast) -> None:
    assert client.get(BOARD, {"enhet": str(cast.beta.pk)}).status_code == 404
    assert client.get(BOARD, {"enhet": "x"}).status_code == 404


def test_the_coordinator_sees_it_and_a_therapist_does_not(cast: Cast) -> None:
    assert confirmed(coordinator(cast.alfa)).get(BOARD).status_code == 200
    assert confirmed(cast.tove).get(BOARD).status_code == 404


def test_it_costs_the_same_for_few_as_for_many(client: Client, cast: Cast) -> None:
    def spent() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(BOARD).status_code == 200
        return len(scenes.statements(captured))

    few = spent()
    many(cast, 6)

    assert spent() == few <= 18
