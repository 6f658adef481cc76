"""A file that goes with a message."""

from __future__ import annotations

import base64
import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from ikbt.common.fields import EncryptedTextField
from ikbt.common.scoping import PatientRow
from ikbt.treatments.attachment_querysets import AttachmentQuerySet
from ikbt.treatments.models.conversation import Message
from ikbt.treatments.models.treatment import Treatment


class Attachment(PatientRow):
    """One file, sealed like every text about a patient; it goes when its message goes. Fetched through a door alone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    treatment = models.ForeignKey(Treatment, on_delete=models.CASCADE, related_name="attachments")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attachments")
    # By its content, one of ours.
    kind = models.CharField(max_length=40)
    name = EncryptedTextField()
    size = models.PositiveIntegerField()
    # Base64. Never read with a list: see AttachmentQuerySet.listed.
    content = EncryptedTextField()

    objects: ClassVar = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["message", "id"]
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")

    def __str__(self) -> str:
        return f"{self.kind} {self.size}"

    @property
    def data(self) -> bytes:
        """What the file holds."""
        return base64.b64decode(self.content)
