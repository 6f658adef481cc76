"""The page's mixed model: which waves it is of, that it is the same as the report's, and what the page says of it."""

from __future__ import annotations

import pytest

from ikbt.outcomes.keeping import table_for
from ikbt.outcomes.modelling import fitted, model_waves
from ikbt.outcomes.reading import Choice, stamp_of
from tests.cast import Cast
from tests.conftest import signed_in_client
from tests.ikbt.outcomes.ended_treatments import ended

pytestmark = pytest.mark.django_db


def test_weeks_are_no_part_of_it_and_waves_are_few() -> None:
    assert model_waves(("pre", "week 2", "mid", "week 7", "post", "follow-up 6")) == [0, 2, 4, 5]
    assert len(model_waves(("pre", "post", *(f"follow-up {month}" for month in range(1, 20))))) == 6


def test_who_missed_the_end_counts_and_the_interval_lies_around_the_improvement(cast: Cast) -> None:
    ended(cast, 60, cast.alfa)
    choice = Choice((cast.alfa.pk,))
    table = table_for(choice, stamp_of(choice), instrument="phq-9")
    assert table is not None

    found = fitted(table, "phq-9")

    assert found is not None
    assert found.converged
    assert found.random_effects == "intercept"
    start, end = found.waves
    assert (start.wave, start.n, end.wave) == ("pre", 60, "post")
    assert end.n < found.persons == 60
    assert end.ci95 is not None
    assert end.improvement is not None
    assert end.ci95[0] < end.improvement < end.ci95[1]
    assert end.improvement == pytest.approx(start.mean - end.mean)


def test_too_few_give_none(cast: Cast) -> None:
    ended(cast, 9, cast.alfa)
    choice = Choice((cast.alfa.pk,))
    table = table_for(choice, stamp_of(choice), instrument="phq-9")
    assert table is not None

    assert fitted(table, "phq-9") is None
    assert fitted(table, "isi") is None


def test_the_page_is_silent_where_there_is_none(cast: Cast) -> None:
    ended(cast, 9, cast.alfa)

    html = signed_in_client(cast.manager).get("/utfall/").content.decode()

    assert "outcomes-line" in html
    assert "Förbättring där svar saknas" not in html


def test_the_page_tells_the_model(cast: Cast) -> None:
    ended(cast, 60, cast.alfa)

    html = signed_in_client(cast.manager).get("/utfall/").content.decode()

    assert html.count("Förbättring där svar saknas") == 1
    assert "Anpassningen konvergerade inte" not in html
