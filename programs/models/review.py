"""Who has read which draft before it became a version, and who has written in it since the last one."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import CareUnit, Person
from programs.models.version import ProgramVersion
from programs.querysets import ReviewQuerySet


class Stage(models.TextChoices):
    """What a draft goes through before somebody releases it; the two reviews may come in any order."""

    CLINICAL = "clinical", _("clinical review")
    LANGUAGE = "language", _("language and accessibility review")


class ProgramReview(models.Model):
    """One draft, named by the hash of its content, on its way to becoming a version; another content needs another."""

    class State(models.TextChoices):
        OPEN = "open", _("under review")
        # To be released on a day that the publisher has chosen.
        SCHEDULED = "scheduled", _("released on a later day")
        RELEASED = "released", _("released")
        SENT_BACK = "sent_back", _("sent back")
        VOID = "void", _("void: the draft was changed")
        WITHDRAWN = "withdrawn", _("taken back")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="+")
    # NULL: the authors have removed the draft; what was said of it stands.
    page = models.ForeignKey(
        "programs.ProgramPage", on_delete=models.SET_NULL, null=True, related_name="reviews"
    )
    content_hash = models.CharField(max_length=64)
    note = models.TextField(blank=True)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=20, choices=State.choices, default=State.OPEN)
    # NULL: goes on.
    ended_at = models.DateTimeField(null=True)
    # Of the release: who, with what words, and when it takes effect; NULL before, and NULL when at once.
    released_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    release_note = models.TextField(blank=True)
    release_at = models.DateTimeField(null=True)
    # NULL: no version has come of it.
    version = models.OneToOneField(ProgramVersion, on_delete=models.PROTECT, null=True, related_name="review")

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at"]
        verbose_name = _("review of a draft")
        verbose_name_plural = _("reviews of drafts")
        constraints = [
            models.UniqueConstraint(
                fields=["page"],
                condition=models.Q(state__in=["open", "scheduled"]),
                name="one_review_under_way",
            )
        ]

    def __str__(self) -> str:
        return f"{self.content_hash[:8]} {self.state}"


class SignOff(models.Model):
    """What one person said of a draft at one stage, under her name; written once."""

    class Verdict(models.TextChoices):
        APPROVED = "approved", _("signed off")
        SENT_BACK = "sent_back", _("sent back")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    review = models.ForeignKey(ProgramReview, on_delete=models.PROTECT, related_name="sign_offs")
    stage = models.CharField(max_length=20, choices=Stage.choices)
    verdict = models.CharField(max_length=20, choices=Verdict.choices)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    comment = models.TextField(blank=True)
    # What is harder to read than the limit and was signed all the same: [{"place", "words"}].
    signed_hard = models.JSONField(default=list)

    class Meta:
        ordering = ["at"]
        verbose_name = _("sign-off")
        verbose_name_plural = _("sign-offs")
        constraints = [models.UniqueConstraint(fields=["review", "stage"], name="one_sign_off_a_stage")]

    def __str__(self) -> str:
        return f"{self.stage} {self.verdict}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert only: what was signed stays as it was said."""
        if not self._state.adding:
            raise TypeError("A sign-off is never changed: the draft is sent for review again.")
        super().save(*args, **kwargs)


class DraftEdit(models.Model):
    """Somebody sent a change of a draft, or of a picture or recording; Wagtail's own rows tell only part of that."""

    class Kind(models.TextChoices):
        PAGE = "page", _("page")
        PICTURE = "picture", _("picture")
        RECORDING = "recording", _("recording")

    kind = models.CharField(max_length=20, choices=Kind.choices)
    # The program's page, also when a module of it was changed or removed; else the picture or recording.
    object_id = models.PositiveBigIntegerField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("change of a draft")
        verbose_name_plural = _("changes of drafts")
        indexes = [models.Index(fields=["kind", "object_id", "at"], name="draft_edit_of_thing")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"
