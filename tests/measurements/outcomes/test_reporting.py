"""A report's figures are the ones worked out by hand, side by side for all, completers and the worst case."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from measurements.effect_sizes import hedges_g_within
from measurements.outcomes.figures import Report, Share
from measurements.outcomes.refusals import ChoiceError
from measurements.outcomes.reporting import outcome_report, read_rows

ROOT = Path(__file__).resolve().parents[3]
DAYS = {"pre": 0, "week-3": 21, "post": 70, "follow-up-6": 250}
# PHQ-9 of eight persons: pre, week 3, post, six months after.
PHQ9: dict[str, tuple[int | None, ...]] = {
    "a": (20, 14, 8, 7),  # response, recovery, reliable improvement
    "b": (16, 12, 10, None),  # reliable improvement, still a case
    "c": (12, 11, 9, 9),  # recovery by three points, not reliable
    "d": (10, 16, None, None),  # reliably worse at week 3, then gone
    "e": (18, 8, None, 6),  # recovered at week 3, then gone until the follow-up
    "f": (8, 8, 2, 3),  # no case at start; response, reliable improvement
    "g": (15, None, None, None),  # one score only
    "h": (None, 9, 5, None),  # no baseline
}


def rows(
    scores: Mapping[str, tuple[int | None, ...]], instrument: str = "phq-9", **own: Any
) -> list[dict[str, Any]]:
    """Long rows of persons' scores at pre, week 3, post and follow-up."""
    return [
        {
            "person": who,
            "group": "n",
            "instrument": instrument,
            "wave": wave,
            "days": DAYS[wave],
            "score": score,
            **own,
        }
        for who, given in scores.items()
        for wave, score in zip(DAYS, given, strict=True)
    ]


def counted(share: Share) -> tuple[int | None, int | None]:
    return share.count, share.n


def report(given: list[dict[str, Any]], **asked: Any) -> Report:
    return outcome_report(read_rows(given), **{"at_least": 1, **asked})


def test_rates_are_those_counted_by_hand() -> None:
    rates = report(rows(PHQ9)).total.instruments[0].rates
    found = {rate: {name: counted(share) for name, share in sides.items()} for rate, sides in rates.items()}

    # With a baseline: a to g. With the end too: a, b, c, f. Cases at start: a, b, c, d, e, g.
    # The last recorded of d is 16, of e 8, of g her baseline.
    assert found == {
        "response": {"all": (3, 7), "completers": (2, 4), "worst_case": (2, 7)},
        "remission": {"all": (4, 7), "completers": (3, 4), "worst_case": (3, 7)},
        "recovery": {"all": (3, 6), "completers": (2, 3), "worst_case": (2, 6)},
        "reliable_recovery": {"all": (2, 6), "completers": (1, 3), "worst_case": (1, 6)},
        "reliable_improvement": {"all": (4, 7), "completers": (3, 4), "worst_case": (3, 7)},
        "reliable_deterioration": {"all": (1, 7), "completers": (0, 4)},
    }


def test_each_wave_says_how_many_answered() -> None:
    waves = report(rows(PHQ9)).total.instruments[0].waves
    pre = [20, 16, 12, 10, 18, 8, 15]

    assert [(wave.wave, wave.days, wave.n) for wave in waves] == [
        ("pre", 0, 7),
        ("week-3", 21, 7),
        ("post", 70, 5),
        ("follow-up-6", 250, 4),
    ]
    assert [wave.share for wave in waves] == [pytest.approx(n / 7) for n in (7, 6, 4, 4)]
    assert waves[0].mean == pytest.approx(sum(pre) / 7)
    assert waves[0].sd == pytest.approx(sqrt(sum((one - sum(pre) / 7) ** 2 for one in pre) / 6))
    assert waves[2].mean == pytest.approx((8 + 10 + 9 + 2 + 5) / 5)


def test_the_effect_is_of_those_with_both_scores_and_as_published() -> None:
    effect = report(rows(PHQ9)).total.instruments[0].waves[2].effect
    expected = hedges_g_within([20, 16, 12, 8], [8, 10, 9, 2])

    assert effect is not None
    assert effect.n == 4
    assert [effect.g, effect.se, effect.r] == pytest.approx([expected.g, expected.se, expected.r])
    assert effect.ci95 == pytest.approx(expected.ci95)


def test_where_higher_is_better_a_gain_is_a_positive_effect() -> None:
    quality = {
        who: (score, None, later, None) for who, score, later in (("a", 40, 60), ("b", 30, 44), ("c", 50, 55))
    }
    effect = report(rows(quality, "bbq")).total.instruments[0].waves[-1].effect

    assert effect is not None
    assert effect.g > 0


def test_completers_have_completed_where_the_table_says_who_did() -> None:
    given = rows({"a": PHQ9["a"]}, completed="yes") + rows({"b": PHQ9["b"]}, completed="no")
    found = report(given + rows({"c": PHQ9["c"]}, completed="")).total

    assert counted(found.instruments[0].rates["recovery"]["completers"]) == (1, 1)
    assert counted(found.instruments[0].rates["recovery"]["worst_case"]) == (2, 3)
    assert found.completed is not None
    assert counted(found.completed) == (1, 2)


def test_time_to_start_is_told_by_median_and_quartiles() -> None:
    given = [
        row
        for who, days in (("a", 4), ("b", 10), ("c", 30))
        for row in rows({who: PHQ9["a"]}, days_to_start=days)
    ]
    found = report(given).total.days_to_start

    assert found is not None
    assert (found.n, found.median, found.quartiles) == (3, 10, (7, 20))


