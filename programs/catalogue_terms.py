"""The words that the catalogue sorts programs by: which condition, and what is known about the effect."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _


class Condition(models.TextChoices):
    """What a program is for; a program may be for several."""

    DEPRESSION = "depression", _("depression")
    ANXIETY = "anxiety", _("anxiety and worry")
    PANIC = "panic", _("panic disorder")
    SOCIAL_ANXIETY = "social-anxiety", _("social anxiety")
    HEALTH_ANXIETY = "health-anxiety", _("health anxiety")
    OCD = "ocd", _("obsessive-compulsive disorder")
    BODY_DYSMORPHIA = "body-dysmorphia", _("body dysmorphic disorder")
    TRAUMA = "trauma", _("post-traumatic stress")
    STRESS = "stress", _("stress and exhaustion")
    INSOMNIA = "insomnia", _("insomnia")
    PAIN = "pain", _("long-term pain")
    BOWEL = "bowel", _("irritable bowel")
    TINNITUS = "tinnitus", _("tinnitus")
    ALCOHOL = "alcohol", _("alcohol")
    EATING = "eating", _("eating disorder")
    OTHER = "other", _("other")


class Evidence(models.TextChoices):
    """What the claim of effect rests on, the strongest first."""

    TRIALS = "trials", _("this program has been tested in randomised trials")
    METHOD = "method", _("the same method over the internet has been tested in randomised trials")
    GUIDELINE = "guideline", _("the method is recommended in national guidelines")
    EXPERIENCE = "experience", _("clinical experience only")


class ConditionsField(models.JSONField):
    """A list of conditions, ticked in a form; stored as JSON."""

    def formfield(self, **kwargs: Any) -> Any:
        """Boxes to tick."""
        return forms.MultipleChoiceField(
            choices=Condition.choices,
            widget=forms.CheckboxSelectMultiple,
            required=False,
            label=self.verbose_name,
            help_text=self.help_text,
        )

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """For migrations it is a JSON field: what is stored is the same."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.JSONField", args, kwargs
