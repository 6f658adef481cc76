"""What the page of data for research tells before anything is fetched: how many have agreed, unit by unit."""

from __future__ import annotations

from dataclasses import dataclass

from ikbt.accounts.models import CareUnit
from ikbt.outcomes.research_rows import agreed_at
from ikbt.outcomes.researching import is_set_up
from measurements.outcomes.research import AT_LEAST


@dataclass(frozen=True)
class ResearchPage:
    """`agreed` is None for fewer than five: too few to fetch, and their number is nobody's business."""

    agreed: int | None
    is_set_up: bool

    @property
    def may_be_fetched(self) -> bool:
        """There is a key, and there are enough."""
        return self.is_set_up and self.agreed is not None


def read_research_page(units: tuple[CareUnit, ...]) -> ResearchPage:
    """Of all her units together; one query."""
    count = len(agreed_at([unit.pk for unit in units]).by_series)
    return ResearchPage(count if count >= AT_LEAST else None, is_set_up())
