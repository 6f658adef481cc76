"""Questions about versions: which are current, which are in use; and that frozen rows stay as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models
from django.db.models import OuterRef, Subquery

if TYPE_CHECKING:
    from uuid import UUID

    from programs.models import ProgramVersion


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
        """The newest version of each program: what a new treatment starts on."""
        of_each: models.QuerySet[ProgramVersion] = self.model._default_manager.all()
        newest = of_each.filter(program=OuterRef("pk")).order_by("-major", "-minor").values("pk")[:1]
        # Asked once for each program and not for each version: a program may have hundreds.
        programs: Any = self.model._meta.get_field("program").related_model
        return self.filter(
            pk__in=programs._default_manager.annotate(newest=Subquery(newest)).values("newest")
        )

    def of_unit(self, unit_id: UUID) -> ProgramVersionQuerySet:
        """Those of the programs that a care unit owns."""
        return self.filter(program__unit=unit_id)

    def in_use(self) -> ProgramVersionQuerySet:
        """Those that a treatment is pinned to; "treatments" is the name the layer above gives its pin."""
        return self.filter(treatments__isnull=False).distinct()
