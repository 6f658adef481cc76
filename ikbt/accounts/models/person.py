"""A person: the one who signs in, whatever her roles; a therapist may be a patient elsewhere."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils.translation import gettext_lazy as _

from ikbt.common import clock
from ikbt.common.fields import EncryptedTextField, blind_index, blind_indexes
from ikbt.common.personal_identity import PersonalNumber, parse


class PersonManager(BaseUserManager["Person"]):
    """Makes persons; looks them up by the keyed index of their personal number."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Person:
        """A person with a sign-in name; without a password she can't sign in until she has enrolled."""
        person = self.model(email=self.normalize_email(email), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> Person:
        """Django's createsuperuser; such a person still needs a second factor and sees no patient."""
        return self.create_user(email, password, **{**fields, "is_staff": True, "is_superuser": True})

    def with_number(self, number: PersonalNumber) -> Person | None:
        """The person who has this personal number, or None."""
        return self.filter(number_index__in=blind_indexes(number.digits)).first()


class Person(AbstractBaseUser, PermissionsMixin):  # type: ignore[django-manager-missing]
    """One human being; the personal number is encrypted and found by a keyed index only."""

    class Sex(models.TextChoices):
        FEMALE = "female", _("woman")
        MALE = "male", _("man")
        OTHER = "other", _("other or not stated")

    class NoticesBy(models.TextChoices):
        EMAIL = "email", _("e-mail")
        SMS = "sms", _("text message (SMS)")
        NONE = "none", _("no notices")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("e-mail"), unique=True)
    first_name = models.CharField(_("first name"), max_length=80)
    last_name = models.CharField(_("last name"), max_length=80)
    title = models.CharField(
        _("title"), max_length=80, blank=True, help_text=_("For staff: psychologist, nurse ...")
    )
    personal_number = EncryptedTextField(_("personal number"), null=True, default=None)
    # NULL: no personal number is known; unique otherwise.
    number_index = models.CharField(max_length=64, unique=True, null=True, editable=False)  # noqa: DJ001 - see above
    phone = models.CharField(_("mobile phone"), max_length=40, blank=True)
    born = models.DateField(_("born"), null=True)
    sex = models.CharField(_("sex"), max_length=10, choices=Sex.choices, default=Sex.OTHER)
    language = models.CharField(_("language"), max_length=5, default="sv")
    protected_identity = models.BooleanField(_("protected identity"), default=False)
    # Which way it really goes: ikbt/outbox/channels.py.
    notices_by = models.CharField(
        _("notices by"), max_length=10, choices=NoticesBy.choices, default=NoticesBy.EMAIL
    )
    # Whoever works by voice or with shaky hands turns them off (WCAG 2.1.4).
    # A patient who has turned it on: both sides of an open conversation see that the other is there and writes.
    shows_presence = models.BooleanField(_("shows being there and writing"), default=False)
    single_keys = models.BooleanField(_("shortcuts of one key"), default=True)
    # NULL: alive as far as is known. Set: nothing is sent any more, see ikbt/outbox/sending.py.
    deceased_on = models.DateField(_("deceased"), null=True, editable=False)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("may open Django's admin"), default=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["first_name", "last_name"]
    objects: ClassVar[PersonManager] = PersonManager()

    class Meta:
        ordering = ["last_name", "first_name"]
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()

    # Wagtail and Django ask for these.
    def get_full_name(self) -> str:
        """The name in full."""
        return self.name

    def get_short_name(self) -> str:
        """What the pages greet her with."""
        return self.first_name

    def set_number(self, text: str) -> None:
        """Check and take a personal number; raises NotAPersonalNumber. The caller saves."""
        number = parse(text, today=clock.today())
        self.personal_number = number.digits
        self.number_index = blind_index(number.digits)
        self.born = number.born

    @property
    def masked_number(self) -> str:
        """Birth date and stars, or empty."""
        return f"{self.personal_number[:8]}-****" if self.personal_number else ""
