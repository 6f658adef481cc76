"""A service's table is what its ended treatments say: the same as a plain count, one treatment after another."""

from __future__ import annotations

import math
from collections import defaultdict
from datetime import date, timedelta
from statistics import mean, stdev

import pytest
from django.db import connection

from ikbt.common import clock
from ikbt.outcomes.reading import Choice, age_band, rows_of, table_of, wave_of
from measurements.outcomes.reporting import outcome_report
from tests.cast import Cast
from tests.ikbt.outcomes.ended_treatments import ended

pytestmark = pytest.mark.django_db


def test_waves_equal_a_plain_count(cast: Cast) -> None:
    summaries = ended(cast, 60, cast.alfa)
    table = table_of(rows_of(Choice((cast.alfa.pk,))))
    assert table is not None
    report = outcome_report(table, model=False, at_least=1)

    plain: dict[tuple[str, str], list[float]] = defaultdict(list)
    for summary in summaries:
        for slug, rows in summary.measures.items():
            for kind, number, *_days, total in rows:
                if total is not None:
                    plain[slug, f"week {number}" if kind == "weekly" else kind].append(total)
    for one in report.total.instruments:
        for wave in one.waves:
            of = plain[one.instrument, wave.wave]
            assert wave.n == len(of)
            assert wave.mean == pytest.approx(mean(of))
            assert wave.sd == pytest.approx(stdev(of))
    assert {len(one.waves) for one in report.total.instruments} == {5}


def test_rates_equal_a_plain_count(cast: Cast) -> None:
    """Remission among completers: those with a post score who handed in three quarters of the modules."""
    summaries = ended(cast, 80, cast.alfa)
    table = table_of(rows_of(Choice((cast.alfa.pk,))), instruments=["phq-9"])
    assert table is not None
    found = outcome_report(table, model=False, at_least=1).total.instruments[0].rates

    ends = [
        (rows[0][6], rows[-1][6])
        for summary in summaries
        if summary.modules_done >= 7.5 and (rows := summary.measures["phq-9"])[-1][6] is not None
    ]
    assert found["remission"]["completers"].n == len(ends)
    assert found["remission"]["completers"].count == sum(end < 10 for _start, end in ends)
    assert found["reliable_improvement"]["completers"].count == sum(start - end >= 6 for start, end in ends)
    assert found["response"]["completers"].count == sum(end <= start / 2 for start, end in ends)


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="counts in PostgreSQL's own SQL")
def test_the_mean_equals_the_databases_own(cast: Cast) -> None:
    ended(cast, 40, cast.alfa)
    table = table_of(rows_of(Choice((cast.alfa.pk,))))
    assert table is not None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), avg((one->>6)::numeric) FROM treatments_outcomesummary s"
            " JOIN treatments_treatment t ON t.id = s.treatment_id,"
            " jsonb_array_elements(s.measures->'phq-9') one"
            " WHERE one->>0 = 'post' AND one->>6 IS NOT NULL AND t.ended_at IS NOT NULL"
        )
        n, average = cursor.fetchone()
    wave = next(
        wave
        for one in outcome_report(table, model=False, at_least=1).total.instruments
        if one.instrument == "phq-9"
        for wave in one.waves
        if wave.wave == "post"
    )
    assert wave.n == n
    assert wave.mean == pytest.approx(float(average))


def test_only_ended_treatments_of_the_chosen_units_count(cast: Cast) -> None:
    ended(cast, 3, cast.alfa)
    ended(cast, 4, cast.beta)

    assert len(rows_of(Choice((cast.alfa.pk,)))) == 3
    assert len(rows_of(Choice((cast.alfa.pk, cast.beta.pk)))) == 7
    assert rows_of(Choice(())) == []


def test_a_choice_of_years_and_program_narrows(cast: Cast) -> None:
    ended(cast, 10, cast.alfa)
    day = clock.today() - timedelta(days=495)

    assert len(rows_of(Choice((cast.alfa.pk,), since=day))) == 5
    assert len(rows_of(Choice((cast.alfa.pk,), until=day))) == 6
    assert rows_of(Choice((cast.alfa.pk,), program="another")) == []


def test_a_screening_stands_for_pre_only_where_that_is_missing(cast: Cast) -> None:
    (both, alone) = ended(cast, 2, cast.alfa)
    screened = ["screening", 0, -10, -5, 4, -9, 20.0]
    both.measures = {"phq-9": [screened, ["pre", 0, 0, 3, 14, 1, 15.0]]}
    alone.measures = {"phq-9": [screened, ["pre", 0, 0, 3, 14, None, None], ["extra", 1, 5, 6, 7, 5, 3.0]]}
    for one in (both, alone):
        one.save()

    table = table_of(rows_of(Choice((cast.alfa.pk,))))

    assert table is not None
    assert table.waves == ("pre",)
    assert table.scores["phq-9"].ravel().tolist() == [15.0, 20.0]


def test_waves_stand_in_the_order_of_a_course(cast: Cast) -> None:
    (one,) = ended(cast, 1, cast.alfa)
    late = [["pre", 0, 0, 3, 14, 90, 9.0], ["follow_up", 3, 160, 170, 190, 165, 4.0], ["post", 10, 70, 75, 98, 72, 5.0],
            ["weekly", 3, 14, 16, 21, 15, 7.0], ["mid", 5, 35, 38, 49, 36, 6.0]]  # fmt: skip
    one.measures = {"phq-9": late}
    one.save()

    table = table_of(rows_of(Choice((cast.alfa.pk,))))

    assert table is not None
    assert table.waves == ("pre", "week 3", "mid", "post", "follow-up 3")


def test_nobody_with_a_score_gives_no_table(cast: Cast) -> None:
    assert table_of([]) is None


def test_an_unanswered_wave_is_missing_and_not_zero(cast: Cast) -> None:
    (one, other) = ended(cast, 2, cast.alfa)
    one.measures = {"phq-9": [["pre", 0, 0, 3, 14, 0, 0.0], ["post", 10, 70, 75, 98, None, None]]}
    other.measures = {"phq-9": [["pre", 0, 0, 3, 14, 0, 9.0], ["post", 10, 70, 75, 98, 72, 3.0]]}
    one.save()
    other.save()

    table = table_of(rows_of(Choice((cast.alfa.pk,))))

    assert table is not None
    assert [math.isnan(score) for score in table.scores["phq-9"][:, 1]] == [True, False]


@pytest.mark.parametrize(
    ("born", "band"),
    [
        (None, ""),
        (date(2010, 1, 1), "-17"),
        (date(2006, 11, 1), "18-24"),
        (date(2000, 6, 1), "25-34"),
        (date(1961, 5, 1), "55-64"),
        (date(1950, 1, 1), "65-"),
    ],
)
def test_age_bands_at_the_start(born: date | None, band: str) -> None:
    assert age_band(born, date(2025, 10, 31)) == band


def test_extra_occasions_are_no_wave() -> None:
    assert wave_of("extra", 1) == ""
    assert wave_of("weekly", 7) == "week 7"


def test_one_instruments_answers_are_the_same_read_alone(cast: Cast) -> None:
    ended(cast, 12, cast.alfa)
    choice = Choice((cast.alfa.pk,))

    alone = rows_of(choice, instrument="phq-9")

    assert [row.answers["phq-9"] for row in alone] == [row.answers["phq-9"] for row in rows_of(choice)]
    assert all(set(row.answers) == {"phq-9"} for row in alone)
    assert all(row.answers == {} for row in rows_of(choice, instrument="isi"))
