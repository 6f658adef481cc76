"""What Django's registry knows of our models: their own fields, and where their foreign keys lead."""

from __future__ import annotations

from django.apps import apps
from django.db.models import Model

from ikbt.privacy.inventory import Found

OURS = ("ikbt.", "programs", "therapist", "measurements")


def our_models() -> dict[str, type[Model]]:
    """All models of ours by label; tables that Django makes for many-to-many fields belong to the field."""
    return {model._meta.label: model for model in apps.get_models() if _is_ours(model)}


def found_models() -> dict[str, Found]:
    """The same, as the inventory compares them."""
    return {label: found(model) for label, model in our_models().items()}


def found(model: type[Model]) -> Found:
    """One model's own fields; those of a parent with a table of its own belong to the parent."""
    own = [*model._meta.local_fields, *model._meta.local_many_to_many]
    targets = (one.related_model for one in own if one.is_relation)
    leads_to = {target._meta.label for target in targets if isinstance(target, type)}
    return Found(tuple(one.name for one in own), frozenset(leads_to))


def other_apps() -> list[str]:
    """Labels of the other packages' apps that have tables."""
    return sorted({model._meta.app_label for model in apps.get_models() if not _is_ours(model)})


def _is_ours(model: type[Model]) -> bool:
    return model.__module__.startswith(OURS)
