"""The frame a curve is drawn in: decides how days and scores become whole units of an SVG view box."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Frame:
    """Sizes in view-box units; `top`, `bottom`, `left`, `right` are the plot's edges inside the margins."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    line_height: int
    letter_width: int
    value_width: int
    band_x: int = 0
    lowest: float = 0
    highest: float = 1
    first_day: datetime.date = datetime.date.min
    last_day: datetime.date = datetime.date.min

    @classmethod
    def wide(cls) -> Frame:
        """For 600 px and more; band names stand in the right margin."""
        return cls(720, 340, 44, 560, 18, 296, 18, 8, 30, band_x=572)

    @classmethod
    def narrow(cls) -> Frame:
        """For a phone; band names are listed below the curve instead."""
        return cls(320, 300, 34, 312, 18, 262, 18, 8, 30)

    @classmethod
    def sparkline(cls) -> Frame:
        """For a table cell."""
        return cls(120, 40, 4, 114, 4, 36, 10, 6, 200)

    def spanning(self, lowest: float, highest: float, days: Sequence[datetime.date]) -> Frame:
        """The same frame with its scales set; raises ValueError when the score scale has no length."""
        if highest <= lowest:
            raise ValueError(f"A scale must go upwards, not from {lowest} to {highest}.")
        if not days:
            return replace(self, lowest=lowest, highest=highest)
        return replace(self, lowest=lowest, highest=highest, first_day=min(days), last_day=max(days))

    def x(self, day: datetime.date) -> int:
        """Proportional to time, with room for a dot at both ends; a lone day stands in the middle."""
        inset = self.line_height // 2
        length = (self.last_day - self.first_day).days
        if length == 0:
            return (self.left + self.right) // 2
        share = (day - self.first_day).days / length
        return round(self.left + inset + share * (self.right - self.left - 2 * inset))

    def y(self, score: float) -> int:
        """High scores high up; a score outside the scale is drawn at its edge."""
        kept = min(max(score, self.lowest), self.highest)
        share = (kept - self.lowest) / (self.highest - self.lowest)
        return round(self.bottom - share * (self.bottom - self.top))

    def text_width(self, text: str) -> int:
        """An estimate on the safe side."""
        return len(text) * self.letter_width

    @property
    def plot_width(self) -> int:
        return self.right - self.left

    @property
    def plot_height(self) -> int:
        return self.bottom - self.top

    @property
    def tick_x(self) -> int:
        """Where the numbers of the score axis end."""
        return self.left - 8

    @property
    def label_y(self) -> int:
        """Base line of the occasions' labels."""
        return self.height - self.line_height // 2 - 4
