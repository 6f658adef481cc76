"""A million answer sets are scored in at most twice the time of bare numpy summing with the same missing rule."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable

import numpy as np
import pandas as pd  # noqa: TID253  the test is of the pandas twin
import pytest
from numpy.typing import NDArray

from measurements.registry import instrument
from measurements.scoring import Status
from measurements.scoring_many import STATUSES, score_frame

# The promise. Looser figures need a note in docs/decisions, not an edit here.
AT_MOST = 2.0
ANSWER_SETS, ROUNDS, TRIES = 1_000_000, 7, 3
UNANSWERED = 0.05
Arrays = tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int8]]


def answer_sets(n: int) -> pd.DataFrame:
    """PHQ-9 answers with gaps, as read from a file: one column of floats per item."""
    rng = np.random.default_rng(9)
    answers = rng.integers(0, 4, (n, 9)).astype(np.float64)
    answers[rng.random(answers.shape) < UNANSWERED] = np.nan
    return pd.DataFrame({f"item{place + 1}": answers[:, place].copy() for place in range(9)})


def bare(frame: pd.DataFrame) -> Arrays:
    """Total, number missing and status by PHQ-9's rule (two missing at most: the mean times nine), unchecked.

    The quickest way found: counting what is missing once, and np.where instead of np.nansum.
    """
    answers = frame.to_numpy()
    missing = np.isnan(answers)
    n_missing = missing.sum(axis=1)
    added = np.where(missing, 0, answers).sum(axis=1)
    scored = n_missing <= 2
    total = np.full(len(answers), np.nan)
    np.divide(added * 9, 9 - n_missing, out=total, where=scored)
    complete, prorated, incomplete = (
        np.int8(STATUSES.index(one)) for one in (Status.COMPLETE, Status.PRORATED, Status.INCOMPLETE)
    )
    status = np.where(n_missing == 0, complete, np.where(scored, prorated, incomplete))
    return total, n_missing, status


def seconds(work: Callable[[], object]) -> float:
    """CPU seconds of this process; other processes' work is not in it."""
    began = time.process_time()
    work()
    return time.process_time() - began


def ratio(frame: pd.DataFrame) -> tuple[float, float]:
    """The median ratio of rounds in turns, and the median seconds of ours."""
    gc.collect()
    phq9 = instrument("phq-9")
    rounds = [
        (seconds(lambda: score_frame(phq9, frame)), seconds(lambda: bare(frame))) for _ in range(ROUNDS)
    ]
    return statistics.median(ours / theirs for ours, theirs in rounds), statistics.median(
        ours for ours, _ in rounds
    )


def test_both_find_the_same() -> None:
    frame = answer_sets(20_000)
    total, n_missing, status = bare(frame)
    ours = score_frame(instrument("phq-9"), frame)

    np.testing.assert_allclose(ours["total"].to_numpy(), total, atol=1e-6)
    np.testing.assert_array_equal(ours["n_missing"].to_numpy(), n_missing)
    np.testing.assert_array_equal(ours["status"].cat.codes.to_numpy(), status)


@pytest.mark.benchmark
def test_a_million_answer_sets_cost_at_most_twice_the_bare_sum(
    record_property: Callable[[str, object], None],
) -> None:
    """Ours also checks every value and finds severity, case, the algorithm and the risk item."""
    frame = answer_sets(ANSWER_SETS)
    score_frame(instrument("phq-9"), frame.head(1000))
    tries = []
    for _ in range(TRIES):
        tries.append(ratio(frame))
        if tries[-1][0] <= AT_MOST:
            break
    found, took = min(tries)
    record_property("times_the_bare_sum", round(found, 2))
    print(f"\na million PHQ-9 in {took:.3f} s of CPU, {found:.2f} times the bare sum")

    assert found <= AT_MOST, tries
