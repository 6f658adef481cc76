"""The curve's marks: the corridor of no reliable change, the expected course and its n, modules handed in, alerts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from ikbt.common import clock
from ikbt.common.graph import ExpectedPoint, GraphPoint, ScoreGraph, draw
from ikbt.treatments.models import EarlyWarningModel
from measurements.registry import instrument
from tests.cast import Cast
from tests.conftest import signed_in_client
from tests.therapist import scenes
from therapist.expected import expected_points

START = date(2026, 1, 5)
PHQ = instrument("phq-9")
WEEKS = {"moderate": [[0, 80, 12.0, 14.0], [1, 64, 11.0, 13.0], [2, 41, 9.0, 12.5]]}


def graph(**more: object) -> ScoreGraph:
    points = [GraphPoint(START, 14, "Start"), GraphPoint(START + timedelta(days=14), 9, "v. 3")]
    return ScoreGraph("PHQ-9", points, minimum=0, maximum=27, baseline=14, reliable_change=6, **more)  # type: ignore[arg-type]


def test_the_corridor_reaches_the_reliable_change_both_ways() -> None:
    drawn = draw(graph(shows_corridor=True), narrow=False)

    assert drawn.corridor == (drawn.frame.y(20), drawn.frame.y(8) - drawn.frame.y(20))
    assert draw(graph(), narrow=False).corridor is None


def test_a_corridor_ends_at_the_end_of_the_scale() -> None:
    high = ScoreGraph("PHQ-9", [], minimum=0, maximum=27, baseline=25, reliable_change=6, shows_corridor=True)
    drawn = draw(high, narrow=False)

    assert drawn.corridor is not None
    assert drawn.corridor[0] == drawn.frame.top


def test_the_expected_course_is_a_line_and_a_field() -> None:
    expected = [ExpectedPoint(START, 12, 14), ExpectedPoint(START + timedelta(days=7), 11, 13)]
    drawn = draw(graph(expected=expected, expected_from=64), narrow=True)

    assert len(drawn.expected_middle.split()) == 2
    assert len(drawn.expected_area.split()) == 4
    assert drawn.expected_area.split()[-1] == drawn.expected_middle.split()[0]


def test_it_is_of_those_who_began_alike_and_says_the_least_n() -> None:
    points, least = expected_points(WEEKS, PHQ, 12, starts_on=START, until=START + timedelta(days=10))

    assert [(one.date, one.middle, one.upper) for one in points] == [
        (START, 12.0, 14.0),
        (START + timedelta(days=7), 11.0, 13.0),
    ]
    assert least == 64


@pytest.mark.parametrize(("baseline", "days"), [(None, 30), (22, 30), (12, 3)])
def test_without_others_who_began_alike_nothing_is_expected(baseline: float | None, days: int) -> None:
    assert expected_points(WEEKS, PHQ, baseline, starts_on=START, until=START + timedelta(days=days)) == (
        [],
        0,
    )


@pytest.mark.django_db
def test_the_patient_page_shows_them_and_the_patient_is_not_compared(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = clock.now() + timedelta(days=20)
    scenes.answer(cast.treatment, [2, 2, 2, 1, 1, 1, 1, 1, 0])
    scenes.answer(cast.treatment, [1, 2, 2, 1, 1, 1, 1, 1, 0], kind="weekly", number=2)
    scenes.hand_in(cast.treatment)
    EarlyWarningModel.objects.create(
        instrument="phq-9",
        week=4,
        expected=WEEKS,
        learnt_from=0,
        held_back=0,
        without_end=0,
        made_at=clock.now(),
    )

    monkeypatch.setattr(clock, "now", lambda: later)
    page = signed_in_client(cast.tove).get(reverse("therapist:patient", args=[cast.treatment.pk]))
    own = signed_in_client(cast.anna).get(reverse("treatments:curve", args=[cast.treatment.pk]))

    html = page.content.decode()
    assert "app-graph__corridor" in html
    assert "app-graph__expected" in html
    assert "från 41 behandlingar" in html or "från 64 behandlingar" in html
    assert "app-graph__expected" not in own.content.decode()
