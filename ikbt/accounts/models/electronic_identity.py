"""An identity that a provider vouches for: the person's device when she came by e-ID."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models
from django_otp.models import Device

from ikbt.common.fields import EncryptedTextField, blind_index, blind_indexes


class ElectronicIdentityManager(models.Manager["ElectronicIdentity"]):
    """Finds an identity by what the provider says, and by whose it is."""

    def of(self, issuer: str, subject: str) -> ElectronicIdentity | None:
        """The identity that this issuer calls by this subject."""
        indexes = blind_indexes(ElectronicIdentity.indexed(issuer, subject))
        return self.select_related("user").filter(issuer=issuer, subject_index__in=indexes).first()

    def devices_for_user(
        self, user: Any, confirmed: bool | None = None
    ) -> models.QuerySet[ElectronicIdentity]:
        """What django-otp asks of its devices."""
        found = self.filter(user=user)
        return found if confirmed is None else found.filter(confirmed=confirmed)


class ElectronicIdentity(Device):
    """(Issuer, subject) tied to a person. No code opens it: only a reply that electronic_id has checked."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    issuer = models.CharField(max_length=255)
    # Keyed hash: a broker's subject may be the personal number itself.
    subject_index = models.CharField(max_length=64)
    # Sealed, so that the index can be made anew under another key. NULL: not come again since it is kept.
    subject = EncryptedTextField(null=True, default=None)
    # The HSA-id of a staff card; empty for a private person's e-ID.
    employee = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField()

    objects: ClassVar[ElectronicIdentityManager] = ElectronicIdentityManager()

    class Meta(Device.Meta):
        verbose_name = "electronic identity"
        verbose_name_plural = "electronic identities"
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject_index"], name="one_identity_per_subject")
        ]

    @staticmethod
    def indexed(issuer: str, subject: str) -> str:
        """What the index is made of; length first, so that no issuer and subject run into each other."""
        return f"{len(issuer)}:{issuer}{subject}"

    def keep(self, subject: str) -> None:
        """Take the provider's name for her, sealed and by its index under the newest key. The caller saves."""
        self.subject = subject
        self.subject_index = blind_index(self.indexed(self.issuer, subject))

    def is_kept(self) -> bool:
        """Whether the subject stands here, under the newest index key."""
        if self.subject is None:
            return False
        return bool(self.subject_index == blind_index(self.indexed(self.issuer, self.subject)))

    @property
    def persistent_id(self) -> str:
        """What the session remembers: django-otp reads a whole number after the slash, and a UUID is one."""
        return f"{self.model_label()}/{self.pk.int}"
