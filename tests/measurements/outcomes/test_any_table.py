"""Whatever a valid table holds, its report is made, is plain JSON, and shows nothing of few."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from measurements.outcomes.report_sheet import report_sheet
from measurements.outcomes.reporting import outcome_report, read_rows
from measurements.outcomes.telling import told

WAVES = {"pre": 0, "week-4": 28, "post": 70, "follow-up-6": 250}
HIGHEST = {"phq-9": 27, "gad-7": 21, "bbq": 96}


@st.composite
def tables(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Some persons of up to four units with one to three instruments; any score at any wave, or none, or no row."""
    instruments = draw(st.sets(st.sampled_from(sorted(HIGHEST)), min_size=1))
    rows = []
    for who in range(draw(st.integers(1, 30))):
        unit = draw(st.sampled_from("abcd"))
        for key in sorted(instruments):
            for wave, days in WAVES.items():
                score = draw(st.one_of(st.integers(0, HIGHEST[key]), st.none(), st.just("no row")))
                if score != "no row":
                    rows.append(
                        {
                            "person": who,
                            "group": unit,
                            "instrument": key,
                            "wave": wave,
                            "days": days,
                            "score": score,
                        }
                    )
    rows += [
        {"person": "last", "group": "a", "instrument": "phq-9", "wave": wave, "days": WAVES[wave], "score": 9}
        for wave in ("pre", "post")
    ]
    return rows


def numbers(value: Any, at: str = "") -> list[tuple[str, int]]:
    """Every n in a report, with where it stands."""
    if isinstance(value, dict):
        own = [(at, value["n"])] if isinstance(value.get("n"), int) else []
        return own + [found for key, one in value.items() for found in numbers(one, f"{at}.{key}")]
    return [found for one in value for found in numbers(one, at)] if isinstance(value, list | tuple) else []


@settings(max_examples=60, deadline=None)
@given(tables(), st.integers(1, 8))
def test_any_table_is_reported_and_nothing_of_few_is_shown(rows: list[dict[str, Any]], at_least: int) -> None:
    report = outcome_report(read_rows(rows), by="group", at_least=at_least)
    plain = json.loads(json.dumps(report.as_dict(), allow_nan=False))

    assert [found for found in numbers(plain) if 0 < found[1] < at_least] == []
    assert told(report)
    assert list(report_sheet(report).rows)


@settings(max_examples=30, deadline=None)
@given(tables())
def test_the_total_is_the_same_whatever_it_is_grouped_by(rows: list[dict[str, Any]]) -> None:
    table = read_rows(rows)

    assert outcome_report(table, at_least=1).total == outcome_report(table, by="group", at_least=1).total


@settings(max_examples=30, deadline=None)
@given(tables(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows: list[dict[str, Any]], random: Any) -> None:
    shuffled = random.sample(rows, len(rows))
    one = outcome_report(read_rows(rows), by="group", at_least=1, model=False)
    other = outcome_report(read_rows(shuffled), by="group", at_least=1, model=False)

    assert [group.name for group in one.groups] == [group.name for group in other.groups]
    for first, second in zip((one.total, *one.groups), (other.total, *other.groups), strict=True):
        assert first.pair == second.pair
        assert [each.rates for each in first.instruments] == [each.rates for each in second.instruments]
