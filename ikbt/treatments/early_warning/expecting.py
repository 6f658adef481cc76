"""Pure: decides what course is to be expected from a baseline: median and 80th percentile by week.

From the service's own treatments; after Delgadillo et al. 2018 (Lancet Psychiatry 5:564): expected response by
baseline severity, and above the 80th percentile as "not on track". Strata are the severity bands at baseline.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ikbt.treatments.early_warning.beginnings import DAYS, EVER, Scored, Seen, answered_before
from measurements.instrument import Instrument

UPPER = 0.8


@dataclass(frozen=True)
class ExpectedWeek:
    """What `n` treatments of one stratum had a number of weeks after their start, in points of the instrument."""

    week: int
    n: int
    median: float
    upper: float


def stratum_of(instrument: Instrument, baseline: float) -> str:
    """The severity band of a baseline; "all" where the instrument has none."""
    found = next((band.key for band in instrument.scoring.bands if band.lower <= baseline <= band.upper), "")
    return found or "all"


def expected_course(
    courses: Iterable[Sequence[Seen]], *, instrument: Instrument, at_least: int
) -> dict[str, tuple[ExpectedWeek, ...]]:
    """For each stratum the weeks that at least `at_least` treatments have a score in.

    A week counts each treatment once, by its first score in it. "Upper" is the worse end: the 80th percentile, or
    the 20th where higher is better.
    """
    share = UPPER if instrument.higher_is_worse else 1 - UPPER
    found = {}
    for stratum, weeks in sorted(_gathered(courses, instrument).items()):
        kept = [week for week in sorted(weeks) if len(weeks[week]) >= at_least]
        if kept:
            found[stratum] = tuple(_week(week, weeks[week], share) for week in kept)
    return found


def _gathered(courses: Iterable[Sequence[Seen]], instrument: Instrument) -> dict[str, dict[int, list[float]]]:
    """Stratum -> week -> scores."""
    found: dict[str, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    for occasions in courses:
        scored = answered_before(occasions, EVER)
        for week, total in _by_week(scored).items():
            # By the first score there is, as the therapist's curve begins with it too.
            found[stratum_of(instrument, scored[0].total)][week].append(total)
    return found


def _by_week(scored: Sequence[Scored]) -> dict[int, float]:
    weeks: dict[int, float] = {}
    for one in scored:
        weeks.setdefault(max(0, one.answered // DAYS), one.total)
    return weeks


def _week(week: int, totals: Sequence[float], share: float) -> ExpectedWeek:
    return ExpectedWeek(week, len(totals), percentile(totals, 0.5), percentile(totals, share))


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which a share lies, by linear interpolation (Hyndman & Fan 1996, type 7)."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * share
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
