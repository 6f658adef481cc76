"""Care providers and their units, with what a patient must be able to read about them."""

from __future__ import annotations

import uuid

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.opening import check_closed_days, check_staffed_hours

HSA_ID = RegexValidator(
    r"^SE\d{10}-[0-9A-Z]{1,20}$", _("An HSA-id is written SE, ten digits, hyphen and a suffix.")
)


class CareProvider(models.Model):
    """The legal care provider (vårdgivare): data may flow between its units, not beyond."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120)
    hsa_id = models.CharField(max_length=40, unique=True, validators=[HSA_ID])

    class Meta:
        verbose_name = _("care provider")
        verbose_name_plural = _("care providers")

    def __str__(self) -> str:
        return self.name


class CareUnit(models.Model):
    """A care unit (vårdenhet): health centre or clinic; clinical settings are its own."""

    class Level(models.TextChoices):
        PRIMARY = "primary", _("primary care")
        SPECIALIST = "specialist", _("specialist care")

    class PasskeyPolicy(models.TextChoices):
        OFFERED = "offered", _("offered to staff")
        REQUIRED = "required", _("compulsory for staff")
        DEVICE_BOUND = "device_bound", _("compulsory for staff, bound to one device")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    provider = models.ForeignKey(CareProvider, on_delete=models.PROTECT, related_name="units")
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    hsa_id = models.CharField(max_length=40, unique=True, validators=[HSA_ID])
    level = models.CharField(max_length=20, choices=Level.choices, default=Level.PRIMARY)
    phone = models.CharField(max_length=40)
    # Lines as a patient reads them: [{"days": "måndag–fredag", "hours": "8.00–16.30"}]
    opening_hours = models.JSONField(default=list)
    # When somebody is there, for clocks: {"0": ["08:00", "16:30"]}, Monday is 0; empty means office hours.
    staffed_hours = models.JSONField(default=dict, blank=True, validators=[check_staffed_hours])
    # Days on which the unit is closed beside holidays: ["2026-12-23"].
    closed_days = models.JSONField(default=list, blank=True, validators=[check_closed_days])
    # As read: [{"name": "Psykiatriska akutmottagningen", "phone": "021-000 00 00", "about": "dygnet runt"}]
    emergency_numbers = models.JSONField(default=list)
    address = models.CharField(max_length=200, blank=True)
    passkey_policy = models.CharField(
        _("passkeys"), max_length=20, choices=PasskeyPolicy.choices, default=PasskeyPolicy.OFFERED
    )
    # Numbers that a clinic must sign: overrides of ikbt.treatments.thresholds, empty means the default.
    thresholds = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("care unit")
        verbose_name_plural = _("care units")

    def __str__(self) -> str:
        return self.name