GAD7 = {"a": (15, 9, 6, None), "b": (12, 12, 16, None), "c": (7, 7, 7, None), "d": (14, 9, None, None)}


def test_the_pair_follows_first_and_last_recorded_scores() -> None:
    pair = report(rows(PHQ9) + rows(GAD7, "gad-7")).total.pair

    # a recovers reliably. b: PHQ-9 falls by 6, GAD-7 rises by 4: opposite, so nothing. c recovers by 3 points.
    # d, last recorded: PHQ-9 rises by 6, GAD-7 falls by 5: opposite, and still a case.
    assert pair is not None
    assert (pair.anxiety_measure, pair.started, pair.cases_at_start) == ("gad-7", 4, 4)
    found = {
        rate: {name: counted(share) for name, share in sides.items()} for rate, sides in pair.rates.items()
    }
    assert found == {
        "recovery": {"all": (2, 4), "completers": (2, 3), "worst_case": (2, 4)},
        "reliable_improvement": {"all": (1, 4), "completers": (1, 3), "worst_case": (1, 4)},
        "reliable_recovery": {"all": (1, 4), "completers": (1, 3), "worst_case": (1, 4)},
        "reliable_deterioration": {"all": (0, 4), "completers": (0, 3)},
    }


def test_the_measure_of_the_problem_goes_before_gad_7() -> None:
    trauma = {"a": (50, None, 45, None), "b": (60, None, None, None)}
    pair = report(rows(PHQ9) + rows(GAD7, "gad-7") + rows(trauma, "pcl-5")).total.pair

    # a is still a case on PCL-5 (45 of 32); b has it once only, so her GAD-7 stands.
    assert pair is not None
    assert pair.anxiety_measure == "pcl-5, else gad-7"
    assert counted(pair.rates["recovery"]["all"]) == (1, 4)


def test_one_score_is_no_pair_but_counts_in_the_worst_case() -> None:
    phq9 = {"a": (20, None, 8, None), "b": (20, None, None, None)}
    gad7 = {"a": (15, None, 5, None), "b": (15, None, None, None)}
    pair = report(rows(phq9) + rows(gad7, "gad-7")).total.pair

    assert pair is not None
    assert {name: counted(share) for name, share in pair.rates["recovery"].items()} == {
        "all": (1, 1),
        "completers": (1, 1),
        "worst_case": (1, 2),
    }


def many(n: int = 60) -> list[dict[str, Any]]:
    """Invented persons of two sexes with gaps."""
    rng = np.random.default_rng(3)
    level = rng.normal(15, 3, n)
    scores = {
        f"p{who}": tuple(
            int(np.clip(level[who] - 2 * wave + rng.normal(0, 2), 0, 27))
            if wave == 0 or rng.random() > 0.3
            else None
            for wave in range(4)
        )
        for who in range(n)
    }
    return [{**row, "sex": "woman" if int(row["person"][1:]) % 3 else "man"} for row in rows(scores)]


def test_by_a_column_each_group_has_its_own_figures_and_model() -> None:
    found = report(many(), by="sex")

    assert [(one.name, one.persons) for one in found.groups] == [("man", 20), ("woman", 40)]
    assert found.total.instruments[0].model is not None
    assert all(one.instruments[0].model for one in found.groups)


def test_the_model_says_improvement_at_each_wave_and_whether_it_converged() -> None:
    model = report(many(200)).total.instruments[0].model

    assert model is not None
    assert (model.converged, model.persons) == (True, 200)
    assert [wave.wave for wave in model.waves] == list(DAYS)
    gains = [wave.improvement for wave in model.waves]
    assert gains[0] is None
    assert gains[1:] == [pytest.approx(points, abs=0.7) for points in (2, 4, 6)]
    last = model.waves[-1]
    assert last.ci95 is not None
    assert last.improvement is not None
    assert last.ci95[0] < last.improvement < last.ci95[1]
    assert last.ci95[1] - last.ci95[0] < 1.5


def test_a_model_without_slopes_says_so() -> None:
    model = report(many(200)).total.instruments[0].model

    assert model is not None
    assert (model.random_effects == "intercept") == ("slopes are left out" in model.note)


def test_without_spread_or_with_few_there_is_no_model() -> None:
    alike: dict[str, tuple[int | None, ...]] = {f"p{who}": (9, 9, 9, 9) for who in range(30)}

    assert report(rows(alike)).total.instruments[0].model is None
    assert report(rows(PHQ9)).total.instruments[0].model is None
    assert report(many(), model=False).total.instruments[0].model is None


def test_the_course_can_be_chosen() -> None:
    found = report(rows(PHQ9), baseline="week-3", end="follow-up-6")

    assert (found.baseline, found.end) == ("week-3", "follow-up-6")
    assert counted(found.total.instruments[0].rates["response"]["completers"]) == (2, 4)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"by": "sex"}, "There is no column 'sex'. There are group."),
        ({"end": "week-9"}, "There is no wave 'week-9'. There are pre, week-3, post, follow-up-6."),
        ({"baseline": "post", "end": "pre"}, "The course must end after it begins"),
        ({"at_least": 0}, "must be 1 or more, not 0"),
    ],
)
def test_what_is_not_in_the_table_is_refused(asked: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ChoiceError) as refused:
        report(rows(PHQ9), **asked)

    assert sentence in str(refused.value)


def test_the_report_module_is_light_to_import() -> None:
    code = "import sys, measurements.outcomes.reporting; print({'numpy', 'pandas'} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "set()"
