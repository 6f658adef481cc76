"""Questions about versions: which are current, which are in use; and that frozen rows stay as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models
from django.db.models import OuterRef, Subquery

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from programs.models import Activation, ProgramReview, ProgramVersion, Recall


Row = TypeVar("Row", bound=models.Model)


class Frozen(TypeError):
    """Someone tried to change or remove a published version."""


class FrozenQuerySet(models.QuerySet[Row]):
    """Rows that are inserted and never change: no bulk update and no bulk delete either."""

    def update(self, **kwargs: Any) -> int:
        """Never."""
        raise Frozen("Published versions can't be changed.")

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        """Never."""
        raise Frozen("Published versions can't be changed.")

    def delete(self) -> tuple[int, dict[str, int]]:
        """Never."""
        raise Frozen("Published versions can't be removed.")


class ProgramVersionQuerySet(FrozenQuerySet["ProgramVersion"]):
    """Questions to the published versions."""

    def current(self) -> ProgramVersionQuerySet:
        """The newest version of each program that nobody has withdrawn; each unit decides which it starts on."""
        of_each: ProgramVersionQuerySet = self.model._default_manager.all()
        newest = (
            of_each.released().filter(program=OuterRef("pk")).order_by("-major", "-minor").values("pk")[:1]
        )
        # Asked once for each program and not for each version: a program may have hundreds.
        programs: Any = self.model._meta.get_field("program").related_model
        return self.filter(
            pk__in=programs._default_manager.annotate(newest=Subquery(newest)).values("newest")
        )

    def released(self) -> ProgramVersionQuerySet:
        """Those that nobody has withdrawn."""
        return self.filter(withdrawal=None)

    def in_use(self) -> ProgramVersionQuerySet:
        """Those that a treatment is pinned to; "treatments" is the name the layer above gives its pin."""
        return self.filter(treatments__isnull=False).distinct()


class ActivationQuerySet(models.QuerySet["Activation"]):
    """Questions to the units' choices of versions."""

    def running(self) -> ActivationQuerySet:
        """Those that new treatments start on."""
        return self.filter(ended_at=None)

    def at_unit(self, unit_id: UUID) -> ActivationQuerySet:
        """Those of one care unit."""
        return self.filter(unit=unit_id)

    def starts(self, version: ProgramVersion, unit_id: UUID) -> bool:
        """Whether new treatments at the unit start on this very version."""
        return self.running().at_unit(unit_id).filter(version=version).exists()

    def carries(self, version: ProgramVersion, unit_id: UUID) -> bool:
        """Whether a treatment under way on this version can go on at the unit.

        It treats or has treated by it, or treats by another one of the same first number, which differs in wording.
        """
        alike = models.Q(ended_at=None, program=version.program_id, version__major=version.major)
        return self.at_unit(unit_id).filter(models.Q(version=version) | alike).exists()


class ReviewQuerySet(models.QuerySet["ProgramReview"]):
    """Questions to the reviews of drafts."""

    def under_way(self) -> ReviewQuerySet:
        """Waiting for a sign-off, a release or the day of one."""
        return self.filter(state__in=["open", "scheduled"])

    def due(self, at: datetime) -> ReviewQuerySet:
        """Released for a day that has come."""
        return self.filter(state="scheduled", release_at__lte=at)


class RecallQuerySet(models.QuerySet["Recall"]):
    """Questions to the recalls."""

    def standing(self) -> RecallQuerySet:
        """Not lifted."""
        return self.filter(lifted_at=None)

    def hiding(self, modules: Iterable[UUID]) -> dict[UUID, str]:
        """Which of these frozen modules are hidden, and what patients read in their place; one query."""
        rows = self.standing().filter(modules__in=list(modules)).order_by("recalled_at")
        return dict(rows.values_list("modules", "message"))
