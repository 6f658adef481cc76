"""Figures on the page are rounded half up, never cut off."""

from __future__ import annotations

import pytest
from django.utils import translation

from ikbt.outcomes.templatetags.outcome_figures import figure, percent, share
from measurements.outcomes.figures import Share


@pytest.mark.parametrize(
    ("value", "decimals", "said"),
    [
        (5.96, 1, "6,0"),
        (0.789, 2, "0,79"),
        (2.25, 1, "2,3"),
        (-1.25, 1, "−1,3"),
        (-0.04, 1, "0,0"),
        (0.00004, 2, "0,00"),
        (54.5, 0, "55"),
        (None, 1, "–"),
        ("", 1, "–"),
    ],
)
def test_a_figure_is_rounded_half_up(value: float | str | None, decimals: int, said: str) -> None:
    with translation.override("sv"):
        assert figure(value, decimals) == said


def test_shares_are_rounded_in_the_same_way() -> None:
    assert percent(0.125) == "13 %"
    assert share(Share(1, 8, 0.125, ci95=(0.025, 0.485))) == "13 % (3–49)"
