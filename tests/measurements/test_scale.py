"""A graph gets the whole scale: bands without gaps, named in the language, cut-off and reliable change."""

from __future__ import annotations

from itertools import pairwise

import pytest

from measurements.registry import instrument, shipped
from measurements.scale import bands_for, scale_for, severity_name
from measurements.scoring import score


def test_phq9_scale_in_swedish() -> None:
    scale = scale_for(instrument("phq-9"), "sv")

    assert (scale.lower, scale.upper, scale.cut_off, scale.reliable_change) == (0, 27, 10, 6)
    assert [(band.lower, band.upper, band.key, band.name) for band in scale.bands] == [
        (0, 4, "minimal", "minimala besvär"),
        (5, 9, "mild", "lindriga besvär"),
        (10, 14, "moderate", "måttliga besvär"),
        (15, 19, "moderately_severe", "medelsvåra besvär"),
        (20, 27, "severe", "svåra besvär"),
    ]


@pytest.mark.parametrize("key", sorted(shipped()))
def test_bands_cover_the_scale_and_agree_with_the_score(key: str) -> None:
    one = instrument(key)
    bands = bands_for(one, "sv")

    assert all(after.lower == before.upper + 1 for before, after in pairwise(bands))
    assert all(band.name for band in bands)
    if bands:
        lowest = [min(item.values) for item in one.items]
        assert score(one, lowest).severity in {band.key for band in bands}


def test_an_unknown_language_is_named_in_english() -> None:
    assert severity_name(instrument("gad-7"), "mild", "fi") == "mild"


def test_no_severity_has_no_name() -> None:
    assert severity_name(instrument("gad-7"), None, "sv") == ""


def test_bbq_has_no_bands_and_higher_is_better() -> None:
    scale = scale_for(instrument("bbq"), "sv")

    assert (scale.bands, scale.higher_is_worse, scale.cut_off) == ((), False, 52)
    assert (scale.lower, scale.upper) == (0, 96)
