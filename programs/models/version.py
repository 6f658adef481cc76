"""A program and its frozen versions: what a patient reads, whatever Wagtail's revisions do."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import CareUnit, Person
from programs.querysets import Frozen, FrozenQuerySet, ProgramVersionQuerySet


class Program(models.Model):
    """A treatment program that a care unit owns."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="programs")
    key = models.SlugField(max_length=60)
    title = models.CharField(max_length=200)
    # Kept here and not on the page: a restored Wagtail revision would bring an old value back.
    # NULL: the authors have removed the draft; its versions stand.
    page = models.OneToOneField(
        "programs.ProgramPage", on_delete=models.SET_NULL, null=True, related_name="program", editable=False
    )

    class Meta:
        ordering = ["title"]
        verbose_name = _("program")
        verbose_name_plural = _("programs")
        constraints = [models.UniqueConstraint(fields=["unit", "key"], name="one_program_key_a_unit")]

    def __str__(self) -> str:
        return self.title


class FrozenRow(models.Model):
    """Insert only: a row that stands is never saved again or removed."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert only."""
        if not self._state.adding:
            raise Frozen(f"{self} is frozen: publish a new version.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Never: patients' work refers to it."""
        raise Frozen(f"{self} is frozen and can't be removed.")


class ProgramVersion(FrozenRow):
    """One published version; `outline` is all that lists and rules need without the modules' text.

    outline: the program file without its list of files, and
    "modules": [{"key", "title", "goal", "unlock": {...}, "practice_minutes_per_week", "minutes",
    "steps": [{"key", "title", "minutes", "exercise": id or null, "required_count", "optional"}]}],
    "media": {sha256: media type}.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="versions")
    major = models.PositiveIntegerField()
    minor = models.PositiveIntegerField(default=0)
    outline = models.JSONField()
    # Drawn from the outline for lists, see programs/facts.py.
    facts = models.JSONField(default=dict)
    content_hash = models.CharField(max_length=64)
    release_note = models.TextField(blank=True)
    published_at = models.DateTimeField()
    # NULL: published by the system when a shipped program was imported.
    published_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    objects = ProgramVersionQuerySet.as_manager()

    class Meta:
        ordering = ["-major", "-minor"]
        verbose_name = _("program version")
        verbose_name_plural = _("program versions")
        constraints = [
            models.UniqueConstraint(fields=["program", "major", "minor"], name="one_program_version")
        ]

    def __str__(self) -> str:
        return f"{self.program} {self.number}"

    @property
    def number(self) -> str:
        """As people write it: 2.1."""
        return f"{self.major}.{self.minor}"


class FrozenModule(FrozenRow):
    """One module of a version, in the program file format with minutes added; read one at a time."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(ProgramVersion, on_delete=models.PROTECT, related_name="modules")
    position = models.PositiveIntegerField()
    key = models.CharField(max_length=40)
    document = models.JSONField()
    # Copies of the exercise definitions that its steps use: {exercise id: definition}.
    definitions = models.JSONField()

    objects = FrozenQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        verbose_name = _("module")
        verbose_name_plural = _("modules")
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="one_module_key"),
            models.UniqueConstraint(fields=["version", "position"], name="one_module_position"),
        ]

    def __str__(self) -> str:
        return f"{self.key}"
