"""Which rows are about a person: decides by the owner that the data classes' file gives each model."""

from __future__ import annotations

from django.db.models import ForeignKey, Model, QuerySet

from ikbt.accounts.models import Person
from ikbt.privacy.inventory import Declared
from ikbt.privacy.registry import our_models

# Told in the words of the person's own log page, which also decides whether staff are named.
LOG = "audit.Entry"


def exported_labels(declared: Declared) -> list[str]:
    """The models whose rows go into an export, in the order of the file; the log is told apart."""
    return [label for label in declared.models if label != LOG and declared.exported(label)]


def rows_of(person: Person, label: str, declared: Declared) -> QuerySet[Model]:
    """The rows of a model that are about this person, oldest first."""
    model = our_models()[label]
    owned_by = dict.fromkeys(declared.models[label].owner, person.pk)
    names = declared.exported(label)
    joined = [
        one.name for one in model._meta.local_fields if isinstance(one, ForeignKey) and one.name in names
    ]
    return model._base_manager.filter(**owned_by).select_related(*joined).order_by("pk")
