"""What patient and therapist write to each other: messages, feedback, and drafts of both."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import Person
from ikbt.common.fields import EncryptedTextField
from ikbt.common.scoping import PatientRow
from ikbt.treatments.models.treatment import Treatment
from ikbt.treatments.querysets import MessageQuerySet


class Message(PatientRow):
    """One message in a treatment's conversation; stored first, announced after."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    treatment = models.ForeignKey(Treatment, on_delete=models.CASCADE, related_name="messages")
    sender = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    from_patient = models.BooleanField()
    body = EncryptedTextField()
    sent_at = models.DateTimeField()
    # NULL: the other side has not opened the conversation since.
    read_at = models.DateTimeField(null=True)
    # NULL: nobody has answered, and nobody has marked that no answer is needed; patient's messages only.
    answered_at = models.DateTimeField(null=True)
    client_key = models.UUIDField()

    objects: ClassVar = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["sent_at", "id"]
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.UniqueConstraint(fields=["treatment", "client_key"], name="one_message_a_client_key")
        ]
        indexes = [models.Index(fields=["treatment", "sent_at"], name="message_treatment_sent")]

    def __str__(self) -> str:
        return f"{self.sent_at:%Y-%m-%d %H:%M}"


class Feedback(PatientRow):
    """The therapist's answer to a handed-in module."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    treatment = models.ForeignKey(Treatment, on_delete=models.CASCADE, related_name="feedback")
    module_key = models.CharField(max_length=40)
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    body = EncryptedTextField()
    sent_at = models.DateTimeField()
    # NULL: the patient has not read it.
    read_at = models.DateTimeField(null=True)
    client_key = models.UUIDField()

    class Meta:
        ordering = ["sent_at"]
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")
        constraints = [
            models.UniqueConstraint(fields=["treatment", "client_key"], name="one_feedback_a_client_key")
        ]

    def __str__(self) -> str:
        return f"{self.module_key} {self.sent_at:%Y-%m-%d}"


class Draft(PatientRow):
    """Text that a person is writing, kept on the server: a message, feedback, a note on an alert."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    treatment = models.ForeignKey(Treatment, on_delete=models.CASCADE, related_name="drafts")
    author = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    # "message", "feedback:m01", "alert:<id>".
    purpose = models.CharField(max_length=80)
    body = EncryptedTextField()
    revision = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField()

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = [
            models.UniqueConstraint(fields=["treatment", "author", "purpose"], name="one_draft_a_purpose")
        ]

    def __str__(self) -> str:
        return self.purpose.split(":")[0]
