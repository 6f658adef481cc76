"""An instrument as it stood when answered: frozen data; a unit's own wording and numbers, which make versions."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from typing import Any, ClassVar, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import CareUnit, Person


class FrozenInstrument(TypeError):
    """Someone tried to change an instrument version, or what versions are made of."""


Row = TypeVar("Row", bound=models.Model)


class FrozenInstrumentQuerySet(models.QuerySet[Row]):
    """Rows that are inserted and never change; what has been planned or answered can't be removed either."""

    def update(self, **kwargs: Any) -> int:
        """Never."""
        raise FrozenInstrument("Instrument versions can't be changed: make a new one.")

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        """Never."""
        raise FrozenInstrument("Instrument versions can't be changed: make a new one.")

    def bulk_create(
        self,
        objs: Iterable[Row],
        batch_size: int | None = None,
        ignore_conflicts: bool = False,
        update_conflicts: bool = False,
        update_fields: Collection[str] | None = None,
        unique_fields: Collection[str] | None = None,
    ) -> list[Row]:
        """Insert; never over rows that stand."""
        if update_conflicts:
            raise FrozenInstrument("Instrument versions can't be changed: make a new one.")
        return super().bulk_create(objs, batch_size=batch_size, ignore_conflicts=ignore_conflicts)


class FrozenRow(models.Model):
    """Inserted once."""

    objects: ClassVar = FrozenInstrumentQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert only."""
        if not self._state.adding:
            raise FrozenInstrument(f"{self} is frozen: make a new one.")
        super().save(*args, **{**kwargs, "force_insert": True})


class InstrumentVersion(FrozenRow):
    """One version of an instrument's wording and rules; never changes once stored."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(max_length=40)
    version = models.CharField(max_length=20)
    # NULL: as shipped, for everybody. Else with that unit's own wording or numbers, for its treatments alone.
    unit = models.ForeignKey(CareUnit, null=True, on_delete=models.PROTECT, related_name="+")
    definition = models.JSONField()
    content_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "instrument version"
        verbose_name_plural = "instrument versions"
        constraints = [models.UniqueConstraint(fields=["slug", "version"], name="one_instrument_version")]

    def __str__(self) -> str:
        return f"{self.slug} {self.version}"


class UnitWording(FrozenRow):
    """A unit's own wording of an instrument in one language, with the licence it holds; a newer one takes over."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="+")
    slug = models.SlugField(max_length=40)
    language = models.CharField(max_length=5)
    # measurements.matching.BroughtWording.as_data
    words = models.JSONField()
    licence_holder = models.CharField(max_length=200)
    licence_note = models.TextField()
    # Compared with the holder's form, by the one who imported it.
    verified = models.BooleanField(default=False)
    valid_from = models.DateField()
    # NULL: by an operator, from the command line.
    imported_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    imported_at = models.DateTimeField()

    class Meta:
        ordering = ["valid_from", "imported_at"]
        verbose_name = _("a unit's wording")
        verbose_name_plural = _("units' wordings")
        indexes = [models.Index(fields=["unit", "slug"], name="unit_wording")]

    def __str__(self) -> str:
        return f"{self.slug} {self.language}"


class UnitNumbers(FrozenRow):
    """A unit's own cut-off, reliable change or bands where they are disputed, signed; the newest holds."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="+")
    slug = models.SlugField(max_length=40)
    # {"cut_off": int, "reliable_change": number, "bands": {key: begins at}}; {} is back to what is shipped.
    numbers = models.JSONField()
    reason = models.TextField()
    set_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        ordering = ["set_at"]
        verbose_name = _("a unit's numbers")
        verbose_name_plural = _("units' numbers")
        indexes = [models.Index(fields=["unit", "slug"], name="unit_numbers")]

    def __str__(self) -> str:
        return f"{self.slug}"
